"""Writes tables of measured figures into the docs."""
