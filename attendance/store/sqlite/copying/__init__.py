"""Copies of the whole SQLite register, for backups, and putting one in place."""
