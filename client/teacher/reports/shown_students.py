"""Which students of a session's report a page shows: all of a class, or one page of very many."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from attendance.values import Student
from client.teacher.row_pages import RowPages


class ShownStudents:
    """Chooses the students while the report is made, so that only their marks are read whole.

    Attributes:
        pages: the page that the address asks for; known once the report is made.
        places: of the students that are sent.

    Args:
        kept: what else of the address stays when a page is turned.
    """

    pages: RowPages
    places: Sequence[int]

    def __init__(self, kept: Collection[str]) -> None:
        self._kept = kept

    def __call__(self, everybody: Sequence[Student]) -> Collection[str]:
        """The ids of the students that the page shows."""
        names = [f"{student.name} {student.roll_number}" for student in everybody]
        self.pages, self.places = RowPages.fitting(names, "students", kept=self._kept)
        return [everybody[place].id for place in self.places]
