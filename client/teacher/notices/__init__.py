"""Notices by e-mail: what is due and what was sent."""
