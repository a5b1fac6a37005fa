"""Measuring error rates and calibrating thresholds; check-ins don't use this."""
