"""The marks of a day, or of all days, with the names that a person reads."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.classes.sessions import day_of
from attendance.store.protocol import Store
from attendance.values import Mark, MarkStatus, Session, Student


@dataclass(frozen=True)
class MarkRow:
    """One mark with its session, the name of its course, and its student."""

    session: Session
    course_name: str
    student: Student
    mark: Mark


def mark_rows(store: Store, day: str | None = None) -> list[MarkRow]:
    """The marks of a local day, or all, by session, then by time.

    Withdrawn marks, and those of cancelled sessions, are not among them.

    Args:
        store: the register's database.
        day: ``YYYY-MM-DD``, or None for all.

    Raises:
        SessionNotFoundError: ``day`` is not a valid date.
    """
    sessions = store.sessions(day_of(day).isoformat() if day is not None else None)
    students = {student.id: student for student in store.students()}
    rows = []
    for session in (each for each in sessions if not each.is_cancelled):
        course = store.course(session.course_id)
        name = course.name if course else session.course_id
        rows += [
            MarkRow(session, name, students[mark.student_id], mark)
            for mark in store.marks(session.id)
            if mark.student_id in students and mark.status is not MarkStatus.WITHDRAWN
        ]
    return rows
