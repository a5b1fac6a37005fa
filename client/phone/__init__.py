"""The student's phone: the check-in page, the typed code, and the answers."""
