"""Calls about consent to face recognition, and objections to it."""
