"""Mail that this feature sends, by event."""
