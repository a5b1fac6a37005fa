"""Records who consents to face recognition and who objects, and erases the face of who no longer agrees."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from attendance.classroom.jobs.job_folders import JobFolders
from attendance.clock import local_day
from attendance.errors import StudentNotFoundError
from attendance.files.snapshots import Snapshots
from attendance.people.consent_check import checked_consent, checked_guardian, checked_objection
from attendance.people.consent_rules import settled, with_consent, with_objection, without_objection
from attendance.store.protocol import Store
from attendance.values import Consent, ConsentParty, Student, Withdrawal


class ConsentRecords:
    """The consents and objections of students.

    Args:
        store: the register's database.
        snapshots: where snapshots are stored.
        classroom_jobs: the classroom photo jobs, if any.
        on_face_erased: are called once a student's face is no longer in the database, and return whether
            they had something to drop.
        zone: the site's time zone, in which consents end; None means the computer's own.
    """

    def __init__(
        self,
        store: Store,
        snapshots: Snapshots,
        classroom_jobs: JobFolders | None = None,
        on_face_erased: Sequence[Callable[[], bool]] = (),
        zone: tzinfo | None = None,
    ) -> None:
        self._store = store
        self._snapshots = snapshots
        self._classroom_jobs = classroom_jobs
        self._on_face_erased = on_face_erased
        self._zone = zone

    def note_consent(
        self, student_id: str, consent: Consent, *, guardian: str | None = None, alone: bool = False
    ) -> Student:
        """Put a student's consent on record; that of the same party that counts stays as it is.

        An objection of the same party from before is over with it.

        Args:
            student_id: whose.
            consent: what is recorded.
            guardian: who the guardian is; None leaves what is on record.
            alone: whether it replaces all consents on record.

        Raises:
            StudentNotFoundError: there is no such student.
            ConsentMissingError: the note of how it was given is missing or too long, or a day is wrong.
            ObjectionStandsError: somebody else objects.
        """
        day = self._day(consent.given_at)
        given, named = checked_consent(consent, day), checked_guardian(guardian)

        def record(student: Student) -> Student:
            after = with_consent(student, given, day, alone=alone)
            return after if after == student else _with_guardian(after, named)

        return self._changed(student_id, record)

    def note_consents(
        self, student_ids: Iterable[str], consent: Consent, *, renew: bool = False
    ) -> Iterator[str]:
        """Put the same consent of many students on record.

        Objections stay: who no longer agreed is asked one by one. Students who are erased meanwhile are
        left out.

        Args:
            student_ids: whose.
            consent: what is recorded.
            renew: whether consents that are on record already are replaced.

        Yields:
            The id of each student whose consent is on record by this, once it is.

        Raises:
            ConsentMissingError: the note of how it was given is missing or too long, or a day is wrong;
                nothing is recorded.
        """
        day = self._day(consent.given_at)
        given = checked_consent(consent, day)

        def record(student: Student) -> Student:
            return student if student.objections else with_consent(student, given, day, alone=renew)

        return self._recorded(dict.fromkeys(student_ids), record, given)

    def _recorded(
        self, student_ids: Iterable[str], record: Callable[[Student], Student], given: Consent
    ) -> Iterator[str]:
        for student_id in student_ids:
            with contextlib.suppress(StudentNotFoundError):
                after = self._changed(student_id, record)
                if given in after.consents and not after.objections:
                    yield student_id

    def withdraw_consent(
        self, student_id: str, withdrawal: Withdrawal, *, guardian: str | None = None
    ) -> Student:
        """Record that a student or guardian objects, and erase the face.

        Templates, face crops and portrait are deleted, and so are a classifier trained with them and
        snapshots that may show the student; their check-ins are decided without them. In unconfirmed
        classroom photos the face becomes unknown. Details and marks stay. Consents from before stay on
        record, without effect.

        Args:
            student_id: who it is.
            withdrawal: who objects, when, and who notes it. One of nobody in particular has no effect
                without consent on record.
            guardian: who the guardian is; None leaves what is on record.

        Raises:
            StudentNotFoundError: there is no such student.
            ConsentMissingError: the note, or the guardian's name, is too long.
        """
        day = self._day(withdrawal.at)
        objection, named = checked_objection(withdrawal), checked_guardian(guardian)

        def record(student: Student) -> Student:
            after = with_objection(student, objection, day)
            return after if after == student else _with_guardian(after, named)

        student = self._changed(student_id, record)
        self._forget_face(student)
        return student

    def undo_objection(self, student_id: str, objector: ConsentParty, at: datetime) -> Student:
        """Undo an objection that was recorded by mistake; what it has erased has to be enrolled again.

        Consents from before count again, unless somebody else objects. No effect where the party doesn't
        object.

        Args:
            student_id: who it is.
            objector: whose objection.
            at: when it is taken back.

        Raises:
            StudentNotFoundError: there is no such student.
        """
        day = self._day(at)
        return self._changed(student_id, lambda each: without_objection(each, objector, day))

    def end_consent(self, student_id: str, at: datetime) -> Student:
        """Erase the face of a student whose consent has ended; no effect while it counts.

        Args:
            student_id: who it is.
            at: the time.

        Raises:
            StudentNotFoundError: there is no such student.
        """
        day = self._day(at)
        student = self._changed(student_id, lambda each: settled(each, each.consents, each.objections, day))
        if student.consent is None:
            self._forget_face(student)
        return student

    def by_id(self, student_id: str) -> Student:
        """The student with this id.

        Raises:
            StudentNotFoundError: there is none.
        """
        student = self._store.student(student_id)
        if student is None:
            raise StudentNotFoundError("This student is no longer in the register.")
        return student

    def forget_faces(self) -> int:
        """Drop what was made of faces that are no longer in the database; returns how many things."""
        return sum(drop() for drop in self._on_face_erased)

    def _forget_face(self, student: Student) -> None:
        """Delete what shows or names the face of a student outside of the database's record of them."""
        for review in self._store.reviews():
            if review.snapshot is not None and student.id in {each.student_id for each in review.candidates}:
                self._store.forget_snapshot(review.id)
                self._snapshots.delete(review.snapshot)
        if self._classroom_jobs is not None:
            self._classroom_jobs.forget_face(student.id)
        self.forget_faces()

    def _changed(self, student_id: str, change: Callable[[Student], Student]) -> Student:
        """The student after a change, applied again after a concurrent one."""
        while True:
            before = self.by_id(student_id)
            after = change(before)
            if after == before or self._store.update_student(after, before):
                return after

    def _day(self, at: datetime) -> str:
        return local_day(at, self._zone).isoformat()


def _with_guardian(student: Student, name: str | None) -> Student:
    return student if name is None else replace(student, guardian_name=name)
