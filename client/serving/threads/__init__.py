"""Runs Flask in threads: the response to one request, and which threads a request may use."""
