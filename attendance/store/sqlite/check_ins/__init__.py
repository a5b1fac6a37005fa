"""Grants, answers, and whole check-ins in the SQLite register."""
