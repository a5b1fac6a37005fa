"""The board's cards of students to look for or to call out."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from attendance.marks.live_board import Board, BoardRow
from attendance.presence.room_view import CalledStudent, PresenceView
from client.access.shown_faces import shown_portrait
from client.web.services import the_register
from client.web.wording import clock_time


@dataclass(frozen=True)
class RoomCard:
    """One student to look for.

    Attributes:
        student_id: whose card.
        name: as on the roster.
        roll_number: likewise.
        since: when the student checked in; empty without that.
        here: the teacher's answer, where there is one.
    """

    student_id: str
    name: str
    roll_number: str
    since: str
    here: bool | None = None


@dataclass(frozen=True)
class RoomCards:
    """What the board shows of who is in the room.

    Attributes:
        shown: whether there is anything to show or to do.
        pictures: how many pictures of the room there are.
        counts: how many checked in, and how many of them are in the pictures, in a sentence.
        not_seen: checked in and not in a picture.
        not_checked_in: in a picture and not checked in.
        called: the names to call out.
        proposes: whether it is time for the course's spot check.
        is_habit: whether the course has spot checks in every session.
        can_draw: whether there is anybody to call out.
        wait: seconds until it is time for that; 0 if it is, or never will be.
        state: changes when any of this does, except the time.
    """

    shown: bool
    pictures: int
    counts: str
    not_seen: tuple[RoomCard, ...]
    not_checked_in: tuple[RoomCard, ...]
    called: tuple[RoomCard, ...]
    proposes: bool
    is_habit: bool
    can_draw: bool
    wait: int
    state: str

    @property
    def is_answered(self) -> bool:
        """Whether every name that was called out has an answer."""
        return all(card.here is not None for card in self.called)


def room_cards(board: Board) -> RoomCards:
    """The cards of a board."""
    view = the_register().presence.view(board)
    called = tuple(_called(each) for each in view.called)
    asked = {card.student_id for card in called}  # who is called out is not looked for as well
    not_seen = _cards(row for row in view.not_seen if row.student.id not in asked)
    not_checked_in = _cards(view.not_checked_in)
    sentence, is_habit = _counts(view), board.course.spot_check
    shown = bool(view.checked_in or view.pictures or called) and not board.session.is_cancelled
    content = (shown, view.pictures, sentence, not_seen, not_checked_in, called, view.proposes, is_habit)
    return RoomCards(
        shown,
        view.pictures,
        sentence,
        not_seen,
        not_checked_in,
        called,
        view.proposes,
        is_habit,
        can_draw=bool(view.checked_in),
        wait=0 if view.wait is None else max(0, math.ceil(view.wait.total_seconds())),
        state=hashlib.sha256(repr(content).encode()).hexdigest()[:16],
    )


def has_portrait(student_id: str) -> bool:
    """Whether there is an enrolled picture of a student; asked for the cards that are sent only."""
    return shown_portrait(student_id) is not None


def _counts(view: PresenceView) -> str:
    checked_in = ngettext(
        "%(num)d student checked in by phone.", "%(num)d students checked in by phone.", view.checked_in
    )
    if not view.pictures:
        return str(checked_in)
    seen = ngettext("%(num)d of them was seen.", "%(num)d of them were seen.", view.seen)
    return f"{checked_in} {seen} {_('Photos and videos of the room: %(number)s.', number=view.pictures)}"


def _cards(rows: Iterable[BoardRow]) -> tuple[RoomCard, ...]:
    return tuple(_card(row) for row in rows)


def _called(student: CalledStudent) -> RoomCard:
    return _card(student.row, here=student.here)


def _card(row: BoardRow, *, here: bool | None = None) -> RoomCard:
    came = row.mark.at if row.mark is not None and row.mark.counts_as_there else None
    return RoomCard(
        row.student.id,
        row.student.name,
        row.student.roll_number,
        "" if came is None else str(_("Checked in at %(time)s", time=clock_time(came))),
        here,
    )
