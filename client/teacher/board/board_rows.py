"""The rows of a board, and which of them changed since a browser last asked."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from attendance.marks.live_board import Board, BoardRow
from attendance.reports.content.arrivals import came_at
from attendance.values import Mark, MarkStatus, Session, Student
from attendance.values.roll_numbers import order_of
from client.teacher.evidence_words import doubt_words
from client.teacher.mark_words import place_words, remark_words
from client.web.wording import clock_time

KEPT_STATES = 64  # of all boards together; an older one is sent whole


@dataclass(frozen=True)
class Row:
    """One student on the board.

    Attributes:
        key: what rows are sorted by: the roll number, 2 before 10.
        is_in: whether the student counts as here.
        state: a status, ``review`` or ``none``.
        time: when the student came, as shown and as in reports; empty for those who did not, and where it was
            noted at another time than the session's.
        method: how the mark was made; empty without one.
        is_guest: marked, but not on the roster.
        remark: that somebody came whom a person had marked otherwise; empty mostly.
        doubt: what about the check-in a teacher may want to look at; empty mostly.
        place: where who is here was, as far as that is known; empty otherwise.
    """

    student_id: str
    key: str
    roll_number: str
    name: str
    is_in: bool
    state: str
    time: str
    method: str
    is_guest: bool
    remark: str
    doubt: str
    place: str


@dataclass(frozen=True)
class Pupils:
    """Everybody on a board, guests too, in the order of roll numbers.

    Attributes:
        here: who counts as here.
        out: all others.
        guests: the ids of the guests.
    """

    here: tuple[BoardRow, ...]
    out: tuple[BoardRow, ...]
    guests: frozenset[str]

    @classmethod
    def of(cls, board: Board) -> Pupils:
        """Those of a board."""
        everybody = sorted((*board.rows, *board.guests), key=lambda row: order_of(row.student.roll_number))
        return cls(
            tuple(row for row in everybody if _is_in(row)),
            tuple(row for row in everybody if not _is_in(row)),
            frozenset(row.student.id for row in board.guests),
        )

    def __len__(self) -> int:
        """How many there are."""
        return len(self.here) + len(self.out)

    def rows(
        self, chosen: Iterable[BoardRow], marks: Mapping[str, Mark], session: Session
    ) -> tuple[Row, ...]:
        """The rows of some of them, with their whole marks, in the order of roll numbers.

        Args:
            chosen: whose.
            marks: the marks of those who have one, by the students' ids.
            session: the board's.
        """
        rows = (
            _row(row.student, marks.get(row.student.id), session, is_guest=row.student.id in self.guests)
            for row in chosen
        )
        return tuple(sorted(rows, key=lambda row: row.key))


def texts_of(rows: Sequence[BoardRow]) -> list[str]:
    """What the rows of students are searched by."""
    return [f"{row.student.name} {row.student.roll_number}" for row in rows]


def _is_in(row: BoardRow) -> bool:
    return row.mark is not None and row.mark.counts_as_there


def _row(student: Student, whole: Mark | None, session: Session, *, is_guest: bool) -> Row:
    mark = None if whole is None or whole.status is MarkStatus.WITHDRAWN else whole
    is_in = mark is not None and mark.counts_as_there
    came = came_at(mark, session) if mark is not None and mark.status.is_there else None
    return Row(
        student_id=student.id,
        key=order_of(student.roll_number),
        roll_number=student.roll_number,
        name=student.name,
        is_in=is_in,
        state=state_of(mark),
        time="" if came is None else clock_time(came),
        method=mark.method.value if mark is not None else "",
        is_guest=is_guest,
        remark="" if whole is None else remark_words(whole),
        doubt=doubt_words(mark.evidence) if is_in and mark is not None else "",
        place=place_words(mark.evidence.place) if is_in and mark is not None else "",
    )


def state_of(mark: Mark | None) -> str:
    """A status, ``review`` for a mark that needs review, or ``none``, also for one that was withdrawn."""
    if mark is None or mark.status is MarkStatus.WITHDRAWN:
        return "none"
    return "review" if mark.under_review else mark.status.value


@dataclass(frozen=True)
class Difference:
    """What a browser has to change.

    Attributes:
        state: what to name when asking the next time.
        is_whole: whether ``rows`` are all there are, and every other one goes.
        rows: new ones, or those that changed.
        gone: ids of students that are not on the board any more.
    """

    state: str
    is_whole: bool
    rows: tuple[Row, ...]
    gone: tuple[str, ...]


class BoardStates:
    """Remembers sent rows under their digest, so that only changes are sent."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, dict[str, Row]] = OrderedDict()

    def since(self, state: str, session_id: str, rows: tuple[Row, ...]) -> Difference:
        """What changed since a state; everything, where that is not known here.

        Args:
            state: what the browser shows; empty means nothing.
            session_id: whose board.
            rows: the current ones.
        """
        now = self.keep(session_id, rows)
        with self._lock:
            before = self._kept.get(state) if state.startswith(_prefix(session_id)) else None
        if before is None:
            return Difference(now, is_whole=True, rows=rows, gone=())
        current = {row.student_id for row in rows}
        return Difference(
            now,
            is_whole=False,
            rows=tuple(row for row in rows if before.get(row.student_id) != row),
            gone=tuple(student_id for student_id in before if student_id not in current),
        )

    def keep(self, session_id: str, rows: tuple[Row, ...]) -> str:
        """Remember rows, and return the name of their state."""
        digest = hashlib.sha256(repr([_fields(row) for row in rows]).encode()).hexdigest()[:24]
        state = _prefix(session_id) + digest
        with self._lock:
            self._kept[state] = {row.student_id: row for row in rows}
            self._kept.move_to_end(state)
            while len(self._kept) > KEPT_STATES:
                self._kept.popitem(last=False)
        return state


def _fields(row: Row) -> tuple[object, ...]:
    """The fields of a row, quickly: there are hundreds, several times a second."""
    return tuple(vars(row).values())


def _prefix(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()[:8] + "-"
