"""Where a session stands at a moment."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attendance.values import Session


class SessionPhase(StrEnum):
    """The phase of a session."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


def phase(session: Session, now: datetime) -> SessionPhase:
    """Where the session stands; past its end it is closed, even if nobody has written that down yet."""
    if session.closed_at is not None or now >= session.closes_at:
        return SessionPhase.CLOSED
    return SessionPhase.OPEN if now >= session.opens_at else SessionPhase.PLANNED


def was_called_off(session: Session) -> bool:
    """Whether the session was closed before it opened."""
    return session.closed_at is not None and session.closed_at < session.opens_at
