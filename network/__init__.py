"""Kinbridge: an alumni and diaspora network whose introductions are followed through."""
