"""Pages of the area impact."""
