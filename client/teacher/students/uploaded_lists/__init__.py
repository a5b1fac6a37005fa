"""Importing a list of students: what it would do is shown first."""
