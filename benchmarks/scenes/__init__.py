"""Composed pictures of a classroom whose truth is known, and what recognition makes of them."""
