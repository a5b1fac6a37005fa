"""Whom a teacher may want to look for: who checked in unseen, the other way round, and spot checks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from attendance.marks.last_word import kept_status, last_word
from attendance.marks.live_board import Board, BoardRow
from attendance.presence.room_pictures import came_by_phone, seen_in
from attendance.values import Mark, MarkEvent, MarkMethod, SessionPhase

SETTLED_AFTER = timedelta(minutes=10)
"""From when on a board proposes a spot check where that is a habit of the course: most of a class has checked
in by then, and hardly anybody has left."""


@dataclass(frozen=True)
class CalledStudent:
    """One name of the latest spot check.

    Attributes:
        row: the student.
        here: the teacher's answer; None: it is still open.
    """

    row: BoardRow
    here: bool | None


@dataclass(frozen=True)
class PresenceView:
    """A class and what is known of who is in the room.

    Attributes:
        pictures: how many pictures of the room there are.
        checked_in: how many students have checked in by phone.
        seen: how many of them are in the pictures.
        not_seen: the others about whom no person has decided, by roll numbers.
        not_checked_in: who is in the pictures and counts as nothing, by roll numbers.
        called: the names of the latest spot check, in the order in which they were chosen.
        proposes: whether it is time for the spot check that is a habit of the course.
        wait: the time until then; None: there is no such habit, or there was a spot check already.
    """

    pictures: int
    checked_in: int
    seen: int
    not_seen: tuple[BoardRow, ...]
    not_checked_in: tuple[BoardRow, ...]
    called: tuple[CalledStudent, ...]
    proposes: bool
    wait: timedelta | None

    @property
    def named(self) -> frozenset[str]:
        """Ids of the students in the lists."""
        rows = (*self.not_seen, *self.not_checked_in, *(each.row for each in self.called))
        return frozenset(row.student.id for row in rows)


def room_view(
    board: Board, now: datetime, marks_of: Callable[[Collection[str]], Collection[Mark]]
) -> PresenceView:
    """What is known of who is in the room.

    Args:
        board: of the session.
        now: the time.
        marks_of: reads the whole marks of some students, of whom there are few.
    """
    session, seen = board.session, seen_in(board.session)
    rows = (*board.rows, *board.guests)
    by_phone = [row for row in rows if row.mark is not None and came_by_phone(row.mark)]
    missing = [row for row in by_phone if row.student.id not in seen] if session.room_pictures else []
    called = next(reversed(session.spot_checks), None)
    asked = {*seen, *(called.student_ids if called else ()), *(row.student.id for row in missing)}
    marks = {mark.student_id: mark for mark in marks_of(asked)} if asked else {}
    wait = _until_proposal(board, now)
    return PresenceView(
        pictures=len(session.room_pictures),
        checked_in=len(by_phone),
        seen=sum(row.student.id in seen for row in by_phone),
        not_seen=tuple(row for row in missing if _word_in_room(marks.get(row.student.id)) is None),
        not_checked_in=tuple(
            row for row in rows if row.student.id in seen and _counts_as_nothing(marks.get(row.student.id))
        ),
        called=_called(board, marks),
        proposes=wait is not None and wait <= timedelta(0) and bool(by_phone),
        wait=wait,
    )


def _until_proposal(board: Board, now: datetime) -> timedelta | None:
    """The time until a board proposes the spot check that is a habit of its course; None if it never does."""
    session = board.session
    if not board.course.spot_check or session.spot_checks or board.phase is not SessionPhase.OPEN:
        return None
    return session.opens_at + SETTLED_AFTER - now


def _called(board: Board, marks: Mapping[str, Mark]) -> tuple[CalledStudent, ...]:
    """The names of the latest spot check who are still in the register."""
    check = next(reversed(board.session.spot_checks), None)
    if check is None:
        return ()
    rows = {row.student.id: row for row in (*board.rows, *board.guests)}
    found = [rows[name] for name in check.student_ids if name in rows]
    return tuple(CalledStudent(row, _answer_since(marks.get(row.student.id), check.at)) for row in found)


def _answer_since(mark: Mark | None, moment: datetime) -> bool | None:
    word = _word_in_room(mark)
    return None if word is None or word.at < moment else word.status.is_there


def _word_in_room(mark: Mark | None) -> MarkEvent | None:
    """What a person decided who was there: by hand, and not about a photo that a phone sent."""
    word = None if mark is None else last_word(mark)
    return word if word is not None and word.method is MarkMethod.MANUAL else None


def _counts_as_nothing(mark: Mark | None) -> bool:
    """Whether a student neither counts as there, nor has a person's word, nor waits for review."""
    if mark is None:
        return True
    return not mark.counts_as_there and not mark.under_review and kept_status(mark) is None
