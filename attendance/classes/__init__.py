"""Courses and their sessions: rosters, schedules, opening and closing, and the codes that admit phones."""
