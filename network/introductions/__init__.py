"""Introductions: the cascade, the answers, the meetings, the ends."""
