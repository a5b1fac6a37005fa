"""Tells what was written to the register's database: one place that every way of marking passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from attendance.store.erasure import Erasure
from attendance.store.protocol import Store
from attendance.store.whole_check_ins import CheckInRecord, CheckInWritten
from attendance.values import Mark, Session, Student

MarkListener = Callable[[Sequence[Mark]], None]
SessionListener = Callable[[Session], None]
StudentListener = Callable[[Student], None]


class WatchedStore:
    """Passes everything on to a store, and tells listeners of marks and sessions that were written.

    What a listener raises reaches whoever wrote the mark; it is the listener's business not to.

    Args:
        store: what everything is passed on to.
        on_marks: told the marks of one call, all of one session, as they were written.
        on_session: told each session whose change was written.
        on_erased: told each student who was erased, as they were.
    """

    def __init__(
        self,
        store: Store,
        *,
        on_marks: MarkListener,
        on_session: SessionListener,
        on_erased: StudentListener,
    ) -> None:
        self._store = store
        self._on_marks = on_marks
        self._on_session = on_session
        self._on_erased = on_erased

    def __getattr__(self, name: str) -> Any:
        """Everything that nobody listens to."""
        return getattr(self._store, name)

    def insert_mark(self, mark: Mark) -> bool:
        """See ``Store``."""
        return self._told(mark, written=self._store.insert_mark(mark))

    def replace_mark(self, mark: Mark) -> bool:
        """See ``Store``."""
        return self._told(mark, written=self._store.replace_mark(mark))

    def insert_marks(self, marks: Sequence[Mark]) -> list[Mark]:
        """See ``Store``."""
        return self._all_told(self._store.insert_marks(marks))

    def replace_marks(self, marks: Sequence[Mark]) -> list[Mark]:
        """See ``Store``."""
        return self._all_told(self._store.replace_marks(marks))

    def record_check_in(self, check_in: CheckInRecord) -> CheckInWritten:
        """See ``Store``."""
        written = self._store.record_check_in(check_in)
        if check_in.mark is not None:
            self._told(check_in.mark, written=written.has_mark)
        return written

    def replace_session(self, session: Session) -> bool:
        """See ``Store``."""
        written = self._store.replace_session(session)
        if written:
            self._on_session(session)
        return written

    def remove_student(self, student_id: str) -> Erasure:
        """See ``Store``."""
        student = self._store.student(student_id)
        erasure = self._store.remove_student(student_id)
        if student is not None:
            self._on_erased(student)
        return erasure

    def _told(self, mark: Mark, *, written: bool) -> bool:
        if written:
            self._on_marks([mark])
        return written

    def _all_told(self, marks: list[Mark]) -> list[Mark]:
        if marks:
            self._on_marks(marks)
        return marks
