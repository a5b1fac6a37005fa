"""Finds the open session that a command is meant for, by its id or its course's name."""

from __future__ import annotations

from attendance.errors import SessionNotFoundError
from attendance.values import Session, SessionPhase
from create_database.context import Desk
from create_database.errors import AdminError


def find_open_session(desk: Desk, wanted: str | None) -> Session:
    """The open session with this id, or of the course with this name or id.

    Args:
        desk: where the register is.
        wanted: what was typed; None where nothing was.

    Raises:
        AdminError: there is no such one, several, or it is not open; the message lists what is open.
    """
    sessions = _open_ones(desk)
    if wanted is None or not wanted.strip():
        raise AdminError(f"Say which session with --session. {_listed(desk, sessions)}")
    key = wanted.strip()
    found = [session for session in sessions if session.id == key]
    found = found or [
        s for s in sessions if key.casefold() in (s.course_id, _course_name(desk, s).casefold())
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise AdminError(f"Several sessions are open for {key}; give an id. {_listed(desk, found)}")
    raise AdminError(f"{_why_not(desk, key)} {_listed(desk, sessions)}")


def _open_ones(desk: Desk) -> list[Session]:
    """All open sessions, General's of today among them where it runs."""
    register = desk.register
    if register.courses.general_runs():
        register.sessions.today()
    return register.class_sessions.open_ones()


def _why_not(desk: Desk, key: str) -> str:
    """What is known of a session that is not open, or of none."""
    try:
        session = desk.register.class_sessions.get(key)
    except SessionNotFoundError:
        return f"No open session has the id or the course name {key}."
    if session.phase(desk.register.clock.now()) is SessionPhase.PLANNED:
        return f"The session {key} opens at {desk.local(session.opens_at)}."
    return f"The session {key} is closed."


def _listed(desk: Desk, sessions: list[Session]) -> str:
    """The open sessions in one sentence."""
    if not sessions:
        return "No session is open: open one on the page of its course."
    named = "; ".join(
        f"{session.id} ({_course_name(desk, session)}, until {desk.local(session.closes_at)})"
        for session in sessions
    )
    return f"Open now: {named}."


def _course_name(desk: Desk, session: Session) -> str:
    return desk.register.sessions.course_of(session).name
