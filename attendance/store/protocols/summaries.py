"""What every database can report about many records at once, without reading all of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from attendance.values import Mark, MarkHead, MarkStatus, Session, Template


class Standings(NamedTuple):
    """The marks of a session in columns, in any order.

    Attributes:
        student_ids: whose they are.
        statuses: the status of each.
        under_review: whether each is in review.
    """

    student_ids: tuple[str, ...]
    statuses: tuple[MarkStatus, ...]
    under_review: tuple[bool, ...]


class TemplateKey(NamedTuple):
    """What distinguishes a template from all others, also from a later one with its id."""

    student_id: str
    id: str
    created_at: datetime


class SummaryStore(Protocol):
    """Counts, versions and parts of records; the rules of ``attendance.store.protocol`` apply."""

    def people_version(self) -> int:
        """A number that grows whenever a student is added, changed or removed; it never decreases."""
        ...

    def count_students(self) -> int:
        """How many students there are, inactive ones too."""
        ...

    def courses_version(self) -> int:
        """A number that grows whenever a course is added or changed, its roster too; it never decreases."""
        ...

    def twin_numbers(self) -> list[str]:
        """In their order, the ``number_key`` of students who had the same one in an older register."""
        ...

    def count_photos(self, engine: str | None = None, detector: str | None = None) -> dict[str, int]:
        """How many templates each active student has; students without any are missing.

        Args:
            engine: which engine made them; None counts those of all.
            detector: likewise.
        """
        ...

    def template_keys(self, engine: str) -> list[TemplateKey]:
        """The keys of ``templates(engine)``, in any order."""
        ...

    def templates_among(self, keys: Collection[TemplateKey]) -> list[Template]:
        """Those of some templates that are there, in any order."""
        ...

    def mark_heads(self, session_id: str) -> list[MarkHead]:
        """The marks of a session in any order, as many as ``marks`` returns."""
        ...

    def count_marks(self, session_ids: Sequence[str]) -> int:
        """How many marks some sessions have together, without those that were withdrawn."""
        ...

    def marks_among(self, session_id: str, student_ids: Collection[str]) -> list[Mark]:
        """The marks of some students in a session, in any order."""
        ...

    def count_held(self, at: datetime, first_day: str, last_day: str) -> dict[str, int]:
        """How many sessions of each course have taken place by ``at``; courses without any are missing.

        Args:
            at: the time at which a session has to be over, unless it was closed before.
            first_day: the first local day, ``YYYY-MM-DD``.
            last_day: the last one.
        """
        ...

    def newest_held(
        self, at: datetime, first_day: str, last_day: str, course_ids: Collection[str], most: int
    ) -> list[Session]:
        """The sessions of some courses that ``count_held`` counts and that opened last, the latest first."""
        ...

    def marks_versions(self, session_ids: Sequence[str]) -> dict[str, int]:
        """For each session that there is a number that grows with each of its marks; it never decreases.

        Erasing a student, whose marks go too, may leave it as it is; ``people_version`` grows then.
        """
        ...

    def standings(self, session_ids: Sequence[str]) -> dict[str, Standings]:
        """The marks of each session in columns; a session without marks may be missing."""
        ...
