"""What was just done, with a way to undo it: on the next page, or as data for a script."""

from __future__ import annotations

from flask import Response, jsonify, render_template

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
