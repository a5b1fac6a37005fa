"""When a student came, regardless of later corrections of the mark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attendance.values import Mark, MarkEvent, Session


def counts(event: MarkEvent) -> bool:
    """Whether the mark counted as there from this moment on."""
    return event.status.is_there and not event.under_review


def arrived_at(mark: Mark) -> datetime:
    """Since when the mark counts as there without a break, whatever was corrected about it since.

    Args:
        mark: one that counts as there, or is in review.
    """
    since = _since(mark.history)
    return mark.at if since is None or since == len(mark.history) - 1 else mark.history[since].holds_from


def came_at(mark: Mark, session: Session) -> datetime | None:
    """When the student came; None where that was noted at a time when the session was not open.

    Args:
        mark: one that counts as there, or is in review.
        session: where.
    """
    at = arrived_at(mark)
    ends_at = max(session.closes_at, session.closed_at or session.closes_at)
    return at if session.opens_at <= at <= ends_at else None


def _since(history: Sequence[MarkEvent]) -> int | None:
    """The index of the event from which on all count."""
    found = None
    for index in range(len(history) - 1, -1, -1):
        if not counts(history[index]):
            break
        found = index
    return found
