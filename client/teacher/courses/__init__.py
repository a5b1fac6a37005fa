"""Courses and their rosters."""
