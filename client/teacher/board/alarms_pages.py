"""Settling what is odd about check-ins, with one tap each, and its undo."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from attendance.values import Alarm
from client.access.roles import Access, Pages, the_user
from client.access.sessions import session_of
from client.teacher.undo import done
from client.web.services import the_register

blueprint = Pages("alarms", __name__, access=Access.TEACHER, url_prefix="/teach/sessions/<session_id>/alarms")


@blueprint.post("/settle")
def settle(session_id: str) -> Response:
    """The teacher has seen an alarm; of two students who share a phone, for good where that is wanted."""
    session_of(session_id)
    alarm = _alarm_of(session_id)
    if alarm is None:
        return _answer(session_id, _("There is no such alarm any more."), "warn", code=404)
    for_good = request.form.get("for_good") == "yes"
    settled = the_register().alarms.settle(alarm.id, by=the_user().id, for_good=for_good)
    if settled is None:
        return _answer(session_id, _("That was seen already."), "info")
    undo = (url_for(".reopen", session_id=session_id), {"alarm": alarm.id})
    sentence = _("These students may share a phone from now on.") if settled.for_good else _("Seen.")
    return _answer(session_id, sentence, "ok", undo=undo)


@blueprint.post("/reopen")
def reopen(session_id: str) -> Response:
    """Undo that an alarm was settled."""
    session_of(session_id)
    alarm = _alarm_of(session_id)
    if alarm is None or the_register().alarms.reopen(alarm.id) is None:
        return _answer(session_id, _("There was nothing left to undo."), "info")
    return _answer(session_id, _("Undone."), "ok")


def _alarm_of(session_id: str) -> Alarm | None:
    """The alarm that the form names, if it is this session's."""
    alarm = the_register().store.alarm(request.form.get("alarm", ""))
    return alarm if alarm is not None and alarm.session_id == session_id else None


def _answer(
    session_id: str,
    sentence: str,
    kind: str,
    *,
    undo: tuple[str, dict[str, str]] | None = None,
    code: int = 200,
) -> Response:
    """Back to the board, with what was done and a way to undo it."""
    return done(url_for("board.show", session_id=session_id), sentence, kind, undo=undo, code=code)
