"""Finding, adding, changing and erasing students."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace

from attendance.classroom.jobs.job_folders import JobFolders
from attendance.errors import StudentNotFoundError
from attendance.files.snapshots import Snapshots
from attendance.people.consent_check import checked_consent
from attendance.people.finding import named, with_number
from attendance.people.new_student import NewStudent, cleaned, merged
from attendance.people.student_details import StudentDetails, student_details
from attendance.store.protocol import Store
from attendance.store.refusals import number_taken
from attendance.values import Consent, Student, Withdrawal
from attendance.values.roll_numbers import clean_roll_number


class Students:
    """The people of the register.

    Args:
        store: the register's database.
        snapshots: where snapshots are stored.
        classroom_jobs: the classroom photo jobs, if any.
        on_face_erased: are called once a student's face is no longer in the database.
    """

    def __init__(
        self,
        store: Store,
        snapshots: Snapshots,
        classroom_jobs: JobFolders | None = None,
        on_face_erased: Sequence[Callable[[], None]] = (),
    ) -> None:
        self._store = store
        self._snapshots = snapshots
        self._classroom_jobs = classroom_jobs
        self._on_face_erased = on_face_erased

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

    def by_id(self, student_id: str) -> Student:
        """The student with this id.

        Raises:
            StudentNotFoundError: there is none.
        """
        student = self._store.student(student_id)
        if student is None:
            raise StudentNotFoundError("This student is no longer in the register.")
        return student

    def add(self, person: NewStudent) -> Student:
        """Add a student to the register, without a face.

        Raises:
            RollNumberError: the roll number or another field is not valid.
            RollNumberTakenError: another student has the roll number.
        """
        student = merged(None, cleaned(person), None, new_id=uuid.uuid4().hex)
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

    def note_consent(self, student_id: str, consent: Consent) -> Student:
        """Put a student's consent on record; one that is there already stays as it is.

        A withdrawal from before is over with it.

        Raises:
            StudentNotFoundError: there is no such student.
            ConsentMissingError: the note of how it was given is missing or too long.
        """
        given = checked_consent(consent)
        return self._changed(
            student_id,
            lambda student: student if student.consent else replace(student, consent=given, withdrawn=None),
        )

    def note_consents(
        self, student_ids: Iterable[str], consent: Consent, *, renew: bool = False
    ) -> Iterator[str]:
        """Put the same consent of many students on record.

        A withdrawal stays: who no longer agreed is asked one by one. Students who are erased meanwhile are
        left out.

        Args:
            student_ids: whose.
            consent: what is recorded.
            renew: whether consent that is on record already is replaced.

        Yields:
            The id of each student whose consent is on record by this, once it is.

        Raises:
            ConsentMissingError: the note of how it was given is missing or too long; nothing is recorded.
        """
        given = checked_consent(consent)

        def record(student: Student) -> Student:
            if student.withdrawn is not None or (student.consent is not None and not renew):
                return student
            return replace(student, consent=given)

        return self._recorded(dict.fromkeys(student_ids), record, given)

    def _recorded(
        self, student_ids: Iterable[str], record: Callable[[Student], Student], given: Consent
    ) -> Iterator[str]:
        for student_id in student_ids:
            with contextlib.suppress(StudentNotFoundError):
                if self._changed(student_id, record).consent == given:
                    yield student_id

    def withdraw_consent(self, student_id: str, withdrawal: Withdrawal) -> Student:
        """Record that a student withdraws consent, and erase the face; no effect without consent.

        Templates, face crops and portrait are deleted, and so are a classifier trained with them and
        snapshots that may show the student; their check-ins are decided without them. In unconfirmed
        classroom photos the face becomes unknown. Details and marks stay.

        Args:
            student_id: who it is.
            withdrawal: when, and who notes it.

        Raises:
            StudentNotFoundError: there is no such student.
        """
        student = self._changed(
            student_id,
            lambda each: replace(each, consent=None, withdrawn=withdrawal) if each.consent else each,
        )
        for review in self._store.reviews():
            if review.snapshot is not None and student.id in {each.student_id for each in review.candidates}:
                self._store.forget_snapshot(review.id)
                self._snapshots.delete(review.snapshot)
        if self._classroom_jobs is not None:
            self._classroom_jobs.forget_face(student.id)
        self.forget_faces()
        return student

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

    def remove(self, roll_number: str) -> Student:
        """Erase the student with a roll number; see ``erase``.

        Raises:
            StudentNotFoundError: there is none.
        """
        student = self.get(roll_number)
        self.erase(student)
        return student

    def erase(self, student: Student) -> None:
        """Erase a student with templates, face crops, portrait, marks, open reviews and their snapshots.

        A classifier that was trained with the student is deleted.
        In unconfirmed classroom photos the face becomes unknown.
        """
        before = self._pictures()
        self._store.remove_student(student.id)
        for name in before - self._pictures():
            self._snapshots.delete(name)
        if self._classroom_jobs is not None:
            self._classroom_jobs.forget(student.id)
        self.forget_faces()

    def forget_faces(self) -> None:
        """Drop what was made of faces that are no longer in the database."""
        for drop in self._on_face_erased:
            drop()

    def _changed(self, student_id: str, change: Callable[[Student], Student]) -> Student:
        """The student after a change, applied again after a concurrent one."""
        while True:
            before = self.by_id(student_id)
            after = change(before)
            if after == before or self._store.update_student(after, before):
                return after

    def _pictures(self) -> set[str]:
        return {review.snapshot for review in self._store.reviews() if review.snapshot is not None}
