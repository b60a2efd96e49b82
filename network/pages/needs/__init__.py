"""Pages of the area needs."""
