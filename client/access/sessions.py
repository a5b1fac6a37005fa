"""The class session that a page is about, for a user who may run it."""

from __future__ import annotations

from attendance.values import Course, Session
from client.access.roles import require_course
from client.web.services import the_register


def session_of(session_id: str) -> tuple[Session, Course]:
    """The session and its course, for a teacher of it; ends the request with 404 or 403 otherwise."""
    session = the_register().class_sessions.get(session_id)
    return session, require_course(the_register().courses.get(session.course_id))
