"""Measures what a burst of frames costs the server, and what its check makes of real prints."""
