"""Copies of the whole MongoDB register, for backups, and putting one in place."""
