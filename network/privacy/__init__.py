"""Privacy: leaving, erasure, a person's own data."""
