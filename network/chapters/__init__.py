"""Chapters: leads, memberships, who may approve whom."""
