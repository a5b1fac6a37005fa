"""Answers the frames and clicks of an open socket."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import tzinfo

from attendance.errors import StudentNotFoundError
from attendance.live.values import Frames
from attendance.marks.last_word import status_for_cameras
from attendance.people.finding import named
from attendance.store.protocol import Store
from client.problems.table import DOMAIN_ERRORS
from client.software.live import messages
from client.software.live.handshake import Ticket
from client.software.live.known_fields import known_fields
from client.software.live.messages import Click, LiveProblem, Message

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PendingFrame:
    """A frame that has not been processed yet."""

    number: int
    data: bytes
    at: float


class LiveAnswers:
    """Recognises and marks; call it in a thread.

    Args:
        stream: recognises faces in the frames.
        ticket: the socket's permissions.
        store: looks up the names of candidates.
        zone: the site's time zone; None means the computer's own.
    """

    def __init__(self, stream: Frames, ticket: Ticket, store: Store, zone: tzinfo | None) -> None:
        self._stream = stream
        self._ticket = ticket
        self._store = store
        self._zone = zone

    def to_frame(self, frame: PendingFrame) -> Message:
        """The response to a frame."""
        try:
            view = self._stream.look(frame.data, frame.at)
            ticket = self._ticket
            message = messages.faces(
                frame.number, view, self._store, scores=ticket.scores, choosing=ticket.choosing
            )
            if ticket.known_fields:
                message |= known_fields(view, zone=self._zone, details=ticket.details)
        except DOMAIN_ERRORS as error:
            return messages.failure(error, "Temporarily unavailable. Keep sending.", frame=frame.number)
        except Exception as error:  # noqa: BLE001 - logged; the socket stays open
            _log.exception("Processing a live frame failed.")
            return messages.failure(error, "Internal error. Keep sending.", frame=frame.number)
        return message

    def to_click(self, click: Click) -> Message:
        """The response to a click."""
        if click.student is not None and not self._ticket.choosing:
            return messages.problem(LiveProblem.NOBODY, "A kiosk can't choose between students.")
        try:
            chosen = None if click.student is None else named(self._store, click.student).id
            by, by_person = self._ticket.by, self._ticket.by_teacher
            mark = self._stream.click(click.face, by=by, student_id=chosen, by_person=by_person)
        except StudentNotFoundError as error:
            return messages.problem(LiveProblem.NOBODY, str(error))
        except DOMAIN_ERRORS as error:
            return messages.failure(error, "Nothing was marked. Click again.")
        if mark is None:
            return messages.problem(
                LiveProblem.NOBODY, f"Face {click.face} is not a student who can be marked."
            )
        return messages.clicked(click.face, mark.student_id, status_for_cameras(mark).value)
