"""Marks that rest on a check-in by phone, for tests that need no photo for them."""

from __future__ import annotations

from attendance.values import Mark, MarkEvent, MarkMethod, MarkStatus, Session


def by_phone(session: Session, student_id: str) -> Mark:
    """The mark of a student who checked in as the session began."""
    at = session.opens_at
    event = MarkEvent(at, MarkStatus.PRESENT, MarkMethod.FACE, "student")
    return Mark(
        session_id=session.id,
        student_id=student_id,
        status=event.status,
        method=event.method,
        at=at,
        attempt=f"phone of {student_id}",
        history=(event,),
    )
