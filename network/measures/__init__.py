"""Measures: figures for the pages, each with what it counts."""
