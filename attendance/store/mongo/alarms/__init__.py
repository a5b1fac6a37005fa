"""Traces of check-ins, and alarms, in the MongoDB register."""
