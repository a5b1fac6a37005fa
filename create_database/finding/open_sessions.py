"""Finds an open session by its id or its course."""

from __future__ import annotations

import click

from attendance.classes.general_course import meant_ones
from attendance.errors import SessionNotFoundError
from attendance.values import Session, SessionPhase
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.finding.session_lookup import course_name


def find_open_session(context: AdminContext, wanted: str | None) -> Session:
    """The open session with this id, or of the course with this id or name; without any, the only one.

    Args:
        context: gives access to the register.
        wanted: the text given with ``--session``, or None: General's counts only if no other is open.

    Raises:
        AdminError: no open session fits, or several; the message lists the open sessions.
        click.UsageError: none is named; likewise.
    """
    sessions = _open_ones(context)
    if wanted is None or not wanted.strip():
        meant = meant_ones(sessions)
        if len(meant) == 1:
            return meant[0]
        raise click.UsageError(f"Choose a session with --session. {_listed(context, sessions)}")
    key = wanted.strip()
    found = [session for session in sessions if session.id == key]
    found = found or [
        s for s in sessions if key.casefold() in (s.course_id, course_name(context, s).casefold())
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise AdminError(f"Several open sessions belong to {key}; give an id. {_listed(context, found)}")
    raise AdminError(f"{_why_not(context, key)} {_listed(context, sessions)}")


def _open_ones(context: AdminContext) -> list[Session]:
    """All open sessions, including today's General session unless General is inactive."""
    register = context.register
    register.sessions.open_general()
    return register.class_sessions.open_ones()


def _why_not(context: AdminContext, key: str) -> str:
    """Why no open session fits."""
    try:
        session = context.register.class_sessions.get(key)
    except SessionNotFoundError:
        return f"There is no open session with the id or course {key}."
    if session.phase(context.register.clock.now()) is SessionPhase.PLANNED:
        return f"The session {key} opens at {context.local(session.opens_at)}."
    return f"The session {key} {'was cancelled' if session.is_cancelled else 'is closed'}."


def _listed(context: AdminContext, sessions: list[Session]) -> str:
    """The open sessions, in one sentence."""
    if not sessions:
        return "No session is open. Open one on the page of its course."
    named = "; ".join(
        f"{session.id} ({course_name(context, session)}, until {context.local(session.closes_at)})"
        for session in sessions
    )
    return f"Open sessions: {named}."
