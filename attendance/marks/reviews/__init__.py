"""Check-ins that need review: listing them, deciding them, and what a decision changes."""
