"""What a student's phone opens: the front door and the check-in page of one session."""

from __future__ import annotations

import json
from collections.abc import Hashable
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain

from flask import Blueprint, Response, make_response, render_template, request

from attendance.classes.entering.entrances import Admission, EntryCode
from attendance.clock import local_day
from attendance.files.snapshots import SNAPSHOT_LIFETIME
from attendance.liveness.asked_movement import asked_turns
from attendance.liveness.policy import effective_mode
from attendance.marks.verdict import VerdictCode
from attendance.settings.engine_settings import KNOWN
from attendance.values import Course, LivenessMode, Session, SessionPhase
from client.phone.answers import course_name
from client.phone.app_browsers import is_inside_app
from client.phone.phone_sentences import phone_sentences
from client.phone.ways import lasting_address
from client.problems.refusals import RefusedError, RequestProblem
from client.problems.sentences import words_for, words_without_photo
from client.problems.ways_on import NEW_CODE
from client.web.answers.prepared_pages import prepared_answer
from client.web.compression import compress
from client.web.grants import Grant
from client.web.plain_http import has_camera
from client.web.services import the_register, the_signatures
from client.web.visitors.arrival import came_at
from client.web.visitors.grant_binding import mark_browser
from client.web.wording import clock_time, day_name
from face_detection.liveness.values import Turn

_PROBLEM_OF = {
    EntryCode.TOO_OLD: RequestProblem.CODE_TOO_OLD,
    EntryCode.NOT_YET: RequestProblem.CODE_NOT_YET,
    EntryCode.UNKNOWN: RequestProblem.SESSION_UNKNOWN,
    EntryCode.NOT_OPEN_YET: RequestProblem.SESSION_NOT_YET_OPEN,
    EntryCode.CLOSED: RequestProblem.SESSION_OVER,
    EntryCode.CANCELLED: RequestProblem.CHECK_IN_CANCELLED,
}

_PROBLEM_IN = {
    SessionPhase.PLANNED: RequestProblem.SESSION_NOT_YET_OPEN,
    SessionPhase.BY_HAND: RequestProblem.SESSION_OVER,
    SessionPhase.CLOSED: RequestProblem.SESSION_OVER,
    SessionPhase.CANCELLED: RequestProblem.CHECK_IN_CANCELLED,
}
FRAMES_PER_MOVEMENT = 8  # about five a second; the movement has to be in six of them
_FORESEEN = timedelta(days=7)  # a schedule repeats itself every week

blueprint = Blueprint("phone", __name__)


class Way(StrEnum):
    """How somebody checks in: what the page shows first."""

    FACE = "face"
    NUMBER = "number"


@blueprint.get("/")
def front_door() -> Response:
    """Say where to begin."""
    return compress(make_response(render_template("phone/scan.html")))


@blueprint.get("/s/<address>")
def check_in_page(address: str) -> Response:
    """The phone page behind a scanned code, with a fresh grant in it."""
    entry = the_register().entrances.enter(address, came_at())
    return fresh_page(admitted(entry), code_until=entry.code_until)


@blueprint.get("/g/<grant>")
def again(grant: str) -> Response:
    """The phone page once more under the grant that it had: "Try again" where no script runs."""
    register = the_register()
    held = the_signatures().read_signed_grant(grant)
    if register.clock.now() >= held.expires_at:
        raise RefusedError(RequestProblem.GRANT_EXPIRED, session_id=held.session_id)
    return phone_page(open_now(register.sessions.get(held.session_id)), grant)


@blueprint.get("/p/<poster>")
def poster_page(poster: str) -> Response:
    """The phone page behind the poster of a course that allows one."""
    register = the_register()
    course = register.courses.get(the_signatures().read_poster(poster))
    if not course.static_code:
        raise RefusedError(RequestProblem.POSTER_OFF, course=course.name)
    session = register.class_sessions.open_of(course.id)
    if session is None:
        raise _not_open(course)
    return fresh_page(session)


def admitted(entry: Admission, *, unknown: RequestProblem = RequestProblem.SESSION_UNKNOWN) -> Session:
    """The session that a code lets in to.

    Args:
        entry: what the code is worth.
        unknown: what to say of a code that was never ours.

    Raises:
        RefusedError: it lets nobody in, and why.
    """
    if entry.code is EntryCode.VALID and entry.session is not None:
        return entry.session
    problem = _PROBLEM_OF.get(entry.code, unknown)
    if problem is RequestProblem.SESSION_UNKNOWN or entry.session is None:
        raise RefusedError(unknown if problem is RequestProblem.SESSION_UNKNOWN else problem)
    raise _refusal(problem, entry.session)


