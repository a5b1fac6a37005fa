"""How a roster changes, in both databases."""

from __future__ import annotations

from collections.abc import Sequence

Roster = tuple[str, ...] | None  # None: everybody


def roster_with(roster: Sequence[str] | None, student_ids: Sequence[str]) -> Roster:
    """Those who are missing come at the end; everybody stays everybody."""
    return None if roster is None else tuple(dict.fromkeys((*roster, *student_ids)))


def roster_without(roster: Sequence[str] | None, student_ids: Sequence[str]) -> Roster:
    """Those who stay, in their order; everybody stays everybody."""
    return None if roster is None else tuple(each for each in roster if each not in student_ids)
