"""What every database of the register can do with courses and sessions (see ``protocol``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attendance.values import Course, Session


class CourseStore(Protocol):
    """The part of a ``Store`` that keeps courses and sessions."""

    def add_course(self, course: Course) -> bool:
        """False, and nothing written, where the id is taken."""
        ...

    def replace_course(self, course: Course) -> bool:
        """Write only if the stored version is ``course.version - 1``; else False."""
        ...

    def course(self, course_id: str) -> Course | None: ...

    def courses(self) -> list[Course]:
        """All of them, in the order of their ids."""
        ...

    def add_to_roster(self, course_id: str, student_ids: Sequence[str]) -> Course:
        """Put those who are missing at the roster's end; the course as it then stands.

        Where the roster is everybody it stays so. A change counts as one of the course's versions, so that
        a ``replace_course`` from before does not undo it.

        Raises:
            CourseNotFoundError: there is no such course.
            StudentNotFoundError: one of them is not in the register; nobody was added.
        """
        ...

    def remove_from_roster(self, course_id: str, student_ids: Sequence[str]) -> Course:
        """Take those who are there off the roster; the course as it then stands.

        Where the roster is everybody it stays so.

        Raises:
            CourseNotFoundError: there is no such course.
        """
        ...

    def add_session(self, session: Session) -> bool:
        """False, and nothing written, where the id is taken."""
        ...

    def replace_session(self, session: Session) -> bool:
        """Write only if the stored version is ``session.version - 1``; else False.

        Raises:
            ValueError: another session has the token.
        """
        ...

    def session(self, session_id: str) -> Session | None: ...

    def session_by_token(self, token: str) -> Session | None: ...

    def sessions(self, day: str | None = None) -> list[Session]:
        """Of a local day ``YYYY-MM-DD``, or all, by opening time."""
        ...

    def sessions_between(self, first_day: str, last_day: str) -> list[Session]:
        """Of all local days from the first to the last, both ``YYYY-MM-DD``, by opening time."""
        ...

    def sessions_of(self, course_id: str) -> list[Session]:
        """Of a course, by opening time."""
        ...

    def unclosed_sessions(self, at: datetime) -> list[Session]:
        """Those that have begun at ``at`` and have no ``closed_at``, by opening time.

        A session whose ``closes_at`` is over is among them until somebody writes that it is closed.
        """
        ...

    def session_changes(self, session_id: str) -> int:
        """A number that grows with each change to what a board of the session shows.

        That is: its marks, reviews and times, its course with the roster, and the students of the register
        with their names. It never goes back, is the same for all processes, and may grow for less. What
        it was before the board's content was read is what to compare with later. 0 where there is none.
        """
        ...
