"""Sessions: the day, one session, and planning."""
