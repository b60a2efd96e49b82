"""Pages of the area outcomes."""
