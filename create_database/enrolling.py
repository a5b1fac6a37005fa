"""Enrols students one by one, each completely or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import click

from attendance.enrolment.enrolment_checks import WITHDRAWN
from attendance.enrolment.enrolment_result import EnrolmentResult, EnrolmentStatus
from attendance.enrolment.enrolment_terms import EnrolmentTerms
from attendance.enrolment.folders.enrolment_folder import Aside, FolderEntry
from attendance.people.lost_zeros import LostZeros
from attendance.program import admin_command
from attendance.register import Register
from attendance.values import Consent
from attendance.values.roll_numbers import number_key
from create_database.errors import StoppedError
from create_database.graceful_interrupt import GracefulInterrupt
from create_database.wording import counted
from face_detection.runtime.progress import Progress

Listed = TypeVar("Listed")

LARGEST_FILE = 200_000_000  # bytes; far above any photo, far below the size of the memory
CONSENT_REQUIRED = (
    "Enrolling requires --consent, a note of how consent was given, "
    'for example --consent "signed form, autumn 2026".'
)


@dataclass
class EnrolmentRun:
    """The results so far of enrolling several students.

    Attributes:
        results: the source (folder or line of the list) of each attempted student, with the result.
        refused: what was refused before an attempt.
        stopped: whether Ctrl-C ended the run early.
        passed_over: how many files were no photos.
    """

    results: list[tuple[str, EnrolmentResult]] = field(default_factory=list)
    refused: list[Aside] = field(default_factory=list)
    stopped: bool = False
    passed_over: int = 0

    @property
    def anything_refused(self) -> bool:
        """Whether a student, a photo or a part of the folder was refused."""
        return bool(self.refused) or any(result.anything_refused for _, result in self.results)

    @property
    def has_name_conflicts(self) -> bool:
        """Whether a student was refused because the register has another name."""
        return any(
            result.status is EnrolmentStatus.REFUSED and result.known_as is not None
            for _, result in self.results
        )

    @property
    def consent_hint(self) -> list[str]:
        """How to record new consent, if students were refused because they have withdrawn theirs."""
        if not any(WITHDRAWN in result.reason for _, result in self.results):
            return []
        command = admin_command("consent", "ROLL", "--given", '"HOW"')
        return [f"To record new consent, run: {command}"]

    def count(self, status: EnrolmentStatus) -> int:
        """The number of students with this result."""
        return sum(result.status is status for _, result in self.results)

    def set_exit_status(self, total: int) -> None:
        """Set the exit status by raising an exception, unless everything succeeded.

        Args:
            total: the number of students to enrol.

        Raises:
            StoppedError: Ctrl-C ended the run.
            Exit: something was refused.
        """
        if self.stopped:
            raise StoppedError(
                f"Stopped after {len(self.results)} of {counted(total, 'student')}; "
                "each of them is complete. Run the same command again to continue."
            )
        if self.anything_refused:
            raise click.exceptions.Exit(1)


class PhotoFiles(Mapping[str, bytes]):
    """The photos of one student by file name, each read on access.

    Args:
        paths: the files.
    """

    def __init__(self, paths: tuple[Path, ...]) -> None:
        self._paths = {path.name: path for path in paths}

    def __getitem__(self, name: str) -> bytes:
        path = self._paths[name]
        if path.stat().st_size > LARGEST_FILE:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
        return path.read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def consent_note(note: str | None) -> str:
    """The note given with ``--consent``, without superfluous whitespace.

    Raises:
        click.UsageError: it is missing or empty.
    """
    how = " ".join((note or "").split())
    if not how:
        raise click.UsageError(CONSENT_REQUIRED)
    return how


def enrol_entries(
    register: Register,
    entries: tuple[FolderEntry, ...],
    consent: Consent | None,
    terms: EnrolmentTerms,
    *,
    report: EnrolmentRun,
    progress: Progress,
) -> None:
    """Enrol students one by one.

    Args:
        register: the register to enrol them in.
        entries: the students; each has a roll number.
        consent: the consent of those with photos; None if nobody has photos.
        terms: the terms of enrolment.
        report: receives each result immediately, so that a later failure loses none.
        progress: called after each student.

    Raises:
        AttendanceError: the register fails; students enrolled before that stay enrolled.
    """

    def enrol(entry: FolderEntry) -> None:
        if entry.has_folder and not entry.photos:
            report.refused.append(Aside(entry.source, entry.why_no_photo))
            return
        # Without photos nobody has consented to anything.
        agreed = consent if entry.photos else None
        result = register.enrolment.enrol(entry.person, PhotoFiles(entry.photos), agreed, terms)
        report.results.append((entry.source, result))

    until_interrupted(entries, enrol, report=report, progress=progress, stage="Enrolling")


def with_all_zeros(
    register: Register, entries: Iterable[FolderEntry]
) -> tuple[tuple[FolderEntry, ...], list[Aside]]:
    """The students of a list, and those whose numbers have lost zeros in a spreadsheet; see ``LostZeros``."""
    zeros = LostZeros(register.students.all())
    kept, refused = [], []
    for entry in entries:
        reason = zeros.reason(entry.person)
        if reason is None:
            kept.append(entry)
        else:
            refused.append(Aside(entry.source, reason))
    return tuple(kept), refused


def until_interrupted(
    students: Sequence[Listed],
    enrol: Callable[[Listed], None],
    *,
    report: EnrolmentRun,
    progress: Progress,
    stage: str,
) -> None:
    """Call ``enrol`` for one student after the other; after Ctrl-C finish the current one and stop.

    Args:
        students: the students.
        enrol: enrols one of them.
        report: notes whether the run was stopped.
        progress: called after each student.
        stage: the name of the work, for ``progress``.
    """
    with GracefulInterrupt() as interrupt:
        for number, student in enumerate(students, start=1):
            if interrupt.requested:
                report.stopped = True
                return
            enrol(student)
            progress(stage, number, len(students))


def others_than_each(register: Register, roll_numbers: Iterable[str | None]) -> int:
    """The number of other students with a face that each student will have once all of these are enrolled."""
    with_faces = {template.student_id for template in register.store.templates()}
    known = {number_key(each.roll_number) for each in register.students.all() if each.id in with_faces}
    return len(known | {number_key(number) for number in roll_numbers if number}) - 1
