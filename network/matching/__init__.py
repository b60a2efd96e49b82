"""Matching: the search index kept in step, and who fits a need and why."""
