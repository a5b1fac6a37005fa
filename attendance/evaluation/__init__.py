"""Measures the error rates of a site: its enrolled students, or a folder of photos."""
