"""Pages of the area directory."""
