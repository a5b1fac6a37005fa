"""What changed in the SQLite register: the feed of changes, and who changed students."""
