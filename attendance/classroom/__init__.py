"""Attendance from photos or a video of the room: read in a line, confirmed by a person, then marked."""
