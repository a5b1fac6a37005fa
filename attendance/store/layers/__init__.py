"""Stores around the database, for what every call has to pass."""
