"""Trials of what might be better: each prints the row that docs/accuracy.md keeps or drops it by."""
