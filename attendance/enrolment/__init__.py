"""Enrolling students: reading their photos, checking them, and storing the templates."""
