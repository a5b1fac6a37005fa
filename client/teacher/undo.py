"""What was just done, with a way to undo it: on the next page, or as data for a script."""

from __future__ import annotations

from flask import Response, flash, jsonify, redirect, render_template
from flask import session as login
from werkzeug.wrappers import Response as AnyResponse

from client.access.teacher_requests import asks_for_data

UNDO = "undo"  # in the login's cookie: address and fields of the form that undoes the last change


def done_as_data(
    sentence: str, kind: str, *, undo: tuple[str, dict[str, str]] | None = None, code: int = 200
) -> Response:
    """What was done on a board or in the review queue, for a script that asked for data.

    Args:
        sentence: what was done.
        kind: the tone of the notice: ``ok``, ``warn`` or ``bad``.
        undo: address and fields of the form that undoes it.
        code: of HTTP.
    """
    html = render_template("teacher/board/done.html", sentence=sentence, kind=kind, undo=undo)
    answer = jsonify(status=kind, message=sentence, html=html)
    answer.status_code = code
    return answer


def done(
    address: str,
    sentence: str,
    kind: str,
    *,
    undo: tuple[str, dict[str, str]] | None = None,
    code: int = 200,
) -> AnyResponse:
    """What was done, on the next page; for a script that asked for data, as `done_as_data`.

    Args:
        address: of the next page.
        sentence: what was done.
        kind: the tone of the notice: ``ok``, ``info``, ``warn`` or ``bad``.
        undo: address and fields of the form that undoes it.
        code: of HTTP, where data was asked for.
    """
    if asks_for_data():
        return done_as_data(sentence, kind, undo=undo, code=code)
    flash(sentence, kind)
    if undo is not None:
        login[UNDO] = undo
    return redirect(address, 303)
