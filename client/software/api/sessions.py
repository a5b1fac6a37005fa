"""Class sessions: list, open, close, reopen, cancel and restore them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from attendance.accounts.api_tokens import Scope
from attendance.clock import to_milliseconds
from attendance.values import Alarm, Session
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.api.session_models import (
    AlarmAbout,
    AlarmPage,
    AlarmPath,
    CancelBody,
    NewSessionBody,
    ReopenBody,
    SessionAbout,
    SessionPage,
    SessionPath,
    SessionQuery,
    SettleBody,
)
from client.software.protocol.days import DayRange
from client.software.protocol.guard import caller
from client.software.protocol.idempotency import idempotent
from client.software.protocol.paging import PageQuery, page_of
from client.software.protocol.resources import JSON_ONLY, Resource, api_response
from client.web.services import the_register

blueprint = Resource("sessions", __name__, description="Class sessions: the meetings of courses.")
_WRITES = (ProblemCode.NOT_FOUND, ProblemCode.NOT_POSSIBLE)


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
    returns={200: SessionAbout, 201: SessionAbout},
    sends={200: ("Location",)},
    problems=(*_WRITES, ProblemCode.CONFLICT),
)
@idempotent
def open_session(body: NewSessionBody) -> Response:
    """Open a session of a course now (201), or return the one that is open (200)."""
    session, is_new = the_register().class_sessions.find_or_open(
        body.course, by=caller(), minutes=body.minutes, confirmed=body.confirm
    )
    about, address = SessionAbout.of(session), f"/sessions/{session.id}"
    return api_response(about, created=address) if is_new else api_response(about, found=address)


@blueprint.call(
    "GET",
    "/sessions/<string:session>",
    scope=Scope.SESSIONS_READ,
    returns={200: SessionAbout},
    problems=(ProblemCode.NOT_FOUND,),
)
def get_session(path: SessionPath) -> Response:
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
    """Reopen a closed session; absences of its closing are withdrawn. A cancelled one is restored first."""
    session = the_register().class_sessions.get(path.session)
    return _response(the_register().closing.reopen(session.id, by=caller(), minutes=body.minutes))


@blueprint.call(
    "POST",
    "/sessions/<string:session>/cancel",
    scope=Scope.SESSIONS_WRITE,
    accepts=JSON_ONLY,
    returns={200: SessionAbout},
    problems=_WRITES,
)
@idempotent
def cancel_session(path: SessionPath, body: CancelBody) -> Response:
    """Cancel a session that does not, or did not, take place. Its marks are kept and count for nothing."""
    session = the_register().class_sessions.get(path.session)
    return _response(the_register().cancelling.cancel(session.id, by=caller(), why=body.why))


@blueprint.call(
    "POST",
    "/sessions/<string:session>/restore",
    scope=Scope.SESSIONS_WRITE,
    returns={200: SessionAbout},
    problems=_WRITES,
)
@idempotent
def restore_session(path: SessionPath) -> Response:
    """Restore a cancelled session, with its marks as they were."""
    session = the_register().class_sessions.get(path.session)
    return _response(the_register().cancelling.restore(session.id, by=caller()))


@blueprint.call(
    "GET",
    "/sessions/<string:session>/alarms",
    scope=Scope.MARKS_READ,
    returns={200: AlarmPage},
    problems=(ProblemCode.NOT_FOUND,),
)
def list_alarms(path: SessionPath, query: PageQuery) -> Response:
    """List what is odd about check-ins of a session, for a person to look at."""
    session = the_register().class_sessions.get(path.session)
    found = sorted(the_register().alarms.of_session(session.id), key=_key_of_alarm)
    chosen, following = page_of(found, query, "alarms", _key_of_alarm)
    return api_response(AlarmPage(items=[AlarmAbout.of(alarm) for alarm in chosen], next=following))


@blueprint.call(
    "POST",
    "/sessions/<string:session>/alarms/<string:alarm>/settle",
    scope=Scope.MARKS_WRITE,
    accepts=JSON_ONLY,
    returns={200: AlarmAbout},
    problems=(ProblemCode.NOT_FOUND,),
)
@idempotent
def settle_alarm(path: AlarmPath, body: SettleBody) -> Response:
    """Settle an alarm that a person has looked at. Settling it twice has no further effect."""
    register = the_register()
    session, alarm = register.class_sessions.get(path.session), register.store.alarm(path.alarm)
    if alarm is None or alarm.session_id != session.id:
        raise ApiProblemError(ProblemCode.NOT_FOUND, f"The session has no alarm {path.alarm!r}.")
    settled = register.alarms.settle(alarm.id, by=caller(), for_good=body.for_good)
    return api_response(AlarmAbout.of(settled or register.store.alarm(alarm.id) or alarm))


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
    return not query.phase or session.phase(the_register().clock.now()) in query.phase


def _key(session: Session) -> str:
    return f"{session.day} {session.id}"


def _key_of_alarm(alarm: Alarm) -> str:
    return f"{to_milliseconds(alarm.at):015} {alarm.id}"


def _response(session: Session) -> Response:
    return api_response(SessionAbout.of(session))
