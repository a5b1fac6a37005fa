"""What changed in the MongoDB register: counters, the feed of changes, and who changed students."""
