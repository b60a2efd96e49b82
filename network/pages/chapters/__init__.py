"""Pages of the area chapters."""
