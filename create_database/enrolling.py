"""Enrols the students of a folder one after the other, each in whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from attendance.enrolment.enrolment_folder import Aside, FolderEntry
from attendance.enrolment.enrolment_result import EnrolmentResult, EnrolmentStatus
from attendance.enrolment.enrolment_terms import EnrolmentTerms
from attendance.register import Register
from attendance.values import Consent
from create_database.graceful_interrupt import StopWish
from face_detection.runtime.progress import Progress

READ_AT_MOST = 200_000_000  # bytes; far above what counts as a photo, far below what fills the memory


@dataclass
class EnrolmentRun:
    """What became of a folder, as far as it was done.

    Attributes:
        results: the folder (or the line of the roster) of each student that was tried, and what came of it.
        refused: what could not even be tried.
        stopped: whether Ctrl-C cut it short.
    """

    results: list[tuple[str, EnrolmentResult]] = field(default_factory=list)
    refused: list[Aside] = field(default_factory=list)
    stopped: bool = False

    @property
    def anything_refused(self) -> bool:
        """Whether a student, a photo or a part of the folder was refused."""
        return bool(self.refused) or any(result.anything_refused for _, result in self.results)

    @property
    def kept_names(self) -> bool:
        """Whether a student was refused because the register has another name."""
        return any(
            result.status is EnrolmentStatus.REFUSED and result.known_as is not None
            for _, result in self.results
        )

    def count(self, status: EnrolmentStatus) -> int:
        """How many students ended so."""
        return sum(result.status is status for _, result in self.results)


class PhotoFiles(Mapping[str, bytes]):
    """The photos of one student by file name, each read when it is asked for.

    Args:
        paths: the files.
    """

    def __init__(self, paths: tuple[Path, ...]) -> None:
        self._paths = {path.name: path for path in paths}

    def __getitem__(self, name: str) -> bytes:
        path = self._paths[name]
        if path.stat().st_size > READ_AT_MOST:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
        return path.read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def enrol_entries(
    register: Register,
    entries: tuple[FolderEntry, ...],
    consent: Consent | None,
    terms: EnrolmentTerms,
    *,
    report: EnrolmentRun,
    progress: Progress,
) -> None:
    """Enrol students one after the other.

    Args:
        register: where to.
        entries: whom; each with a roll number.
        consent: how those with photos agreed; None where nobody has any.
        terms: under which terms.
        report: what came of each is put there at once, so that it is known even if a later one fails.
        progress: told after each student.

    Raises:
        AttendanceError: the register can't go on; what was enrolled before stays.
    """
    with StopWish() as stop:
        for number, entry in enumerate(entries, start=1):
            if stop.felt:
                report.stopped = True
                return
            _enrol(register, entry, consent, terms, report)
            progress("Enrolling", number, len(entries))


def _enrol(
    register: Register,
    entry: FolderEntry,
    consent: Consent | None,
    terms: EnrolmentTerms,
    report: EnrolmentRun,
) -> None:
    """Enrol one student, or refuse a folder without photos."""
    if entry.has_folder and not entry.photos:
        report.refused.append(Aside(entry.source, "The folder holds no photo."))
        return
    result = register.enrolment.enrol(
        entry.person,
        PhotoFiles(entry.photos),
        consent if entry.photos else None,  # without a photo nobody has agreed to anything
        terms,
    )
    report.results.append((entry.source, result))


def others_than_each(register: Register, roll_numbers: Iterable[str | None]) -> int:
    """How many others with a face there are for each student once these have theirs, too."""
    with_faces = {template.student_id for template in register.store.templates()}
    known = {student.roll_number for student in register.students.all() if student.id in with_faces}
    return len(known | {number for number in roll_numbers if number}) - 1
