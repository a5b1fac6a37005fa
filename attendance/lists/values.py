"""A list of students as it was read, and what a person can choose about it."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.errors import StudentListError
from attendance.lists.headings import ROLL_NO
from attendance.people.new_student import NewStudent


@dataclass(frozen=True)
class ListChoices:
    """What a person has chosen instead of what was understood; None leaves it.

    Attributes:
        kinds: what each column is, from the left.
        first_line: of the first student, from 1.
        sheet: the name of the sheet.
    """

    kinds: tuple[str | None, ...] | None = None
    first_line: int | None = None
    sheet: str | None = None


AS_UNDERSTOOD = ListChoices()


@dataclass(frozen=True)
class ListColumn:
    """A column of the list.

    Attributes:
        heading: what the list calls it; may be empty.
        kind: one of ``KINDS``, or None for what isn't read.
        samples: its first cells.
    """

    heading: str
    kind: str | None
    samples: tuple[str, ...]


@dataclass(frozen=True)
class ListedStudent:
    """A line with a student; what is None isn't said."""

    line: int
    person: NewStudent


@dataclass(frozen=True)
class RefusedLine:
    """A line that can't be imported.

    Attributes:
        line: its number.
        text: the beginning of what is in it.
        reason: a sentence.
    """

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class StudentList:
    """A list as it was read.

    Attributes:
        columns: all of the table.
        first_line: of the first student, from 1.
        rows: in the order of the list, each roll number once.
        refused: the lines that can't be imported.
        notes: what was ignored without loss, in sentences.
        sheet: the name of the sheet that was read; empty for CSV.
        sheets: the names of all that can be.
        encoding: how the letters of a text are stored; empty for other files.
    """

    columns: tuple[ListColumn, ...]
    first_line: int
    rows: tuple[ListedStudent, ...] = ()
    refused: tuple[RefusedLine, ...] = ()
    notes: tuple[str, ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    encoding: str = ""

    @property
    def has_roll_numbers(self) -> bool:
        """Whether it is known which column has the roll numbers; without it nobody is read."""
        return any(column.kind == ROLL_NO for column in self.columns)


def require_roll_numbers(listed: StudentList, source: str) -> None:
    """Check that it is known which column has the roll numbers.

    Raises:
        StudentListError: it is not; the message names the columns.
    """
    if not listed.has_roll_numbers:
        columns = ", ".join(f"“{column.heading}”" for column in listed.columns)
        raise StudentListError(f"{source} has no column with roll numbers among {columns}. Name it roll_no.")
