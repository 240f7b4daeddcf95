"""Before and after an event."""
