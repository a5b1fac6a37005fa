"""Reports of sessions, courses and students, and the files they are written to."""