def open_now(session: Session) -> Session:
    """The session, if one can check in to it.

    Raises:
        RefusedError: it has not opened yet, is over, or was cancelled.
    """
    phase = session.phase(the_register().clock.now())
    if phase is not SessionPhase.OPEN:
        raise _refusal(_PROBLEM_IN[phase], session)
    return session


def fresh_page(session: Session, *, code_until: datetime | None = None, way: Way = Way.FACE) -> Response:
    """The page with a new grant, which is bound to this browser.

    Args:
        session: what it checks in to.
        code_until: when the code that led here leaves the wall; None: it stays there.
        way: which of both it shows first.
    """
    mark = mark_browser(request)
    now = the_register().clock.now()
    grant = the_signatures().new_grant(session.id, now, browser=mark.digest, code_until=code_until)
    return mark.put_on(phone_page(session, grant, way=way), secure=request.is_secure)


def phone_page(
    session: Session, grant: str, *, way: Way = Way.FACE, typed: str = "", problem: str = ""
) -> Response:
    """The page with the camera, and the field for the roll number.

    Args:
        session: what it checks in to.
        grant: the text that entitles it.
        way: which of both it shows first.
        typed: what is in the field already.
        problem: why the number is asked for again; such a page answers a form.
    """
    now, held = the_register().clock.now(), the_signatures().read_signed_grant(grant)
    turns, choices = _movement(session, held)
    choices |= {
        "way": way.value,
        "inside_app": is_inside_app(request.headers.get("User-Agent", "")),
        "days": SNAPSHOT_LIFETIME.days,
        "titles": _titles,
        "codes_to_type": _codes_to_type,
        "say": phone_sentences,
        "asks_number": the_register().settings.one_to_one == KNOWN,
    }
    texts = {
        "course": course_name(session),
        "day": day_name(session.day),
        "grant": grant,
        "grant_id": held.id,
        "typed": typed,
        "problem": problem,
        "take_for": _seconds(held.expires_at - now),
        "send_for": _seconds(held.delivered_by - now),
        "open_for": _seconds(session.closes_at - now),
        "opened_at": clock_time(held.opened_at),
        "renew": lasting_address(session),
        "turns": json.dumps([turn.value for turn in turns]),
    }
    return prepared_answer("phone/mobile.html", choices, texts, compressed=not problem)


def _movement(session: Session, held: Grant) -> tuple[tuple[Turn, ...], dict[str, Hashable]]:
    """The movements that the page asks for besides a photo, and what its template makes of them."""
    course, camera = the_register().sessions.course_of(session), has_camera()
    mode = effective_mode(course, has_camera=camera)
    is_asked = camera and mode is not LivenessMode.OFF
    turns = asked_turns(session, held.id, held.opened_at, course.movements) if is_asked else ()
    return turns, {
        "frames": FRAMES_PER_MOVEMENT * len(turns),
        "required": mode is LivenessMode.REQUIRED,
    }


def _codes_to_type() -> list[str]:
    return sorted(code.value for code in NEW_CODE)


def _titles() -> dict[str, str]:
    """Each code's title, for the page to show with the sentence that the answer brings."""
    codes: chain[StrEnum] = chain(VerdictCode, RequestProblem)
    titles = {code.value: words_for(code).title for code in codes}  # type: ignore[arg-type]
    for code in VerdictCode:
        title = words_without_photo(code).title
        if title != titles[code]:
            titles[f"number:{code.value}"] = title
    return titles


def _seconds(span: timedelta) -> str:
    return str(max(0, int(span.total_seconds())))


def _refusal(problem: RequestProblem, session: Session) -> RefusedError:
    """A refusal that says of which course, and when it opens."""
    opens_at = session.opens_at if problem is RequestProblem.SESSION_NOT_YET_OPEN else None
    return RefusedError(problem, session_id=session.id, course=course_name(session), opens_at=opens_at)


def _not_open(course: Course) -> RefusedError:
    """The refusal of a course without an open session; it has the next opening, where that is known."""
    register = the_register()
    if register.class_sessions.cancelled_now(course.id):
        return RefusedError(RequestProblem.CHECK_IN_CANCELLED, course=course.name)
    now = register.clock.now()
    today = local_day(now, register.settings.time_zone)
    meetings = register.class_sessions.meetings(course, today, today + _FORESEEN)
    opens_at = next((meeting.opens_at for meeting in meetings if meeting.opens_at > now), None)
    return RefusedError(RequestProblem.NO_SESSION_NOW, course=course.name, opens_at=opens_at)
