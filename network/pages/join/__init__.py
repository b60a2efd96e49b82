"""Pages of the area join."""
