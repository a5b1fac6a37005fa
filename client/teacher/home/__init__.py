"""The teacher's home page."""
