"""Child processes that are measured, and the ports of those that serve."""
