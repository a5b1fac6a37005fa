"""Who had which status in the sessions of a term, in arrays; what didn't change is not read again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import overload

import numpy as np
from numpy.typing import NDArray

from attendance.reports.content.attendance_rate import STANDING_OF, THERE, AbsenceRuns, Counts, Standing
from attendance.reports.content.values import NO_ENTRY, ReportEntry
from attendance.store.protocol import Store
from attendance.store.protocols.summaries import Standings
from attendance.values import Session

MOST_MARKS = 4_000_000
"""Marks that are remembered, 20 MB; those of sessions that nobody asks for are forgotten first."""

CODES = tuple(Standing)
_CODE_OF = {standing: code for code, standing in enumerate(CODES)}
_NO_MARK, _REVIEW, _ABSENT = (
    _CODE_OF[each] for each in (Standing.NO_MARK, Standing.UNDER_REVIEW, Standing.ABSENT)
)
_THERE_CODES = [_CODE_OF[each] for each in THERE]
_CODE_OF_STATUS = {status: _CODE_OF[standing] for status, standing in STANDING_OF.items()}
_WORDS = tuple(standing.value for standing in CODES)
_ENTRIES = tuple(NO_ENTRY if standing is Standing.NO_MARK else ReportEntry(standing) for standing in CODES)

Codes = NDArray[np.int8]


class StandingEntries(Sequence[ReportEntry]):
    """The entries of one student in sessions, made when they are asked for; a report has a million.

    Attributes:
        codes: ``(S,)`` int8, places in ``CODES``.
    """

    def __init__(self, codes: Codes) -> None:
        self.codes = codes

    def __len__(self) -> int:
        """Number of sessions."""
        return len(self.codes)

    @overload
    def __getitem__(self, at: int) -> ReportEntry: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[ReportEntry, ...]: ...

    def __getitem__(self, at: int | slice) -> ReportEntry | tuple[ReportEntry, ...]:
        """One entry, or several."""
        if isinstance(at, slice):
            return tuple(_ENTRIES[code] for code in self.codes[at].tolist())
        return _ENTRIES[int(self.codes[at])]

    def __iter__(self) -> Iterator[ReportEntry]:
        """All entries, in the order of sessions."""
        return iter(self[:])

    def __eq__(self, other: object) -> bool:
        """Whether the entries are the same."""
        return tuple(self) == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        """As that of a tuple of the entries."""
        return hash(tuple(self))


def words_of(entries: Sequence[ReportEntry]) -> list[str]:
    """The status of each entry as files have it."""
    if type(entries) is StandingEntries:  # for an abstract class, isinstance takes longer than the rest
        return [_WORDS[code] for code in entries.codes.tolist()]
    return [entry.standing.value for entry in entries]


@dataclass(frozen=True, eq=False)
class TermStandings:
    """The statuses of students in sessions.

    Attributes:
        places: the row of each student who has a mark, by the student's id.
        codes: ``(N, S)`` int8, places in ``CODES``.
    """

    places: dict[str, int]
    codes: Codes

    def entries(self, student_id: str) -> StandingEntries:
        """The entries of a student."""
        place = self.places.get(student_id)
        if place is not None:
            return StandingEntries(self.codes[place])
        return StandingEntries(np.full(self.codes.shape[1], _NO_MARK, np.int8))

    def tallies(self, student_ids: Sequence[str]) -> list[tuple[Counts, AbsenceRuns]]:
        """How often each student had each status, and absences in a row."""
        codes = self._of(student_ids)
        counts = np.stack([(codes == code).sum(axis=1) for code in range(len(CODES))], axis=1)
        current = np.zeros(len(codes), np.int64)
        longest = current.copy()
        for column in codes.T:
            current += column == _ABSENT
            np.maximum(longest, current, out=longest)
            current[np.isin(column, _THERE_CODES)] = 0
        runs = zip(current.tolist(), longest.tolist(), strict=True)
        return [
            (Counts(*of_student), AbsenceRuns(*run))
            for of_student, run in zip(counts.tolist(), runs, strict=True)
        ]

    def counts_of_sessions(self, student_ids: Sequence[str]) -> list[Counts]:
        """How often each status occurs in each session, among some students."""
        codes = self._of(student_ids)
        counts = np.stack([(codes == code).sum(axis=0) for code in range(len(CODES))], axis=1)
        return [Counts(*of_session) for of_session in counts.tolist()]

    def _of(self, student_ids: Sequence[str]) -> Codes:
        """The rows of some students; of one without any mark all is ``NO_MARK``."""
        missing = len(self.codes)
        rows = np.vstack([self.codes, np.full((1, self.codes.shape[1]), _NO_MARK, np.int8)])
        found: Codes = rows[[self.places.get(each, missing) for each in student_ids]]
        return found


@dataclass(frozen=True, eq=False)
class _Column:
    """A session's marks: the numbers of students, and the code of each."""

    version: int
    numbers: NDArray[np.int32]
    codes: Codes


class StandingsReader:
    """Reads the statuses of sessions, and remembers them while no mark of a session changes; thread-safe.

    Args:
        store: the register's database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._columns: OrderedDict[str, _Column] = OrderedDict()
        self._number_of: dict[str, int] = {}

    def of(self, sessions: Sequence[Session], student_ids: Collection[str]) -> TermStandings:
        """The statuses in some sessions, which are not cancelled.

        Args:
            sessions: they are the columns.
            student_ids: of everybody in the register; who was erased is forgotten.
        """
        with self._lock:
            if not self._number_of.keys() <= set(student_ids):
                self._columns.clear()
                self._number_of.clear()
            wanted = [session.id for session in sessions]
            self._refresh(wanted)
            columns = [self._columns[each] for each in wanted]
            codes = np.full((len(self._number_of), len(wanted)), _NO_MARK, np.int8)
            for place, column in enumerate(columns):
                codes[column.numbers, place] = column.codes
            marked = np.flatnonzero((codes != _NO_MARK).any(axis=1))
            ids = list(self._number_of)
            self._forget_oldest()
        return TermStandings({ids[number]: row for row, number in enumerate(marked.tolist())}, codes[marked])

    def _refresh(self, wanted: Sequence[str]) -> None:
        """Read what changed; the versions are read first, so that at worst it is read once more."""
        versions = self._store.marks_versions(wanted)
        known = self._columns
        old = [each for each in wanted if each not in known or known[each].version != versions.get(each, 0)]
        read = self._store.standings(old) if old else {}
        for session_id in old:
            known[session_id] = self._column(versions.get(session_id, 0), read.get(session_id))
        for session_id in wanted:
            known.move_to_end(session_id)

    def _column(self, version: int, standings: Standings | None) -> _Column:
        if standings is None:
            return _Column(version, np.empty(0, np.int32), np.empty(0, np.int8))
        number_of = self._number_of
        numbers = [number_of.setdefault(each, len(number_of)) for each in standings.student_ids]
        codes = np.array([_CODE_OF_STATUS.get(status, _NO_MARK) for status in standings.statuses], np.int8)
        withdrawn = codes == _NO_MARK
        codes[np.array(standings.under_review, np.bool_) & ~withdrawn] = _REVIEW
        return _Column(version, np.array(numbers, np.int32), codes)

    def _forget_oldest(self) -> None:
        remembered = sum(len(column.codes) for column in self._columns.values())
        while remembered > MOST_MARKS and len(self._columns) > 1:
            remembered -= len(self._columns.popitem(last=False)[1].codes)
