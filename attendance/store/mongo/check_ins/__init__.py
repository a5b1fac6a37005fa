"""Grants, answers, and whole check-ins in the MongoDB register."""
