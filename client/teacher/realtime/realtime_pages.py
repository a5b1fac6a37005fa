"""The live page: a camera that marks who it recognises, and the kiosk that it can be locked to."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from attendance.accounts.errors import LoginDelayedError, LoginRefusedError, PinRefusedError
from attendance.accounts.kiosk_locks import LONGEST_PIN, SHORTEST_PIN
from attendance.classes.general_course import meant_ones
from attendance.errors import CourseNotFoundError, SessionNotFoundError
from attendance.live.values import LiveMarking
from attendance.values import Course, Session, SessionPhase
from client.access.kiosk import (
    Kiosk,
    in_kiosk,
    kiosk_visitor,
    lock_kiosk,
    open_kiosk,
    release_kiosk,
    the_kiosk,
)
from client.access.login_cookie import unattended
from client.access.roles import Access, Pages, may_teach, the_user
from client.access.sessions import session_of
from client.access.site_uses import need_live_camera
from client.access.teacher_requests import asks_for_data
from client.problems.table import problem_of
from client.teacher.realtime.words import STATUSES, realtime_words
from client.web.services import the_register
from client.web.wording import too_many_attempts

LIVE_DEVICE, KIOSK_DEVICE = "live page", "kiosk"  # what the camera is called in the marks

blueprint = Pages("realtime", __name__, access=Access.TEACHER, url_prefix="/realtime")

blueprint.before_request(need_live_camera)


@blueprint.get("/", strict_slashes=False)
def index() -> AnyResponse | str:
    """The one session that is meant, or a choice of those that are open."""
    found = _open_sessions()
    meant = meant_ones([session for session, _ in found])
    if len(meant) == 1:
        return redirect(url_for("realtime.show", session_id=meant[0].id), HTTPStatus.SEE_OTHER)
    return render_template("teacher/realtime/index.html", sessions=found)


@blueprint.get("/<session_id>")
def show(session_id: str) -> str:
    """The camera of a session."""
    session, course = session_of(session_id)
    return _live_page(session, course)


@blueprint.get("/<session_id>/counts")
@in_kiosk
@unattended
def counts(session_id: str) -> Response:
    """How many are here, and whether the session is open; also shows the page why a socket ended."""
    kiosk = the_kiosk()
    if kiosk is not None and kiosk.session_id != session_id:
        abort(HTTPStatus.FORBIDDEN)
    session, _course = session_of(session_id)
    board = the_register().boards.of(session.id)
    return jsonify(
        here=board.counts.present + board.counts.late,
        of=board.counts.on_roster,
        open=board.phase is SessionPhase.OPEN,
    )


@blueprint.post("/<session_id>/kiosk")
def lock(session_id: str) -> AnyResponse | tuple[str, int]:
    """Make this browser a kiosk."""
    session, course = session_of(session_id)
    pin, again = request.form.get("pin", ""), request.form.get("again", "")
    by_click = request.form.get("marking") == LiveMarking.BY_CLICK.value
    problem = "" if pin == again else _("The two PINs don't match.")
    try:
        if not problem:
            lock_kiosk(pin, Kiosk(session.id, by_click))
    except PinRefusedError as error:
        problem = str(error)
    if problem:
        return _live_page(session, course, problem=problem), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("realtime.kiosk"), HTTPStatus.SEE_OTHER)


@blueprint.get("/kiosk")
@in_kiosk
def kiosk() -> AnyResponse | str:
    """The page of a browser that is a kiosk."""
    locked = the_kiosk()
    if locked is None:
        return redirect(url_for("realtime.index"), HTTPStatus.SEE_OTHER)
    return _kiosk_page(locked)


@blueprint.post("/kiosk/open")
@in_kiosk
def unlock() -> AnyResponse | tuple[str, int]:
    """Unlock the kiosk with the PIN, or with the password of the user who locked it."""
    locked = the_kiosk()
    if locked is None:
        return _opened(None)
    status = HTTPStatus.FORBIDDEN
    try:
        if request.form.get("password"):
            the_register().accounts.log_in(the_user().username, request.form["password"], kiosk_visitor())
            release_kiosk()
        else:
            open_kiosk(request.form.get("pin", ""))
    except LoginRefusedError:
        problem = _("Wrong PIN or password. Try again.")
    except LoginDelayedError as error:
        status = problem_of(error).status
        problem = too_many_attempts(error.seconds)
    else:
        return _opened(_session_of_kiosk(locked))
    if asks_for_data():
        return make_response(jsonify(status="error", message=problem), status)
    return _kiosk_page(locked, problem), status


def _opened(found: tuple[Session, Course] | None) -> AnyResponse:
    """To the page that the browser is no kiosk for any more."""
    there = url_for("realtime.index")
    if found is not None:
        there = url_for("realtime.show", session_id=found[0].id)
    if asks_for_data():
        return jsonify(status="ok", next=there)
    return redirect(there, HTTPStatus.SEE_OTHER)


def _open_sessions() -> list[tuple[Session, Course]]:
    """The sessions that are open and that the user may run, by course."""
    register = the_register()
    register.sessions.open_general()  # the first request of a day opens it
    found = [(one, register.sessions.course_of(one)) for one in register.class_sessions.open_ones()]
    mine = [(session, course) for session, course in found if may_teach(course)]
    return sorted(mine, key=lambda one: (one[1].name, one[0].opens_at))


def _live_page(session: Session, course: Course, problem: str = "") -> str:
    stands = session.phase(the_register().clock.now())
    return render_template(
        "teacher/realtime/show.html",
        stands=stands.value,
        by_click=request.form.get("marking") == LiveMarking.BY_CLICK.value,
        problem=problem,
        shortest=SHORTEST_PIN,
        longest=LONGEST_PIN,
        device=LIVE_DEVICE,
        **_stage(session, course, in_kiosk_mode=False),
    )


def _kiosk_page(locked: Kiosk, problem: str = "") -> str:
    found = _session_of_kiosk(locked)
    stage = {"session": None} if found is None else _stage(*found, in_kiosk_mode=True)
    return render_template(
        "teacher/realtime/kiosk.html",
        by_click=locked.by_click,
        problem=problem,
        shortest=SHORTEST_PIN,
        longest=LONGEST_PIN,
        device=KIOSK_DEVICE,
        **stage,
    )


def _session_of_kiosk(locked: Kiosk) -> tuple[Session, Course] | None:
    """What the kiosk is for; None where that is gone or somebody else's: the PIN opens it all the same."""
    register = the_register()
    try:
        session = register.class_sessions.get(locked.session_id or "")
        course = register.courses.get(session.course_id)
    except (SessionNotFoundError, CourseNotFoundError):
        return None
    return (session, course) if may_teach(course) else None


def _stage(session: Session, course: Course, *, in_kiosk_mode: bool) -> dict[str, object]:
    """What both pages need to show the camera."""
    board = the_register().boards.of(session.id)
    return {
        "session": session,
        "course": course,
        "counts": board.counts,
        "words": realtime_words(kiosk=in_kiosk_mode),
        "icons": sorted({icon for _tone, icon, _word in STATUSES.values()} | {"late", "sound", "mute"}),
    }
