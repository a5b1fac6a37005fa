"""Finds what the words of a command line mean: courses and sessions."""
