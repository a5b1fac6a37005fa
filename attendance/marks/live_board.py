"""The board of a session at one moment: the roster with its marks, counts, and the review queue."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from attendance.classes.class_sessions import ClassSessions
from attendance.classes.courses import Courses
from attendance.clock import Clock
from attendance.marks.reviews.review import HeldReview, Reviews
from attendance.store.protocol import Store
from attendance.values import Alarm, Course, Mark, MarkHead, MarkStatus, Session, SessionPhase, Student

LONG_BOARD = 400  # rows from which a board is remembered while nothing on it changes
MOST_BOARDS = 4


@dataclass(frozen=True)
class BoardRow:
    """One student.

    Attributes:
        student: who.
        mark: of the mark, withdrawn ones included, what every row needs; None: no mark yet.
    """

    student: Student
    mark: MarkHead | None

    @property
    def status(self) -> MarkStatus | None:
        """The current status; None without a mark, or if it was withdrawn."""
        if self.mark is None or self.mark.status is MarkStatus.WITHDRAWN:
            return None
        return self.mark.status


@dataclass(frozen=True)
class BoardCounts:
    """Counts of the roster by status; students ``under_review`` count as nothing else.

    Attributes:
        on_roster: all of them.
        present: without those who are late.
        missing: without any mark.
        held: how many reviews are open.
    """

    on_roster: int
    present: int
    late: int
    absent: int
    excused: int
    under_review: int
    missing: int
    held: int


@dataclass(frozen=True)
class Board:
    """A session at one moment.

    Attributes:
        phase: the session's.
        change: the number of the state that is shown, or of an earlier one; see ``LiveBoards.change``.
        rows: the roster by roll numbers.
        guests: students with a mark who are not on the roster, by roll numbers.
            Of a cancelled session, in which nothing counts, neither rows nor guests are shown.
        counts: of ``rows``.
        held: open reviews, oldest first.
        alarms: what is odd about check-ins and not settled, oldest first.
        alarmed: the students whom they name, by their ids.
    """

    session: Session
    course: Course
    phase: SessionPhase
    change: int
    rows: tuple[BoardRow, ...]
    guests: tuple[BoardRow, ...]
    counts: BoardCounts
    held: tuple[HeldReview, ...]
    alarms: tuple[Alarm, ...]
    alarmed: Mapping[str, Student]


class LiveBoards:
    """Reads boards.

    Args:
        store: the register's database.
        clock: the source of the time.
        class_sessions: finds sessions, and closes what is over.
        courses: knows the rosters.
        reviews: lists open reviews.
    """

    def __init__(
        self, store: Store, clock: Clock, *, class_sessions: ClassSessions, courses: Courses, reviews: Reviews
    ) -> None:
        self._store = store
        self._clock = clock
        self._class_sessions = class_sessions
        self._courses = courses
        self._reviews = reviews
        self._lock = Lock()
        self._long: OrderedDict[str, Board] = OrderedDict()

    def change(self, session_id: str) -> int:
        """A number that grows with each change to the board, the same in all processes; cheap to ask."""
        return self._store.session_changes(session_id)

    def of(self, session_id: str) -> Board:
        """The current board of a session.

        Raises:
            SessionNotFoundError: there is no such session.
            CourseNotFoundError: its course no longer exists.
        """
        self._class_sessions.get(session_id)  # which closes what is over
        change = self.change(session_id)  # before the content, which is at least as new
        with self._lock:
            known = self._long.get(session_id)
        if known is None or known.change != change:
            known = self._read(session_id, change)
            self._remember(known)
        return replace(known, phase=known.session.phase(self._clock.now()))

    def of_one(self, session_id: str, student_id: str) -> Board:
        """The board as if its class had one student, to decide about that one without reading the others.

        It has no reviews and no alarms.

        Raises:
            SessionNotFoundError: there is no such session.
            CourseNotFoundError: its course no longer exists.
        """
        session = self._class_sessions.get(session_id)
        course = self._courses.get(session.course_id)
        student = None if session.is_cancelled else self._store.student(student_id)
        heads = {mark.student_id: mark.head for mark in self._store.marks_among(session.id, [student_id])}
        rows, guests = _rows(course, [] if student is None else [student], heads)
        return Board(
            session=session,
            course=course,
            phase=session.phase(self._clock.now()),
            change=self.change(session_id),
            rows=rows,
            guests=guests,
            counts=_counted(rows, 0),
            held=(),
            alarms=(),
            alarmed={},
        )

    def _remember(self, board: Board) -> None:
        """Keep a long board, which projectors ask for every few seconds, until something on it changes."""
        with self._lock:
            self._long.pop(board.session.id, None)
            if len(board.rows) > LONG_BOARD:
                self._long[board.session.id] = board
            while len(self._long) > MOST_BOARDS:
                self._long.popitem(last=False)

    def _read(self, session_id: str, change: int) -> Board:
        session = self._class_sessions.get(session_id)
        course = self._courses.get(session.course_id)
        marks = {mark.student_id: mark for mark in self._store.mark_heads(session.id)}
        everybody = [] if session.is_cancelled else self._store.students()
        rows, guests = _rows(course, everybody, marks)
        held = tuple(self._reviews.held(session.id))
        open_ones = [] if session.is_cancelled else self._store.alarms_of(session.id)
        alarms = tuple(alarm for alarm in open_ones if alarm.settled_at is None)
        named = {student_id for alarm in alarms for student_id in alarm.student_ids}
        return Board(
            session=session,
            course=course,
            phase=session.phase(self._clock.now()),
            change=change,
            rows=rows,
            guests=guests,
            counts=_counted(rows, len(held)),
            held=held,
            alarms=alarms,
            alarmed={student.id: student for student in everybody if student.id in named},
        )

    def marks(self, board: Board, student_ids: Collection[str]) -> dict[str, Mark]:
        """The whole marks of some students of a board, by their ids; they may be newer than the board."""
        return {mark.student_id: mark for mark in self._store.marks_among(board.session.id, student_ids)}


def _rows(
    course: Course, students: Sequence[Student], marks: Mapping[str, MarkHead]
) -> tuple[tuple[BoardRow, ...], tuple[BoardRow, ...]]:
    """The rows of the roster, and those of guests, in the order of the students."""
    roster = None if course.roster is None else frozenset(course.roster)
    rows, guests = [], []
    for student in students:
        row = BoardRow(student, marks.get(student.id))
        if (roster is None or student.id in roster) and student.active:
            rows.append(row)
        elif row.status is not None:
            guests.append(row)
    return tuple(rows), tuple(guests)


def _counted(rows: Sequence[BoardRow], held: int) -> BoardCounts:
    waiting = sum(row.mark is not None and row.mark.under_review for row in rows)
    counts = Counter(row.status for row in rows if row.mark is None or not row.mark.under_review)
    return BoardCounts(
        on_roster=len(rows),
        present=counts[MarkStatus.PRESENT],
        late=counts[MarkStatus.LATE],
        absent=counts[MarkStatus.ABSENT],
        excused=counts[MarkStatus.EXCUSED],
        under_review=waiting,
        missing=counts[None],
        held=held,
    )
