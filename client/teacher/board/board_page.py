"""The live board of a session: the page, its changes, and the events that announce them."""

from __future__ import annotations

from typing import cast

from flask import Response, current_app, jsonify, make_response, render_template, request
from flask import session as login

from attendance.marks.live_board import Board
from client.access.login_cookie import unattended
from client.access.roles import Access, Pages
from client.access.sessions import session_of
from client.serving.board_events import CHANGE_HEADER, EVENT_STREAM, SESSION_HEADER, first_event
from client.teacher.board.board_rows import BoardStates, rows_of
from client.teacher.mark_words import METHODS, STATES
from client.teacher.review_cards import cards_of, digest_of
from client.teacher.undo import UNDO
from client.web.compression import compressed
from client.web.services import the_register

_STATES = "board_states"

blueprint = Pages("board", __name__, access=Access.TEACHER, url_prefix="/teach/sessions/<session_id>")


@blueprint.record_once
def _remember_states(setup: object) -> None:
    setup.app.extensions[_STATES] = BoardStates()  # type: ignore[attr-defined]


@blueprint.get("/board")
@compressed
def show(session_id: str) -> str:
    """The whole page."""
    session_of(session_id)
    board = the_register().boards.of(session_id)
    rows = rows_of(board)
    held = cards_of(board.held, [board.course])
    return render_template(
        "teacher/board/show.html",
        session=board.session,
        course=board.course,
        stands=board.phase.value,
        counts=board.counts,
        rows=rows,
        state=_states().keep(session_id, rows),
        change=board.change,
        held=held,
        held_state=digest_of(held),
        undo=login.pop(UNDO, None),
        states=STATES,
        methods=METHODS,
    )


@blueprint.get("/board/changes")
@unattended
@compressed
def changes(session_id: str) -> Response:
    """The changes since the state that the browser names; requested after each event."""
    session_of(session_id)
    board = the_register().boards.of(session_id)
    rows = rows_of(board)
    difference = _states().since(request.args.get("since", ""), session_id, rows)
    row_of = current_app.jinja_env.get_template("teacher/board/row.html").module.row  # type: ignore[attr-defined]
    return jsonify(
        change=board.change,
        state=difference.state,
        whole=difference.is_whole,
        rows=[
            [row.student_id, row.is_in, str(row_of(row, session_id, STATES, METHODS))]
            for row in difference.rows
        ],
        gone=difference.gone,
        counts=_counts(board),
        phase=board.phase.value,
        **_held(board),
    )


@blueprint.get("/events")
@unattended
def events(session_id: str) -> Response:
    """The stream of changes: Flask checks who may listen, and the ASGI layer above continues it."""
    session_of(session_id)
    change = the_register().boards.change(session_id)
    answer = make_response(first_event(change))
    answer.mimetype = EVENT_STREAM
    answer.headers[SESSION_HEADER] = session_id.encode().hex()
    answer.headers[CHANGE_HEADER] = str(change)
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy passes each event on at once
    return answer


def _held(board: Board) -> dict[str, str]:
    """The cards of check-ins that need review, if they differ from those that the browser shows."""
    held = cards_of(board.held, [board.course])
    state = digest_of(held)
    if request.args.get("held") == state:
        return {"held_state": state}
    html = render_template("teacher/board/held.html", held=held, back=board.session.id)
    return {"held_state": state, "held": html}


def _counts(board: Board) -> dict[str, int]:
    counts = board.counts
    return {
        "here": counts.present + counts.late,
        "present": counts.present,
        "late": counts.late,
        "missing": counts.missing,
        "absent": counts.absent,
        "excused": counts.excused,
        "held": counts.held,
        "of": counts.on_roster,
    }


def _states() -> BoardStates:
    return cast("BoardStates", current_app.extensions[_STATES])
