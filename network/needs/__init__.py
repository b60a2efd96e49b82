"""Needs: written, triaged, opened, closed."""
