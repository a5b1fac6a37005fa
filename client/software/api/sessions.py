"""Class sessions: list, open, close and reopen them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from attendance.accounts.api_tokens import Scope
from attendance.values import Session, SessionPhase
from client.problems.problem_kinds import ProblemCode
from client.software.api.course_models import Minutes
from client.software.protocol.days import DayRange
from client.software.protocol.guard import caller
from client.software.protocol.idempotency import idempotent
from client.software.protocol.models import ApiAnswer, shown_as
from client.software.protocol.paging import EXAMPLE_CURSOR, PageQuery, page_of
from client.software.protocol.resources import JSON_ONLY, Body, Resource, api_response
from client.web.services import the_register

blueprint = Resource("sessions", __name__, description="Class sessions: the meetings of courses.")
_WRITES = (ProblemCode.NOT_FOUND, ProblemCode.NOT_POSSIBLE, ProblemCode.CONFLICT, ProblemCode.KEY_REUSED)


class SessionAbout(ApiAnswer):
    """One meeting of a course."""

    id: str = Field(
        description="The session's id, which never changes.", examples=["physics|2026-11-23|09:00"]
    )
    course: str = Field(description="The course's id.", examples=["physics"])
    day: str = Field(description="The day in the site's time zone, YYYY-MM-DD.", examples=["2026-11-23"])
    phase: SessionPhase = Field(description="Whether check-in is planned, open or closed.")
    opens_at: datetime = Field(description="When check-in opens.")
    late_at: datetime | None = Field(description="When check-ins start to count as late; null means never.")
    closes_at: datetime = Field(description="When check-in closes.")
    closed_at: datetime | None = Field(
        description="When the session was actually closed; null if it was not."
    )

    @classmethod
    def of(cls, session: Session) -> SessionAbout:
        """The public view of a session, without its token."""
        return cls(
            id=session.id,
            course=session.course_id,
            day=session.day,
            phase=session.phase(the_register().clock.now()),
            opens_at=session.opens_at,
            late_at=session.late_at,
            closes_at=session.closes_at,
            closed_at=session.closed_at,
        )


class SessionPage(ApiAnswer):
    """A page of sessions, sorted by day and id."""

    items: list[SessionAbout] = Field(description="The sessions on this page.")
    next: str | None = Field(
        description="Pass as `after` to get the next page; null on the last page.",
        examples=[EXAMPLE_CURSOR],
    )


class SessionQuery(PageQuery, DayRange):
    """Filters for sessions."""

    course: str | None = Field(None, max_length=200, description="Only sessions of the course with this id.")
    phase: SessionPhase | None = Field(
        None, description="Only sessions that are planned, open or closed now."
    )


class SessionPath(BaseModel):
    """The session to access."""

    session: str = Field(min_length=1, max_length=400, description="The session's id, percent-encoded.")


class NewSessionBody(Body):
    """A session to open now."""

    model_config = ConfigDict(json_schema_extra=shown_as(course="physics"))

    course: str = Field(min_length=1, max_length=200, description="The course's id.", examples=["physics"])
    minutes: Minutes | None = Field(
        None, description="Minutes until check-in closes; null uses the course's rule.", examples=[90]
    )


class ReopenBody(Body):
    """How to reopen a session."""

    minutes: Minutes = Field(
        15, description="Minutes until check-in closes again, if the session's time is over.", examples=[15]
    )


@blueprint.call(
    "GET",
    "/sessions",
    scope=Scope.SESSIONS_READ,
    returns={200: SessionPage},
    problems=(ProblemCode.NOT_FOUND,),
)
def list_sessions(query: SessionQuery) -> Response:
    """List sessions by day: by default from 30 days ago to 30 days from now."""
    found = [session for session in sessions_between(query, query.course) if _is_in_phase(session, query)]
    found.sort(key=_key)
    chosen, following = page_of(found, query, "sessions", _key)
    return api_response(SessionPage(items=[SessionAbout.of(session) for session in chosen], next=following))


@blueprint.call(
    "POST",
    "/sessions",
    scope=Scope.SESSIONS_WRITE,
    accepts=JSON_ONLY,
    returns={201: SessionAbout},
    problems=_WRITES,
)
@idempotent
def open_session(body: NewSessionBody) -> Response:
    """Open a session of a course now, or return the one that is open."""
    session = the_register().class_sessions.open_now(body.course, by=caller(), minutes=body.minutes)
    return api_response(SessionAbout.of(session), created=f"/sessions/{session.id}")


@blueprint.call(
    "GET",
    "/sessions/<string:session>",
    scope=Scope.SESSIONS_READ,
    returns={200: SessionAbout},
    problems=(ProblemCode.NOT_FOUND,),
)
def show_session(path: SessionPath) -> Response:
    """Get a session."""
    return _response(the_register().class_sessions.get(path.session))


@blueprint.call(
    "POST",
    "/sessions/<string:session>/close",
    scope=Scope.SESSIONS_WRITE,
    returns={200: SessionAbout},
    problems=_WRITES,
)
@idempotent
def close_session(path: SessionPath) -> Response:
    """Close a session and mark the rest of the roster absent. A planned session is cancelled."""
    session = the_register().class_sessions.get(path.session)
    return _response(the_register().closing.close(session.id, by=caller()))


@blueprint.call(
    "POST",
    "/sessions/<string:session>/reopen",
    scope=Scope.SESSIONS_WRITE,
    accepts=JSON_ONLY,
    returns={200: SessionAbout},
    problems=_WRITES,
)
@idempotent
def reopen_session(path: SessionPath, body: ReopenBody) -> Response:
    """Reopen a closed session. Absences recorded by closing are withdrawn."""
    session = the_register().class_sessions.get(path.session)
    return _response(the_register().closing.reopen(session.id, by=caller(), minutes=body.minutes))


def sessions_between(days: DayRange, course_id: str | None) -> Sequence[Session]:
    """The sessions in a range of days, of one course or of all.

    Raises:
        CourseNotFoundError: no course has this id.
        ApiProblemError: the last day is before the first, or too far from it.
    """
    register = the_register()
    first, last = days.span()
    if course_id is not None:
        register.courses.get(course_id)
    register.settle_due()
    found = register.store.sessions_between(first, last)
    return [session for session in found if course_id is None or session.course_id == course_id]


def _is_in_phase(session: Session, query: SessionQuery) -> bool:
    return query.phase is None or session.phase(the_register().clock.now()) is query.phase


def _key(session: Session) -> str:
    return f"{session.day} {session.id}"


def _response(session: Session) -> Response:
    return api_response(SessionAbout.of(session))
