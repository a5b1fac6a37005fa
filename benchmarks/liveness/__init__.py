"""Measures what a burst of frames costs the server."""
