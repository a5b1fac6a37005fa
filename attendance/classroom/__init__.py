"""Attendance from photos or a video of a classroom: queued, read, confirmed by a person, then marked."""
