"""Pages of the area queue."""
