"""What reports read from the register: the entries of whole marks, and the sessions about a student."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from attendance.reports.content.rows import entry_of
from attendance.reports.content.values import NO_ENTRY, ReportEntry, ReportFrame
from attendance.store.protocol import Store
from attendance.values import Course, Session


def entries_of_marks(
    store: Store, sessions: Sequence[Session], frame: ReportFrame
) -> dict[str, dict[str, ReportEntry]]:
    """The entries by student and then by session; students without any mark are missing."""
    found: dict[str, dict[str, ReportEntry]] = {}
    by_id = {session.id: session for session in sessions}
    for mark in store.marks_of_sessions(list(by_id)):
        entry = entry_of(mark, by_id[mark.session_id], frame)
        if entry is not NO_ENTRY:
            found.setdefault(mark.student_id, {})[mark.session_id] = entry
    return found


def sessions_about(
    store: Store, student_id: str, courses: Iterable[Course], marked: Collection[str]
) -> dict[str, list[Session]]:
    """The sessions of each course that the student is on the roster of, or has a mark in."""
    found = {course.id: store.sessions_of(course.id) for course in courses if course.includes(student_id)}
    known = {session.id for sessions in found.values() for session in sessions}
    for session_id in marked:  # few: only those of a guest
        session = None if session_id in known else store.session(session_id)
        if session is not None:
            found[session.course_id] = store.sessions_of(session.course_id)
            known.update(each.id for each in found[session.course_id])
    return found
