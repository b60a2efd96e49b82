"""A year of the network in minutes: people of different habits, a moved clock, the real worker."""
