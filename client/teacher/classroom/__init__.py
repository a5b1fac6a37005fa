"""Attendance from a classroom photo: uploading, waiting, confirming."""
