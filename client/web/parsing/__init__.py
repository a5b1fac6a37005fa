"""Parses what clients send: forms and JSON, strictly and in memory."""
