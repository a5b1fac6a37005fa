"""API tokens for other software."""
