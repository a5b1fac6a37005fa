"""Finds a course by its id or name, and a session by its course and day."""

from __future__ import annotations

from datetime import date

from attendance.values import Course
from create_database.context import AdminContext
from create_database.errors import AdminError


def find_course(context: AdminContext, wanted: str) -> Course:
    """The course with this id or name.

    Raises:
        AdminError: no course has it, or several have the name; the message lists their ids.
    """
    courses = context.register.courses.all(hidden=True)
    found = [course for course in courses if course.id == wanted]
    found = found or [course for course in courses if course.name.casefold() == wanted.strip().casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise AdminError(f"Several courses are called {wanted}. Use an id: {_ids(found)}.")
    known = f"Courses: {_ids(courses)}." if courses else "There are no courses yet."
    raise AdminError(f"There is no course {wanted}. {known}")


def find_session_id(context: AdminContext, course: str | None, day: date | None) -> str:
    """The id of the only session of a day, or of a course on that day.

    Raises:
        AdminError: there is none, or there are several.
    """
    course_id = find_course(context, course).id if course is not None else None
    found = context.register.class_sessions.on_day(None if day is None else day.isoformat())
    ids = [session.id for session in found if course_id is None or session.course_id == course_id]
    if len(ids) == 1:
        return ids[0]
    when = "today" if day is None else f"on {day}"
    if not ids:
        raise AdminError(f"There is no session {when}. Choose another --day or --course.")
    raise AdminError(
        f"There are {len(ids)} sessions {when}. Give the id of one, in quotes: {', '.join(ids)}."
    )


def _ids(courses: list[Course]) -> str:
    return ", ".join(course.id for course in courses)
