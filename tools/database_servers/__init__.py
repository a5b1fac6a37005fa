"""Servers that speak MongoDB's protocol, for tests: the sources of their programs, and how they run."""
