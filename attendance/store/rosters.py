"""Changes to a roster, for both databases."""

from __future__ import annotations

from collections.abc import Sequence

Roster = tuple[str, ...] | None  # None: everybody


def roster_with(roster: Sequence[str] | None, student_ids: Sequence[str]) -> Roster:
    """The roster with the missing students at its end; a roster of everybody stays as it is."""
    return None if roster is None else tuple(dict.fromkeys((*roster, *student_ids)))


def roster_without(roster: Sequence[str] | None, student_ids: Sequence[str]) -> Roster:
    """The roster without these students; a roster of everybody stays as it is."""
    return None if roster is None else tuple(each for each in roster if each not in student_ids)
