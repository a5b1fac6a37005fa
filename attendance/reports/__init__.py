"""Reports of sessions, courses and students, and the files that they are written to."""
