"""Builds new sessions of a course, each with a token of its own."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from attendance.values import Course, Session

TOKEN_BYTES = 18  # 144 bits, 24 characters in the QR code; OWASP asks for 64 bits at least


def new_token() -> str:
    """An unguessable token for the QR code."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_session(
    course: Course,
    session_id: str,
    day: str,
    opens_at: datetime,
    closes_at: datetime,
    *,
    opened_by: str | None,
    planned: bool = False,
) -> Session:
    """A session by the rules of its course, not stored yet.

    Args:
        course: the course, which sets when check-ins are late.
        session_id: its id.
        day: the local day, ``YYYY-MM-DD``.
        opens_at: aware UTC.
        closes_at: aware UTC.
        opened_by: id of the user who opens it; None if it opens automatically.
        planned: whether it comes from the course's schedule.
    """
    late = course.late_after_minutes
    return Session(
        id=session_id,
        course_id=course.id,
        token=new_token(),
        day=day,
        opens_at=opens_at,
        closes_at=closes_at,
        late_at=None if late is None else opens_at + timedelta(minutes=late),
        opened_by=opened_by,
        planned=planned,
    )
