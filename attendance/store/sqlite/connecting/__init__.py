"""Connections to the database file: one for each thread and process, closed when its thread ends."""
