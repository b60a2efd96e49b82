"""The demo network: an invented network of the English Midlands, the same for the same seed."""
