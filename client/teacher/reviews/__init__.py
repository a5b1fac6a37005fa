"""Check-ins that need review."""
