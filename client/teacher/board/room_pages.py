"""Looking around and calling out names: answers in one tap, spot checks, and portraits to compare with."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from attendance.presence.answers import AskedBy
from client.access.roles import Access, Pages, the_user
from client.access.sessions import session_of
from client.access.shown_faces import shown_portrait
from client.teacher.mark_words import word_of
from client.teacher.undo import done
from client.web.services import the_register

HERE, NOT_HERE = "yes", "no"

blueprint = Pages("room", __name__, access=Access.TEACHER, url_prefix="/teach/sessions/<session_id>/room")


@blueprint.post("/answers")
def answer(session_id: str) -> Response:
    """A student who was looked for or called out is here, or not here."""
    session_of(session_id)
    given, student_id = request.form.get("here"), request.form.get("student", "")
    try:
        asked = AskedBy(request.form.get("asked", ""))
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
    if given not in (HERE, NOT_HERE):
        abort(HTTPStatus.BAD_REQUEST)
    register = the_register()
    student = register.store.student(student_id)
    if student is None or not _is_named(session_id, student_id):
        sentence = _("This student is no longer in the list. Nothing was changed.")
        return _done(session_id, sentence, "warn", code=HTTPStatus.CONFLICT)
    mark = register.presence.answers.answer(
        session_id, student_id, here=given == HERE, asked=asked, by=the_user().id
    )
    sentence = _("%(name)s: %(state)s.", name=student.name, state=word_of(mark.status))
    undo = {"student": student_id, "version": str(mark.version)}
    return _done(session_id, sentence, "ok", undo=(url_for("corrections.undo", session_id=session_id), undo))


@blueprint.post("/spot-check")
def spot_check(session_id: str) -> Response:
    """Choose names to call out."""
    session_of(session_id)
    check = the_register().presence.spot_checks.draw(session_id, by=the_user().id)
    if check is None:
        sentence = _("Nobody has checked in yet, so there is nobody to call out.")
        return _done(session_id, sentence, "info", code=HTTPStatus.CONFLICT)
    return _done(session_id, _("Call out the names, and tap who answers."), "ok")


@blueprint.post("/habit")
def habit(session_id: str) -> Response:
    """Propose a spot check in every session of this course from now on, or no longer."""
    _session, course = session_of(session_id)
    on = request.form.get("on")
    if on not in (HERE, NOT_HERE):
        abort(HTTPStatus.BAD_REQUEST)
    the_register().courses.change(course.id, spot_check=on == HERE)
    sentence = (
        _("The board proposes a spot check ten minutes after the start of each session of this course.")
        if on == HERE
        else _("The board no longer proposes spot checks in this course.")
    )
    return _done(session_id, sentence, "ok")


@blueprint.get("/portraits/<student_id>")
def portrait(session_id: str, student_id: str) -> Response:
    """The enrolled picture of a student in one of the board's lists; browsers don't store it."""
    session_of(session_id)
    kept = shown_portrait(student_id) if _is_named(session_id, student_id) else None
    if kept is None:
        abort(HTTPStatus.NOT_FOUND)
    picture = make_response(kept.jpeg)
    picture.mimetype = "image/jpeg"
    return picture


def _is_named(session_id: str, student_id: str) -> bool:
    """Whether a student is in the board's lists."""
    register = the_register()
    return student_id in register.presence.view(register.boards.of_one(session_id, student_id)).named


def _done(
    session_id: str,
    sentence: str,
    kind: str,
    *,
    undo: tuple[str, dict[str, str]] | None = None,
    code: int = HTTPStatus.OK,
) -> Response:
    """Back to the board's part about the room, with what was done and a way to undo it."""
    address = f"{url_for('board.show', session_id=session_id)}#room"
    return done(address, sentence, kind, undo=undo, code=code)
