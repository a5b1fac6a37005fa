"""Whose face may be used and shown today: after an objection, and from the end of a consent on, nobody's."""

from __future__ import annotations

from attendance.values import Portrait, Student
from client.web.services import site_today, the_register


def agrees_now(student: Student) -> bool:
    """Whether the student's face may be used today."""
    if student.consent is None or student.consent_ends is None:
        return student.consent is not None
    return student.agrees_on(site_today().isoformat())


def shown_portrait(student_id: str) -> Portrait | None:
    """The enrolled picture of a student; None where there is none, or consent has ended and it goes soon."""
    store = the_register().store
    student = store.student(student_id)
    return None if student is None or not agrees_now(student) else store.portrait_of(student_id)
