"""The live board of a session: the page, its changes, and the events that announce them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Response, current_app, jsonify, make_response, render_template, request
from flask import session as login

from attendance.marks.live_board import Board
from attendance.values import SessionPhase
from client.access.login_cookie import unattended
from client.access.roles import Access, Pages
from client.access.sessions import session_of
from client.serving.events.board_events import CHANGE_HEADER, SESSION_HEADER, first_event
from client.serving.events.streams import EVENT_STREAM
from client.teacher.board.alarm_cards import alarm_cards
from client.teacher.board.board_rows import BoardStates
from client.teacher.board.room_cards import has_portrait, room_cards
from client.teacher.board.shown_rows import shown_rows
from client.teacher.mark_words import METHODS, SETTABLE, STATES
from client.teacher.review_cards import HeldCard, cards_of, digest_of
from client.teacher.undo import UNDO
from client.web.compression import compressed
from client.web.services import the_register

MOST_CARDS = 5  # check-ins that need review on the board; the queue has the others
_STATES = "board_states"

blueprint = Pages("board", __name__, access=Access.TEACHER, url_prefix="/teach/sessions/<session_id>")


@blueprint.record_once
def _remember_states(setup: object) -> None:
    setup.app.extensions[_STATES] = BoardStates()  # type: ignore[attr-defined]


@blueprint.get("/board")
def show(session_id: str) -> Response:
    """The whole page; compressed, unless the address has something in it that the page repeats."""
    session_of(session_id)
    return make_response(_page(session_id)) if request.args else _compressed_page(session_id)


def _page(session_id: str) -> str:
    board = the_register().boards.of(session_id)
    shown = shown_rows(board)
    cards = _cards(board)
    return render_template(
        "teacher/board/show.html",
        session=board.session,
        course=board.course,
        stands=board.phase.value,
        audit_head=the_register().audit.head() if board.phase is SessionPhase.CLOSED else "",
        counts=board.counts,
        here_rows=shown.here,
        out_rows=shown.out,
        is_cut=shown.is_cut,
        lists={"in": shown.here_pages, "out": shown.out_pages},
        state=_states().keep(session_id, shown.rows),
        change=board.change,
        held=cards.shown,
        more_held=cards.there_are_more,
        held_state=cards.state,
        room=room_cards(board),
        has_portrait=has_portrait,
        alarms=alarm_cards(board),
        undo=login.pop(UNDO, None),
        states=STATES,
        methods=METHODS,
        settable=_settable(),
    )


_compressed_page = compressed(_page)


@blueprint.get("/board/changes")
@unattended
@compressed
def changes(session_id: str) -> Response:
    """The changes since the state that the browser names; requested after each event.

    Where the board shows one page of many, the address names it as that of the board does.
    """
    session_of(session_id)
    board = the_register().boards.of(session_id)
    difference = _states().since(request.args.get("since", ""), session_id, shown_rows(board).rows)
    settable = _settable()
    row_of = current_app.jinja_env.get_template("teacher/board/row.html").module.row  # type: ignore[attr-defined]
    return jsonify(
        change=board.change,
        state=difference.state,
        whole=difference.is_whole,
        rows=[
            [row.student_id, row.is_in, str(row_of(row, session_id, STATES, METHODS, settable))]
            for row in difference.rows
        ],
        gone=difference.gone,
        counts=_counts(board),
        phase=board.phase.value,
        **_held(board),
        **_room(board),
        **_alarms(board),
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


@dataclass(frozen=True)
class BoardCards:
    """The check-ins that need review which a board shows.

    Attributes:
        shown: the oldest ones.
        there_are_more: whether others wait in the queue.
        state: changes when any of this does.
    """

    shown: tuple[HeldCard, ...]
    there_are_more: bool
    state: str


def _cards(board: Board) -> BoardCards:
    cards = cards_of(board.held, [board.course])
    shown, more = cards[:MOST_CARDS], len(cards) > MOST_CARDS
    return BoardCards(shown, more, f"{digest_of(shown)}{'+' if more else ''}")


def _held(board: Board) -> dict[str, object]:
    """The cards of check-ins that need review, if they differ from those that the browser shows."""
    cards = _cards(board)
    if request.args.get("held") == cards.state:
        return {"held_state": cards.state}
    html = render_template("teacher/board/held.html", held=cards.shown, back=board.session.id)
    return {"held_state": cards.state, "held": html, "held_more": cards.there_are_more}


def _room(board: Board) -> dict[str, object]:
    """The cards of students to look for, if they differ from those that the browser shows."""
    cards = room_cards(board)
    if request.args.get("room") == cards.state:
        return {"room_state": cards.state}
    if not cards.shown:
        return {"room_state": cards.state, "room": ""}
    html = render_template(
        "teacher/board/room.html", room=cards, session=board.session, has_portrait=has_portrait
    )
    return {"room_state": cards.state, "room": html}


def _alarms(board: Board) -> dict[str, object]:
    """The alarms, if they differ from those that the browser shows."""
    cards = alarm_cards(board)
    if request.args.get("alarms") == cards.state:
        return {"alarms_state": cards.state}
    html = render_template("teacher/board/alarms.html", alarms=cards, session_id=board.session.id)
    return {"alarms_state": cards.state, "alarms": html, "alarms_count": cards.count}


def _settable() -> dict[str, tuple[str, str, str]]:
    """The statuses that each row has a button for, with tone, icon and word; translated once."""
    return {
        status.value: (tone, icon, str(word))
        for status in SETTABLE
        for tone, icon, word in [STATES[status.value]]
    }


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
