"""Pages of the area developer."""
