"""How writers of one file take turns, and share commits."""
