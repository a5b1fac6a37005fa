"""Counts with their nouns, and students by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a command that finds out what is broken loads no more than it has to
    from attendance.values import Student

MOST_NAMED = 10


def counted(number: int, noun: str) -> str:
    """``1 photo``, ``2 photos``, ``no photo``."""
    if number == 0:
        return f"no {noun}"
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def named(students: Sequence[Student]) -> str:
    """``17 (Grace Hopper), 18 (Eileen Collins) and 3 more``."""
    first = ", ".join(f"{student.roll_number} ({student.name})" for student in students[:MOST_NAMED])
    more = len(students) - MOST_NAMED
    return f"{first} and {more} more" if more > 0 else first
