"""Papers of a need: the list, adding, taking away, and the file itself."""
