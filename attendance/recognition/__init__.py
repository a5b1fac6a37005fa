"""The engine in use, the enrolled faces in memory, and whose face is in a picture."""
