"""Traces of check-ins, and alarms, in the SQLite register."""
