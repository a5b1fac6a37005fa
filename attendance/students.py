"""Finding, renaming and erasing students by their roll number."""

from __future__ import annotations

from dataclasses import dataclass, replace

from attendance.errors import StudentNotFoundError
from attendance.roll_numbers import clean_roll_number, clean_text
from attendance.snapshots import Snapshots
from attendance.store.protocol import Store
from attendance.values import Student


@dataclass(frozen=True)
class StudentDetails:
    """A student with what the register holds of their face.

    Attributes:
        student: the student.
        templates: how many templates there are, of whichever engine.
        has_portrait: whether an enrolled portrait is kept.
    """

    student: Student
    templates: int
    has_portrait: bool


class Students:
    """The people of the register.

    Args:
        store: the register's database.
        snapshots: where pictures of held reviews are.
    """

    def __init__(self, store: Store, snapshots: Snapshots) -> None:
        self._store = store
        self._snapshots = snapshots

    def all(self) -> list[Student]:
        """Everybody, in the order of roll numbers."""
        return self._store.students()

    def get(self, roll_number: str) -> Student:
        """The student with this roll number.

        Raises:
            StudentNotFoundError: there is none.
        """
        student = self._store.student_by_roll(clean_text(roll_number))
        if student is None:
            raise StudentNotFoundError(f"No student has the roll number {roll_number!r}.")
        return student

    def details(self, roll_number: str) -> StudentDetails:
        """The student with this roll number, and what is held of their face.

        Raises:
            StudentNotFoundError: there is none.
        """
        student = self.get(roll_number)
        templates = len(self._store.templates_of(student.id))
        return StudentDetails(student, templates, self._store.portrait_of(student.id) is not None)

    def rename(self, old: str, new: str) -> Student:
        """Give a student another roll number; marks and templates stay theirs.

        Raises:
            StudentNotFoundError: nobody has ``old``.
            RollNumberTakenError: somebody else has ``new``.
            RollNumberError: ``new`` is no roll number.
        """
        renamed = replace(self.get(old), roll_number=clean_roll_number(new))
        self._store.update_student(renamed)
        return renamed

    def remove(self, roll_number: str) -> Student:
        """Erase a student with templates, portrait, marks, held reviews and their pictures.

        Raises:
            StudentNotFoundError: there is none.
        """
        student = self.get(roll_number)
        before = self._pictures()
        self._store.remove_student(student.id)
        for name in before - self._pictures():
            self._snapshots.delete(name)
        return student

    def _pictures(self) -> set[str]:
        return {review.snapshot for review in self._store.reviews() if review.snapshot is not None}
