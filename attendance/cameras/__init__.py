"""Cameras that the server itself looks through, and everything that recognises faces without a check-in."""
