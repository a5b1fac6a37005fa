"""What answers have in common: ids, limits, what caches may do, and pages that differ in a few texts only."""
