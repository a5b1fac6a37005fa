"""Folders of students with their photos."""
