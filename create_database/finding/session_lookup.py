"""Finds the session to mark a student in, or to cancel."""

from __future__ import annotations

from datetime import date

from attendance.classes.general_course import GENERAL_COURSE, meant_ones
from attendance.classes.schedule import ScheduledMeeting
from attendance.errors import SessionNotFoundError
from attendance.values import Course, Session, Student
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.finding.course_lookup import find_course


def find_session(context: AdminContext, session_id: str) -> Session:
    """The session with this id; that of a scheduled meeting is created, for example to excuse a student.

    Raises:
        AdminError: there is no such session; the message lists those of the day in the id.
    """
    register = context.register
    try:
        return register.class_sessions.get(session_id)
    except SessionNotFoundError as error:
        course_id, _, rest = session_id.partition("|")
        day = _day_in(rest)
        course = None if day is None else register.store.course(course_id)
        for meeting in _coming(context, course, day) if course and day else ():
            if meeting.session_id == session_id:
                return register.class_sessions.session_of(meeting)
        hint = f" {_listed(_on_day(context, day), day)}" if day else ""
        raise AdminError(f"There is no session {session_id}.{hint}") from error


def find_session_of(context: AdminContext, student: Student, *, course: str | None, day: date) -> Session:
    """The only session on a day, of a course or of the student's courses; General's only without another.

    Args:
        context: gives access to the register.
        student: who is to be marked.
        course: the id or name of a course; None means those that the student is on the roster of.
        day: the local day.

    Raises:
        AdminError: there is none, or there are several; the message lists those of the day.
    """
    register = context.register
    chosen = None if course is None else find_course(context, course)
    if day == context.today:
        register.sessions.open_general()
    sessions = _on_day(context, day)
    courses = [chosen] if chosen else _courses_of(context, student)
    ids = {each.id for each in courses}
    known = {session.id for session in sessions}
    fitting = [s for s in sessions if s.course_id in ids and not s.is_cancelled]
    coming = [m for each in courses for m in _coming(context, each, day) if m.session_id not in known]
    fitting = [s for s in meant_ones(fitting) if not coming or s.course_id != GENERAL_COURSE.id]
    if len(fitting) + len(coming) == 1:
        return fitting[0] if fitting else register.class_sessions.session_of(coming[0])
    of = f"of {chosen.name}" if chosen else f"of a course of {student.name}"
    found = [*(s.id for s in fitting), *(m.session_id for m in coming)]
    if found:
        raise AdminError(
            f"There are {len(found)} sessions {of} on {day}. Choose one with --session: {', '.join(found)}."
        )
    if not sessions:
        raise AdminError(f"There is no session on {day}.")
    raise AdminError(f"There is no session {of} on {day}. {_listed(sessions, day)}")


def course_name(context: AdminContext, session: Session) -> str:
    """The name of a session's course; its id where the course is gone."""
    course = context.register.store.course(session.course_id)
    return session.course_id if course is None else course.name


def on_roster(context: AdminContext, session: Session, student: Student) -> bool:
    """Whether the student is on the roster of the session's course; without a roster everybody is."""
    course = context.register.store.course(session.course_id)
    return course is None or course.roster is None or student.id in course.roster


def _courses_of(context: AdminContext, student: Student) -> list[Course]:
    """The courses that the student is on the roster of; General's days too, where it has any."""
    courses = context.register.courses.all(hidden=True)
    return [each for each in courses if each.includes(student.id)] + (
        [] if any(each.id == GENERAL_COURSE.id for each in courses) else [GENERAL_COURSE]
    )


def _on_day(context: AdminContext, day: date) -> list[Session]:
    return context.register.class_sessions.on_day(day.isoformat())


def _coming(context: AdminContext, course: Course, day: date) -> list[ScheduledMeeting]:
    """The scheduled meetings of a course on a day that are not over."""
    meetings = context.register.class_sessions.meetings(course, day, day)
    return [each for each in meetings if each.closes_at > context.register.clock.now()]


def _listed(sessions: list[Session], day: date) -> str:
    """The sessions of a day, in one sentence."""
    if not sessions:
        return f"There is no session on {day}."
    named = (f"{each.id} (cancelled)" if each.is_cancelled else each.id for each in sessions)
    return f"Sessions on {day}: {', '.join(named)}. Choose one with --session."


def _day_in(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
