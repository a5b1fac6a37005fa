"""What every database of the register can do, in the register's own words.

Rules for each implementation, which the contract tests check:

* A method is atomic and durable: once it returns, its changes survive a crash.
* Times come back as aware UTC, truncated to milliseconds.
* The database's unique keys decide races, not a check before a write.
* When the database can't be reached: ``StoreUnavailableError``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attendance.store.erasure import Erasure
from attendance.store.protocols.about_students import AboutStudentStore
from attendance.store.protocols.accounts import AccountStore
from attendance.store.protocols.alarms import AlarmStore
from attendance.store.protocols.audit import AuditStore
from attendance.store.protocols.check_ins import CheckInStore
from attendance.store.protocols.courses import CourseStore
from attendance.store.protocols.faces import FaceStore
from attendance.store.protocols.feed import FeedStore
from attendance.store.protocols.following import FollowedStore
from attendance.store.protocols.jobs import JobStore
from attendance.store.protocols.notices import NoticeStore
from attendance.store.protocols.sealing import SealStore
from attendance.store.protocols.student_changes import StudentChangeStore
from attendance.store.protocols.summaries import SummaryStore
from attendance.store.protocols.tokens import TokenStore
from attendance.values import (
    EnginePin,
    Mark,
    Review,
    ReviewDecision,
    Student,
)


class Store(
    CourseStore,
    AccountStore,
    TokenStore,
    NoticeStore,
    StudentChangeStore,
    FaceStore,
    AlarmStore,
    CheckInStore,
    JobStore,
    FeedStore,
    FollowedStore,
    SummaryStore,
    AboutStudentStore,
    AuditStore,
    SealStore,
    Protocol,
):
    """The register's database."""

    @property
    def name(self) -> str:
        """``sqlite`` or ``mongodb``, for messages."""
        ...

    def close(self) -> None:
        """Close all connections; the store can't be used afterwards."""
        ...

    def check(self) -> None:
        """Check that the database can be read and written; raises ``StoreUnavailableError`` if not.

        Writes without changing anything, since a full disk can still be read. A database server that doesn't
        answer within a second or two counts as away.
        """
        ...

    # --- students ---------------------------------------------------------------------------

    def add_student(self, student: Student) -> None:
        """Add a student.

        Raises:
            StudentExistsError: the id is taken.
            RollNumberTakenError: another student has the roll number, however it is written.
        """
        ...

    def update_student(self, student: Student, before: Student | None = None) -> bool:
        """Replace a student's details; without consent, templates, crops and portrait are deleted, too.

        Args:
            student: the new details.
            before: the details as they were read. If they have changed since, nothing is written and False
                is returned. None writes in any case.

        Raises:
            StudentNotFoundError: no student has the id.
            RollNumberTakenError: another student has the roll number, however it is written. Twins of older
                registers keep theirs.
        """
        ...

    def remove_student(self, student_id: str) -> Erasure:
        """Erase a student with templates, crops, portrait, marks, notices, reviews, traces and alarms.

        The student also leaves all rosters, and the lists of who was seen or called out in a session.

        A review with another best candidate remains, without this student and without its snapshot's name,
        because the picture may show this student. The store doesn't own the snapshot files: compare the
        reviews' snapshots before and after, and delete those that no review names any more.

        Returns:
            What this call deleted, counted as it was. After an interrupted removal, that is the rest.
        """
        ...

    def student(self, student_id: str) -> Student | None: ...

    def student_by_roll(self, roll_number: str) -> Student | None:
        """Who has this roll number: written so, or else the only one whose ``number_key`` is the same."""
        ...

    def students_with_number(self, roll_number: str) -> list[Student]:
        """Everyone whose ``number_key`` is the same, by roll number; several only in older registers."""
        ...

    def students(self) -> list[Student]:
        """All students, ordered by roll number (plain string order)."""
        ...

    # --- marks ------------------------------------------------------------------------------------

    def insert_mark(self, mark: Mark) -> bool:
        """Write a mark unless (session, student) already has one; returns whether it was written.

        Raises:
            SessionNotFoundError: there is no such session.
            StudentNotFoundError: the student is not in the register, or was removed meanwhile.
        """
        ...

    def replace_mark(self, mark: Mark) -> bool:
        """Write a mark if the stored version is ``mark.version - 1``; returns whether it was written."""
        ...

    def insert_marks(self, marks: Sequence[Mark]) -> list[Mark]:
        """Write the marks of a session where (session, student) has none; returns those that were written.

        Students who were removed meanwhile are skipped. If the server dies halfway, some marks may have been
        written; calling it again writes the rest.

        Raises:
            SessionNotFoundError: there is no such session.
            ValueError: the marks belong to several sessions.
        """
        ...

    def replace_marks(self, marks: Sequence[Mark]) -> list[Mark]:
        """``replace_mark`` for many marks of one session; returns those that were written."""
        ...

    def mark(self, session_id: str, student_id: str) -> Mark | None: ...

    def marks(self, session_id: str) -> list[Mark]:
        """The marks of a session, ordered by time, then by student id."""
        ...

    def marks_of_sessions(self, session_ids: Sequence[str]) -> list[Mark]:
        """The marks of any number of sessions, ordered by session id, then time, then student id.

        A session given twice counts once; an unknown one has no marks.
        """
        ...

    def marks_of_student(self, student_id: str) -> list[Mark]:
        """A student's marks in all sessions, ordered by time, then by session id."""
        ...

    # --- reviews ----------------------------------------------------------------------------------

    def hold_review(self, review: Review, *, most: int | None = None) -> Review | None:
        """Write a review, unless its id is taken or another open one has its subject, which it joins then.

        Args:
            review: what is to be decided.
            most: how many open reviews of its session its device may have; None means any number.

        Returns:
            The review as it is stored now, under its own id or as what it joined; None if its device has too
            many.

        Raises:
            SessionNotFoundError: there is no such session.
        """
        ...

    def review(self, review_id: str) -> Review | None: ...

    def reviews(self, *, undecided_only: bool = True) -> list[Review]:
        """The reviews of all sessions, oldest first."""
        ...

    def reviews_of(self, session_id: str, *, undecided_only: bool = True) -> list[Review]:
        """The reviews of one session, oldest first."""
        ...

    def decide_review(
        self,
        review_id: str,
        decision: ReviewDecision,
        *,
        decided_for: str | None,
        by: str,
        at: datetime,
    ) -> Review | None:
        """Record a decision, which can be made once, and clear the subject and the name of the snapshot.

        Returns:
            The decided review, or None if the review is unknown or was already decided.
        """
        ...

    def forget_snapshot(self, review_id: str) -> None:
        """Clear the name of a review's snapshot after the picture was purged."""
        ...

    # --- engine -----------------------------------------------------------------------------------

    def engine_pin(self) -> EnginePin | None: ...

    def pin_engine(self, pin: EnginePin) -> EnginePin:
        """Pin the engine unless one is pinned; returns the valid pin."""
        ...

    def repin_engine(self, pin: EnginePin) -> None:
        """Replace the pin on purpose, after re-embedding."""
        ...
