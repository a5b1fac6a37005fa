"""Kills the real program again and again while it works, and checks what is left."""
