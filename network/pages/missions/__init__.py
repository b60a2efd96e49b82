"""Missions: planned, filled with introductions, and what came of them."""
