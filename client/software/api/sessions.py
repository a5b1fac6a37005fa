"""Sessions: what meets when, opening, closing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Response
from pydantic import BaseModel, Field

from attendance.accounts.api_tokens import Scope
from attendance.values import Session, SessionPhase
from client.problems.problem_kinds import ProblemCode
from client.software.api.courses import Minutes
from client.software.protocol.days import DayRange
from client.software.protocol.guard import caller
from client.software.protocol.idempotency import idempotent
from client.software.protocol.models import ApiAnswer
from client.software.protocol.paging import PageQuery, page_of
from client.software.protocol.resources import WITH_JSON, Body, Resource, answer_of
from client.web.services import the_register

blueprint = Resource("sessions", __name__, description="Meetings of courses.")
_WRITES = (ProblemCode.NOT_FOUND, ProblemCode.NOT_POSSIBLE, ProblemCode.CONFLICT, ProblemCode.KEY_REUSED)


class SessionAbout(ApiAnswer):
    """One meeting of a course."""

    id: str = Field(description="Never changes.", examples=["physics|2026-11-23|09:00"])
    course: str = Field(description="The course's id.", examples=["physics"])
    day: str = Field(description="The local day, YYYY-MM-DD.", examples=["2026-11-23"])
    phase: SessionPhase = Field(description="Whether students can check in now.")
    opens_at: datetime = Field(description="From here on students can check in.")
    late_at: datetime | None = Field(description="From here on a check-in is late; null: never.")
    closes_at: datetime = Field(description="From here on they can't.")
    closed_at: datetime | None = Field(description="When it was closed; null: it is not.")

    @classmethod
    def of(cls, session: Session) -> SessionAbout:
        """What is told of a session: nothing that opens its door."""
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
    """Part of the sessions, by day and id."""

    items: list[SessionAbout] = Field(description="This part of them.")
    next: str | None = Field(
        description="For `after`; null at the end.", examples=["2026-11-23 general|2026-11-23"]
    )


class SessionQuery(PageQuery, DayRange):
    """Which sessions."""

    course: str | None = Field(None, max_length=200, description="Of this course.")
    phase: SessionPhase | None = Field(None, description="Those that are in it now.")


class SessionPath(BaseModel):
    """Which session."""

    session: str = Field(min_length=1, max_length=400, description="The session's id, percent-encoded.")


class NewSessionBody(Body):
    """A session to be opened now."""

    course: str = Field(min_length=1, max_length=200, description="The course's id.", examples=["physics"])
    minutes: Minutes | None = Field(
        None, description="How long it is open; null: as the course says.", examples=[90]
    )


class ReopenBody(Body):
    """A session to be opened again."""

    minutes: Minutes = Field(15, description="How long it is open, where its time is over.", examples=[15])


@blueprint.call(
    "GET",
    "/sessions",
    scope=Scope.SESSIONS_READ,
    gives={200: SessionPage},
    problems=(ProblemCode.NOT_FOUND,),
)
def list_sessions(query: SessionQuery) -> Response:
    """Sessions by day; without days those of the last 30 days and the next 30."""
    found = [session for session in sessions_between(query, query.course) if _is_wanted(session, query)]
    found.sort(key=_key)
    chosen, following = page_of(found, query, _key)
    return answer_of(SessionPage(items=[SessionAbout.of(session) for session in chosen], next=following))


@blueprint.call(
    "POST",
    "/sessions",
    scope=Scope.SESSIONS_WRITE,
    takes=WITH_JSON,
    gives={201: SessionAbout},
    problems=_WRITES,
)
@idempotent
def open_session(body: NewSessionBody) -> Response:
    """Open a session of a course now, or give the one that is open."""
    session = the_register().class_sessions.open_now(body.course, by=caller(), minutes=body.minutes)
    return answer_of(SessionAbout.of(session), made=f"/sessions/{session.id}")


@blueprint.call(
    "GET",
    "/sessions/<string:session>",
    scope=Scope.SESSIONS_READ,
    gives={200: SessionAbout},
    problems=(ProblemCode.NOT_FOUND,),
)
def show_session(path: SessionPath) -> Response:
    """One session."""
    return _told(the_register().class_sessions.get(path.session))


@blueprint.call(
    "POST",
    "/sessions/<string:session>/close",
    scope=Scope.SESSIONS_WRITE,
    gives={200: SessionAbout},
    problems=_WRITES,
)
@idempotent
def close_session(path: SessionPath) -> Response:
    """Close a session: who is on the roster without a mark is absent. Before its opening it is called off."""
    session = the_register().class_sessions.get(path.session)
    return _told(the_register().closing.close(session.id, by=caller()))


@blueprint.call(
    "POST",
    "/sessions/<string:session>/reopen",
    scope=Scope.SESSIONS_WRITE,
    takes=WITH_JSON,
    gives={200: SessionAbout},
    problems=_WRITES,
)
@idempotent
def reopen_session(path: SessionPath, body: ReopenBody) -> Response:
    """Open a closed session again: the absences that closing wrote are withdrawn."""
    session = the_register().class_sessions.get(path.session)
    return _told(the_register().closing.reopen(session.id, by=caller(), minutes=body.minutes))


def sessions_between(days: DayRange, course_id: str | None) -> Sequence[Session]:
    """The sessions of some days, of one course or all.

    Raises:
        CourseNotFoundError: there is no such course.
        ApiProblemError: the last day is before the first, or too far from it.
    """
    register = the_register()
    first, last = days.span()
    if course_id is not None:
        register.courses.get(course_id)
    register.settle_due()
    found = register.store.sessions_between(first, last)
    return [session for session in found if course_id is None or session.course_id == course_id]


def _is_wanted(session: Session, query: SessionQuery) -> bool:
    return query.phase is None or session.phase(the_register().clock.now()) is query.phase


def _key(session: Session) -> str:
    return f"{session.day} {session.id}"


def _told(session: Session) -> Response:
    return answer_of(SessionAbout.of(session))
