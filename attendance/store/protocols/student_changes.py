"""The part of the `Store` protocol about changes of students."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attendance.values import NotedChange


class StudentChangeStore(Protocol):
    """What was changed about students, by whom; it goes when its student is erased."""

    def note_student_changes(self, changes: Sequence[NotedChange]) -> None:
        """Add changes; those of students who are not in the register, or removed meanwhile, are left out."""
        ...

    def student_changes(self, limit: int, student_id: str | None = None) -> list[NotedChange]:
        """The latest changes, of one student or of all, newest first; those of one moment by id."""
        ...

    def purge_student_changes(self, before: datetime) -> int:
        """Delete the changes before a time; returns their number."""
        ...
