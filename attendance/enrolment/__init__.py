"""Enrolling students: reading their photos, checking them, and keeping the templates."""
