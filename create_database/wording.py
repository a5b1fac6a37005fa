"""Counts with their nouns."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """``1 photo``, ``2 photos``, ``no photo``."""
    if number == 0:
        return f"no {noun}"
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
