"""The retention clock: erases what has been kept for as long as the settings allow, and previews it."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path

from attendance.audit.chain.actor import Actor, acting
from attendance.audit.chain.hashing import reference
from attendance.audit.chain.values import AuditFilter, AuditKind
from attendance.clock import Clock, local_instant
from attendance.daily_turn import DAY, DailyTurn
from attendance.enrolment.enrolled_photos import EnrolledPhotos
from attendance.errors import PhotoNotFoundError, StudentNotFoundError
from attendance.people.student_history import StudentHistory
from attendance.people.students import Students
from attendance.privacy.confirmed_time import ConfirmedTime
from attendance.reports.automatic_reports import Reporting
from attendance.reports.expired_files import files_of_days
from attendance.settings.settings import Settings
from attendance.values import ChangeKind, Student

BY = "clock"  # who erases, in what was changed about students
_MOST_CHANGES = 1000  # of one student's details that are looked through
_log = logging.getLogger(__name__)


class DueKind(StrEnum):
    """What the clock erases."""

    STUDENT = "student"  # who became inactive, with everything
    CONSENT = "consent"  # the face of whose consent has ended
    PHOTO = "photo"  # an enrolled photo, with what was made of it
    FILE = "file"  # a daily list, or a report of a session


@dataclass(frozen=True)
class Due:
    """Something that the clock erases.

    Attributes:
        at: from when on.
        kind: what it is.
        student: whom it is about; None for a file.
        photo_id: of a photo.
        path: of a file.
    """

    at: datetime
    kind: DueKind
    student: Student | None = None
    photo_id: str = ""
    path: Path | None = None


class RetentionClock:
    """Erases what is due once a day, off the path of check-ins; several processes may do so at once.

    Args:
        settings: say how long.
        clock: the source of the time.
        students, photos: erase as a person would.
        reporting: knows the files, and the register's database.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        students: Students,
        photos: EnrolledPhotos,
        reporting: Reporting,
    ) -> None:
        self._settings = settings
        self._store = store = reporting.store
        self._clock = clock
        self._students = students
        self._photos = photos
        self._reporting = reporting
        self._history = StudentHistory(store, clock)
        self._turn = DailyTurn(clock)
        self._confirmed = ConfirmedTime(settings.data, clock)

    def due(self, until: datetime) -> list[Due]:
        """What is erased by a time, the soonest first; nothing changes."""
        found = (
            *self._left(until),
            *self.ending(until),
            *self._old_photos(until),
            *self._old_files(until),
        )
        return sorted(found, key=lambda each: each.at)

    def tick(self) -> None:
        """Erase what is due, unless that was done within the last day or another thread does it now.

        What is erased was due a day ago, by a clock that was not set back since: see ``ConfirmedTime``.

        Raises:
            StoreUnavailableError: the database is unavailable; the next call goes on.
        """
        with self._turn.taken() as now:
            confirmed = None if now is None else self._confirmed_at(now)
            if confirmed is None:
                return
            with acting(Actor()):
                for each in self.due(confirmed):
                    self._erase(each)

    def _confirmed_at(self, now: datetime) -> datetime | None:
        try:
            return self._confirmed.at(now)
        except OSError:
            _log.exception("Nothing that was kept long enough is erased. Make the data folder writable.")
            return None

    def _erase(self, due: Due) -> None:
        if due.path is not None:
            try:
                due.path.unlink(missing_ok=True)
            except OSError:
                _log.exception("An old file can't be deleted. Make its folder writable.")
        elif due.student is not None and due.kind is DueKind.CONSENT:
            with contextlib.suppress(StudentNotFoundError):  # erased by somebody else
                after = self._students.end_consent(due.student.id, self._clock.now())
                if after.consent is None:
                    self._history.note(ChangeKind.CONSENT_ENDED, [after.id], by=BY)
        elif due.student is not None and due.photo_id:
            with contextlib.suppress(PhotoNotFoundError):  # erased by somebody else
                self._photos.erase(due.student, due.photo_id, by=BY)
        elif due.student is not None:
            current = self._store.student(due.student.id)
            if current is not None and not current.active:
                self._students.erase(current)
                self._history.note_erased(by=BY)

    def _left(self, until: datetime) -> Iterator[Due]:
        kept = self._settings.keep_left
        if kept is None:
            return
        gone = [student for student in self._store.students() if not student.active]
        for student, left_at in self._left_at(gone):
            if left_at + kept <= until:
                yield Due(left_at + kept, DueKind.STUDENT, student)

    def _left_at(self, students: list[Student]) -> Iterator[tuple[Student, datetime]]:
        """When each became inactive, by the audit trail; at the trail's beginning where it doesn't say so."""
        self._store.chain_pending()  # after they were read: whoever is inactive has the entry by now
        keys = self._store.audit_keys([student.id for student in students]) if students else {}
        begun = self._begun_at()
        for student in students:
            key = keys.get(student.id)
            found = None if key is None else self._entry_of_leaving(reference(key))
            yield student, found or begun

    def _entry_of_leaving(self, student: str) -> datetime | None:
        changed = AuditFilter(student=student, kinds=(AuditKind.DETAIL_CHANGED, AuditKind.STUDENT_ADDED))
        for entry in self._store.find_audit(changed, _MOST_CHANGES):
            if entry.kind is AuditKind.STUDENT_ADDED:
                return entry.at
            if json.loads(entry.after or "{}").get("active") == 0:
                return entry.at
        return None

    def ending(self, until: datetime) -> Iterator[Due]:
        """Whose consent ends by a time: at the midnight after its last day."""
        for student in self._store.students():
            if student.consent is not None and student.consent_ends is not None:
                after = date.fromisoformat(student.consent_ends) + DAY
                at = local_instant(after, time(), self._settings.time_zone)
                if at <= until:
                    yield Due(at, DueKind.CONSENT, student)

    def _begun_at(self) -> datetime:
        first = self._store.find_audit(AuditFilter(below=2), 1)
        return first[0].at if first else self._clock.now()

    def _old_photos(self, until: datetime) -> Iterator[Due]:
        kept, pin = self._settings.keep_faces, self._store.engine_pin()
        if kept is None or pin is None:
            return
        keys = self._store.template_keys(pin.engine)
        old = (key.student_id for key in keys if key.created_at + kept <= until)
        for student in self._those(dict.fromkeys(old)):
            for photo in self._photos.of(student):
                if photo.created_at + kept <= until:
                    yield Due(photo.created_at + kept, DueKind.PHOTO, student, photo.id)

    def _those(self, student_ids: Iterable[str]) -> Iterator[Student]:
        for student_id in student_ids:
            student = self._store.student(student_id)
            if student is not None:
                yield student

    def _old_files(self, until: datetime) -> Iterator[Due]:
        kept = self._settings.keep_files
        if kept is None:
            return
        zone = until.astimezone(self._settings.time_zone).tzinfo
        try:
            found = list(files_of_days(self._reporting))
        except OSError:  # people must not wait for a folder of files
            _log.exception("Old files can't be found. Make the folders of reports and daily lists readable.")
            return
        for path, day in found:
            at = datetime.combine(day, time(), zone) + DAY + kept
            if at <= until:
                yield Due(at, DueKind.FILE, path=path)
