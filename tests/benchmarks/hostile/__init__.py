"""Hostile inputs of every kind, some of each, and what a run makes of them."""
