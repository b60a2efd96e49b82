"""The engines, one readable module each with its own rooms; nothing of theirs leaks out."""
