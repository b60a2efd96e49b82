"""The log: one audit entry for each act, one transition row for each move of a lifecycle."""
