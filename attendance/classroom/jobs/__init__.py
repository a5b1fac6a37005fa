"""A classroom photo as a job on disk: its folder, its records, its state and who is reading it."""
