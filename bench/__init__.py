"""Measurements: figures come from here and never from a timed test."""
