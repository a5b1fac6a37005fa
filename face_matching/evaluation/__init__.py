"""Measuring error rates and calibrating thresholds; nothing here serves a check-in."""
