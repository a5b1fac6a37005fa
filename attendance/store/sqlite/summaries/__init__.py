"""Counts, versions and parts of many records."""
