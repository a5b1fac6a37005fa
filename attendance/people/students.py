"""Finding, adding, changing and erasing students."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict, replace

from attendance.people.consent_records import ConsentRecords
from attendance.people.finding import named, with_number
from attendance.people.new_student import NewStudent, cleaned, merged
from attendance.people.student_details import StudentDetails, student_details
from attendance.store.erasure import Erasure
from attendance.store.refusals import number_taken
from attendance.values import Student
from attendance.values.roll_numbers import clean_roll_number


class Students(ConsentRecords):
    """The people of the register."""

    def all(self) -> list[Student]:
        """Everybody, in the order of roll numbers."""
        return self._store.students()

    def get(self, roll_number: str) -> Student:
        """The student with this roll number, however it is written.

        Raises:
            StudentNotFoundError: there is none, or several in a register from before, and none of them has it
                as it is written here.
        """
        return with_number(self._store, roll_number)

    def named(self, name: str) -> Student:
        """The student whom other software names, by id or roll number; see ``all_named``.

        Raises:
            StudentNotFoundError: there is none, or it is a roll number of several students.
        """
        return named(self._store, name)

    def twins(self) -> list[tuple[Student, ...]]:
        """Students whose roll numbers are the same but for how they are written; see ``number_key``.

        Registers from before version 5 of the schema can have some. Give each its own number, or remove one.
        """
        same = (self._store.students_with_number(number) for number in self._store.twin_numbers())
        return [tuple(each) for each in same if len(each) > 1]

    def add(self, person: NewStudent) -> Student:
        """Add a student to the register, without a face.

        Raises:
            RollNumberError: the roll number or another field is not valid.
            RollNumberTakenError: another student has the roll number.
        """
        student = merged(None, cleaned(person), new_id=uuid.uuid4().hex)
        self._store.add_student(student)
        return student

    def require_free(self, roll_number: str) -> None:
        """Check early that nobody has a roll number; only ``add`` is safe from somebody quicker.

        Raises:
            RollNumberError: it is not valid.
            RollNumberTakenError: somebody has it, perhaps written differently.
        """
        wanted = clean_roll_number(roll_number)
        for other in self._store.students_with_number(wanted):
            raise number_taken(wanted, other.roll_number)

    def change(self, student_id: str, person: NewStudent, *, active: bool) -> Student:
        """Exchange what is known of a student; a field that is None or empty is cleared.

        Args:
            student_id: who it is.
            person: all fields as they shall be; the roll number may be another one.
            active: whether the student can check in; what is enrolled stays either way.

        Raises:
            StudentNotFoundError: there is no such student.
            RollNumberError: the roll number or another field is not valid.
            RollNumberTakenError: another student has the roll number.
        """
        return self.amend(student_id, lambda _: (person, active))

    def amend(
        self,
        student_id: str,
        wanted: Callable[[Student], tuple[NewStudent, bool]],
        *,
        movement_exempt: bool | None = None,
    ) -> Student:
        """Change some of what is known of a student, so that of several changes at once none is lost.

        Args:
            student_id: who it is.
            wanted: asked with the student as they are, gives all fields as they shall be and whether the
                student can check in; called again after a concurrent change of the student.
            movement_exempt: whether checking in asks for no movement; None leaves it.

        Raises:
            StudentNotFoundError: there is no such student.
            RollNumberError: the roll number or another field is not valid.
            RollNumberTakenError: another student has the roll number.
        """

        def change(before: Student) -> Student:
            person, active = wanted(before)
            fields = cleaned(person, before)
            complete = replace(fields, name=fields.name or fields.roll_number)
            exempt = before.movement_exempt if movement_exempt is None else movement_exempt
            return replace(before, **asdict(complete), active=active, movement_exempt=exempt)

        return self._changed(student_id, change)

    def exempt(self, student_id: str, *, exempt: bool) -> Student:
        """Set whether checking in asks a student for no movement; nobody has to give a reason.

        Raises:
            StudentNotFoundError: there is no such student.
        """
        return self._changed(student_id, lambda each: replace(each, movement_exempt=exempt))

    def details(self, roll_number: str) -> StudentDetails:
        """The student with this roll number, and the stored data of their face.

        Raises:
            StudentNotFoundError: there is none.
        """
        return student_details(self._store, self.get(roll_number))

    def rename(self, old: str, new: str) -> Student:
        """Give a student another roll number; marks and templates stay theirs. The same one changes nothing.

        Raises:
            StudentNotFoundError: nobody has ``old``.
            RollNumberTakenError: another student has ``new``.
            RollNumberError: ``new`` is not a valid roll number.
        """
        roll_number = clean_roll_number(new)
        student = self.get(old)
        if roll_number == student.roll_number:
            return student
        return self._changed(student.id, lambda each: replace(each, roll_number=roll_number))

    def remove(self, roll_number: str) -> Erasure:
        """Erase the student with a roll number; see ``erase``.

        Raises:
            StudentNotFoundError: there is none.
        """
        return self.erase(self.get(roll_number))

    def erase(self, student: Student) -> Erasure:
        """Erase a student with templates, face crops, portrait, marks, open reviews and their snapshots.

        A classifier trained with the student is deleted; in unconfirmed classroom photos the face is unknown.

        Returns:
            What was deleted.
        """
        before = self._pictures()
        erasure = self._store.remove_student(student.id)
        pictures = before - self._pictures()
        for name in pictures:
            self._snapshots.delete(name)
        photos = 0 if self._classroom_jobs is None else self._classroom_jobs.forget(student.id)
        computed = self.forget_faces()
        return erasure + Erasure(snapshots=len(pictures), classroom_photos=photos, computed=computed)

    def _pictures(self) -> set[str]:
        return {review.snapshot for review in self._store.reviews() if review.snapshot is not None}
