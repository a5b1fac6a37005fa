"""The error rates of the enrolled students, for admins."""
