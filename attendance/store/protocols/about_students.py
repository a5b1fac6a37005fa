"""The part of the `Store` protocol that finds what other records say about a student."""

from __future__ import annotations

from typing import Protocol

from attendance.values import Alarm, Review, Session


class AboutStudentStore(Protocol):
    """Records of a session or a check-in that name a student among others."""

    def reviews_about(self, student_id: str) -> list[Review]:
        """The reviews that may be or were decided for a student, ordered by creation time, then by id."""
        ...

    def alarms_about(self, student_id: str) -> list[Alarm]:
        """The alarms that concern a student, ordered by time, then by id."""
        ...

    def sessions_naming(self, student_id: str) -> list[Session]:
        """The sessions in which a student was seen or called out, ordered by start, then by id."""
        ...

    def answer_keys(self, after: tuple[str, str] | None, limit: int) -> list[tuple[str, str]]:
        """Grant and digest of kept answers in this order, expired ones included.

        Args:
            after: the last one that is known; None: from the first on.
            limit: how many at most.
        """
        ...
