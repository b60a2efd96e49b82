"""Moderation: concerns about people and requests, decided with a reason and open to one appeal."""
