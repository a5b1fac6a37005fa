"""Whether a check-in shows a living student: the movement that is asked for, and what counts for a course."""
