"""The part of the `Store` protocol about courses, their sessions, and days off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attendance.values import Course, DayOff, Session


class CourseStore(Protocol):
    """Courses, their rosters and their sessions; days off."""

    def add_course(self, course: Course) -> bool:
        """Add a course unless its id is taken; returns whether it was added."""
        ...

    def replace_course(self, course: Course) -> bool:
        """Write a course if the stored version is ``course.version - 1``; returns whether it was written."""
        ...

    def course(self, course_id: str) -> Course | None: ...

    def courses(self) -> list[Course]:
        """All courses, ordered by id."""
        ...

    def add_to_roster(self, course_id: str, student_ids: Sequence[str]) -> Course:
        """Append the missing students to a roster; returns the changed course.

        A roster of everybody stays as it is. The change raises the course's version, so that a
        ``replace_course`` based on the earlier roster doesn't undo it.

        Raises:
            CourseNotFoundError: there is no such course.
            StudentNotFoundError: one of the students is not in the register; nobody was added.
        """
        ...

    def remove_from_roster(self, course_id: str, student_ids: Sequence[str]) -> Course:
        """Remove students from a roster; returns the changed course.

        A roster of everybody stays as it is.

        Raises:
            CourseNotFoundError: there is no such course.
        """
        ...

    def add_session(self, session: Session) -> bool:
        """Add a session unless its id is taken; returns whether it was added."""
        ...

    def replace_session(self, session: Session) -> bool:
        """Write a session if the stored version is ``session.version - 1``; returns whether it was written.

        Students who were removed meanwhile are left out of its room pictures and spot checks.

        Raises:
            ValueError: another session has the token.
        """
        ...

    def session(self, session_id: str) -> Session | None: ...

    def session_by_token(self, token: str) -> Session | None: ...

    def sessions(self, day: str | None = None) -> list[Session]:
        """The sessions of a local day ``YYYY-MM-DD``, or all, ordered by opening time."""
        ...

    def sessions_between(self, first_day: str, last_day: str) -> list[Session]:
        """The sessions from the first to the last local day, ``YYYY-MM-DD``, ordered by opening time."""
        ...

    def sessions_of(self, course_id: str) -> list[Session]:
        """The sessions of a course, ordered by opening time."""
        ...

    def unclosed_sessions(self, at: datetime) -> list[Session]:
        """The sessions that have begun by ``at``, are neither closed nor cancelled, by opening time.

        This includes sessions whose ``closes_at`` has passed, until they are closed.
        """
        ...

    def add_day_off(self, day_off: DayOff) -> bool:
        """Add a day off unless its id is taken; returns whether it was added."""
        ...

    def remove_day_off(self, day_off_id: str) -> None:
        """Delete a day off; there may be none."""
        ...

    def days_off(self) -> list[DayOff]:
        """All days off, ordered by the first day, then by id."""
        ...

    def session_changes(self, session_id: str) -> int:
        """A number that grows whenever what a session's board shows changes; 0 for an unknown session.

        A board shows the session's marks, reviews, alarms and times, its course with the roster, and the
        students' names. The number never decreases, is the same for all processes, and may grow without such
        a change. Read it before the board's content, and compare it with later ones.
        """
        ...
