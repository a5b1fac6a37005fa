"""Days off: the site's days without classes."""
