"""What becomes of each line of a list: who is new, changed, known or refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from attendance.enrolment.enrolment_checks import is_somebody_else, same_number_as
from attendance.enrolment.enrolment_result import EnrolmentStatus
from attendance.enrolment.enrolment_terms import EnrolmentTerms
from attendance.lists.values import ListedStudent, RefusedLine
from attendance.people.lost_zeros import LostZeros
from attendance.values import ChangeKind, Student
from attendance.values.roll_numbers import number_key
from client.access.roles import the_user
from client.access.visible_students import may_see, visible_students
from client.web.services import the_register


class RowFate(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"  # nothing changes
    ONLY_COURSE = "only_course"  # another teacher's student: goes on the roster, with details as they are
    REFUSED = "refused"


@dataclass(frozen=True)
class TakenRow:
    """A line of the list and what becomes of it.

    Attributes:
        line: its number.
        roll_number: as the list has it; empty where the line can't be read.
        text: the name, or the beginning of a line that can't be read.
        fate: what becomes of it.
        reason: a sentence, where it is refused.
        known_as: the name until then, where the line gives another one.
    """

    line: int
    roll_number: str
    text: str
    fate: RowFate
    reason: str = ""
    known_as: str | None = None


class ListImport:
    """Imports lines one by one, or shows what that would do.

    Args:
        take: whether anything is written.
    """

    def __init__(self, *, take: bool) -> None:
        self._take = take
        # Only with students whom the user may see: a list must not find out the numbers of others.
        self._zeros = LostZeros(visible_students())
        self.rows: list[TakenRow] = []

    def refuse(self, lines: Iterable[RefusedLine]) -> None:
        """Add lines that can't be read."""
        self.rows += [TakenRow(each.line, "", each.text, RowFate.REFUSED, each.reason) for each in lines]

    def add(self, rows: Iterable[ListedStudent]) -> None:
        """Import students; what was written before an error is noted in the history."""
        try:
            for row in rows:
                self.rows.append(self._row(row))
        finally:
            if self._take:
                self._note()

    def on_roster(self) -> list[Student]:
        """Who goes on the course's roster: not those who were erased since their line was imported."""
        store = the_register().store
        found = (
            store.student_by_roll(row.roll_number) for row in self.rows if row.fate is not RowFate.REFUSED
        )
        return [student for student in found if student is not None]

    def _row(self, row: ListedStudent) -> TakenRow:
        fate, reason, known_as = self._fate(row)
        return TakenRow(row.line, row.person.roll_number, row.person.name or "", fate, reason, known_as)

    def _fate(self, row: ListedStudent) -> tuple[RowFate, str, str | None]:
        register = the_register()
        existing = register.store.student_by_roll(row.person.roll_number)
        if existing is not None and not may_see(existing):
            if is_somebody_else(existing, row.person):
                return RowFate.REFUSED, same_number_as(row.person, existing), None
            return RowFate.ONLY_COURSE, "", None
        if (reason := self._zeros.reason(row.person)) is not None:
            return RowFate.REFUSED, reason, None
        result = register.enrolment.enrol(row.person, {}, None, EnrolmentTerms(dry_run=not self._take))
        if result.status is EnrolmentStatus.REFUSED:
            return RowFate.REFUSED, result.reason, None
        if result.status is EnrolmentStatus.ENROLLED:
            return RowFate.NEW, "", None
        changed = result.status is EnrolmentStatus.UPDATED
        return RowFate.CHANGED if changed else RowFate.KNOWN, "", result.known_as

    def _note(self) -> None:
        """Put who was added and changed into the history."""
        register = the_register()
        ids = {number_key(student.roll_number): student.id for student in register.students.all()}
        for fate, kind in ((RowFate.NEW, ChangeKind.ADDED), (RowFate.CHANGED, ChangeKind.DETAILS)):
            numbers = [number_key(row.roll_number) for row in self.rows if row.fate is fate]
            found = [ids[number] for number in numbers if number in ids]
            register.student_history.note(kind, found, by=the_user().id)
