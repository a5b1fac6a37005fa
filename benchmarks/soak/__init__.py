"""Hours of ordinary use in which things break, and what students notice of it."""
