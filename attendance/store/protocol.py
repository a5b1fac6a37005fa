"""What every database of the register can do, in the register's own words.

Rules that hold for each implementation (and that the contract tests check):

* A method is atomic and durable: when it returns, what it wrote survives a crash.
* Times come back as aware UTC, truncated to milliseconds.
* The database's unique keys decide races, not a look before a write.
* When the database can't be reached: ``StoreUnavailableError``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attendance.store.protocols.accounts import AccountStore
from attendance.store.protocols.courses import CourseStore
from attendance.store.protocols.notices import NoticeStore
from attendance.store.protocols.tokens import TokenStore
from attendance.values import (
    EnginePin,
    GrantAnswer,
    Mark,
    Portrait,
    Review,
    ReviewDecision,
    Student,
    Template,
)


class Store(CourseStore, AccountStore, TokenStore, NoticeStore, Protocol):
    """The register's database."""

    @property
    def name(self) -> str:
        """``sqlite`` or ``mongodb``, for people."""
        ...

    def close(self) -> None:
        """Give back connections; the store can't be used afterwards."""
        ...

    def check(self) -> None:
        """Ask the database for a sign of life; raises ``StoreUnavailableError``."""
        ...

    # --- students ---------------------------------------------------------------------------

    def add_student(self, student: Student) -> None:
        """Raises ``RollNumberTakenError``, or ``StudentExistsError`` where the id is taken."""
        ...

    def update_student(self, student: Student, before: Student | None = None) -> bool:
        """Exchange what is known of a student. Where consent is withdrawn, templates and portrait go with it.

        Args:
            student: as they shall be.
            before: as they were read; where they are otherwise by now, the answer is False and nothing is
                written. None writes in any case.

        Raises:
            StudentNotFoundError: no student has the id.
            RollNumberTakenError: another student has the roll number.
        """
        ...

    def remove_student(self, student_id: str) -> None:
        """Erase the student with templates, portrait, marks, notices, places on rosters, and their reviews.

        A review that names the student second stays without them, and without its snapshot's name, since
        the picture may be theirs. Snapshots are files and not the store's: compare the reviews' snapshots
        before and after, and delete what no review names any more.
        """
        ...

    def student(self, student_id: str) -> Student | None: ...

    def student_by_roll(self, roll_number: str) -> Student | None: ...

    def students(self) -> list[Student]:
        """All of them, in the order of roll numbers (plain string order)."""
        ...

    # --- templates and portraits ----------------------------------------------------------------

    def add_templates(self, templates: Sequence[Template]) -> int:
        """Add those whose id is new; the number added. Raises the gallery's version if any was.

        Raises:
            ConsentMissingError: a student among them is unknown or has given no consent.
        """
        ...

    def replace_templates(self, student_id: str, templates: Sequence[Template]) -> None:
        """Exchange all templates of a student (re-embedding) in one step.

        Raises:
            ConsentMissingError: the student is unknown or has given no consent.
            ValueError: one of them is another student's.
        """
        ...

    def templates(self, engine: str | None = None) -> list[Template]:
        """Of active students, those of one engine or all, in the order of their ids."""
        ...

    def templates_of(self, student_id: str) -> list[Template]: ...

    def gallery_version(self) -> int:
        """Grows with each change to templates or to who is active; never goes back."""
        ...

    def save_portrait(self, portrait: Portrait) -> None:
        """Keep or exchange the one portrait of a student; raises ``StudentNotFoundError``."""
        ...

    def portrait_of(self, student_id: str) -> Portrait | None: ...

    # --- marks ------------------------------------------------------------------------------------

    def insert_mark(self, mark: Mark) -> bool:
        """False, and nothing written, where (session, student) has a mark.

        Raises:
            SessionNotFoundError: there is no such session.
            StudentNotFoundError: the student is not in the register, perhaps not any more.
        """
        ...

    def replace_mark(self, mark: Mark) -> bool:
        """Write only if the stored version is ``mark.version - 1``; else False."""
        ...

    def insert_marks(self, marks: Sequence[Mark]) -> list[Mark]:
        """Write those of a session where (session, student) has no mark; the ones that were written.

        Who has left the register meanwhile is passed over. A server that dies halfway may have written
        some; doing it again writes the rest.

        Raises:
            SessionNotFoundError: there is no such session.
            ValueError: they are of several sessions.
        """
        ...

    def replace_marks(self, marks: Sequence[Mark]) -> list[Mark]:
        """``replace_mark`` for many of one session; the ones that were written."""
        ...

    def mark(self, session_id: str, student_id: str) -> Mark | None: ...

    def marks(self, session_id: str) -> list[Mark]:
        """By time, then by student id."""
        ...

    def marks_of_sessions(self, session_ids: Sequence[str]) -> list[Mark]:
        """Of any number of sessions at once, by session id, then by time, then by student id.

        A session that is named twice counts once; one that is not there has no marks.
        """
        ...

    def marks_of_student(self, student_id: str) -> list[Mark]:
        """In all sessions, by time, then by session id."""
        ...

    # --- reviews ----------------------------------------------------------------------------------

    def hold_review(self, review: Review) -> bool:
        """False, and nothing written, where the id is taken; raises ``SessionNotFoundError``."""
        ...

    def review(self, review_id: str) -> Review | None: ...

    def reviews(self, *, undecided_only: bool = True) -> list[Review]:
        """Oldest first."""
        ...

    def reviews_of(self, session_id: str, *, undecided_only: bool = True) -> list[Review]:
        """Of one session, oldest first."""
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
        """Decide it once: None, and nothing written, where it is unknown or already decided.

        The snapshot's name is cleared with it.
        """
        ...

    def forget_snapshot(self, review_id: str) -> None:
        """Clear the snapshot's name of a review whose picture was purged."""
        ...

    # --- grants -----------------------------------------------------------------------------------

    def spend_grant(self, grant_id: str, digest: str, expires_at: datetime) -> str:
        """Bind the grant to one photo for good; the digest it is bound to, perhaps an earlier one."""
        ...

    def spent_on(self, grant_id: str) -> str | None:
        """The digest that the grant is bound to, or None while it is free."""
        ...

    def keep_answer(self, answer: GrantAnswer) -> GrantAnswer:
        """Keep the first answer to (grant, digest); the one that is kept."""
        ...

    def answer(self, grant_id: str, digest: str, now: datetime) -> GrantAnswer | None:
        """The kept answer, unless the grant's time is over at ``now``."""
        ...

    def purge_grants(self, now: datetime) -> int:
        """Forget spent grants and answers that are over; how many records went."""
        ...

    # --- engine -----------------------------------------------------------------------------------

    def engine_pin(self) -> EnginePin | None: ...

    def pin_engine(self, pin: EnginePin) -> EnginePin:
        """Pin unless pinned; the pin that holds."""
        ...

    def repin_engine(self, pin: EnginePin) -> None:
        """Exchange the pin on purpose (after re-embedding)."""
        ...
