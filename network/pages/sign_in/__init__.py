"""Pages of the area sign_in."""
