"""The faces in classroom photos and videos, and their names."""
