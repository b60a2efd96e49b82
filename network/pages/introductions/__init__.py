"""Pages of the area introductions."""
