"""What was changed about students besides their marks, so that no change stays unseen."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from attendance.clock import Clock
from attendance.store.protocol import Store
from attendance.values import ChangeKind, Course, NotedChange, Student, User

KEPT = timedelta(days=400)  # a school year, and a month on either side


class StudentHistory:
    """Notes and lists changes.

    Args:
        store: the register's database.
        clock: the source of the time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def note(
        self, kind: ChangeKind, student_ids: Iterable[str], *, by: str, course_id: str | None = None
    ) -> None:
        """Note the same change of any number of students.

        Students who are erased in the same moment are left out: nothing about them may remain.

        Args:
            kind: what was changed.
            student_ids: of whom.
            by: the id of the user, or ``api:`` and a token's name.
            course_id: on or off whose roster.
        """
        changes = [self._change(kind, student_id, by, course_id) for student_id in dict.fromkeys(student_ids)]
        self._store.note_student_changes(changes)

    def note_roster(self, before: Course, after: Course, *, by: str) -> None:
        """Note who came on a roster and who left it; of a course for everybody it names nobody."""
        here, there = before.roster or (), after.roster or ()
        came = [student_id for student_id in there if student_id not in set(here)]
        left = [student_id for student_id in here if student_id not in set(there)]
        self.note(ChangeKind.ROSTER_ADDED, came, by=by, course_id=after.id)
        self.note(ChangeKind.ROSTER_REMOVED, left, by=by, course_id=after.id)

    def note_details(self, before: Student, after: Student, *, by: str) -> None:
        """Note what of a student's details is another now, whether movements are asked for included."""
        if replace(after, movement_exempt=before.movement_exempt) != before:
            self.note(ChangeKind.DETAILS, [after.id], by=by)
        if after.movement_exempt != before.movement_exempt:
            kind = ChangeKind.MOVEMENT_EXEMPTED if after.movement_exempt else ChangeKind.MOVEMENT_ASKED
            self.note(kind, [after.id], by=by)

    def note_erased(self, *, by: str) -> None:
        """Note that a student was erased; who it was is forgotten."""
        self._store.note_student_changes([self._change(ChangeKind.ERASED, None, by, None)])

    def note_right(self, before: User | None, after: User, *, by: str) -> None:
        """Note that a user was given the right to make such changes, or lost it.

        Args:
            before: as they were; None if they are new.
            after: as they are now.
            by: the id of the user who did it.
        """
        could = before is not None and before.may_enrol
        if after.may_enrol != could:
            kind = ChangeKind.ENROL_RIGHT_GIVEN if after.may_enrol else ChangeKind.ENROL_RIGHT_TAKEN
            change = NotedChange(uuid.uuid4().hex, self._clock.now(), by, kind, user_id=after.id)
            self._store.note_student_changes([change])

    def latest(self, limit: int, student_id: str | None = None) -> list[NotedChange]:
        """The latest changes, of one student or of all, newest first."""
        return self._store.student_changes(limit, student_id)

    def purge(self) -> int:
        """Delete changes of more than a school year ago; returns their number."""
        return self._store.purge_student_changes(self._clock.now() - KEPT)

    def _change(
        self, kind: ChangeKind, student_id: str | None, by: str, course_id: str | None
    ) -> NotedChange:
        return NotedChange(uuid.uuid4().hex, self._clock.now(), by, kind, student_id, course_id)
