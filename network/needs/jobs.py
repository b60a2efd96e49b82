"""What this feature does by the clock or after an event."""
