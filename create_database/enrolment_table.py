"""Prints the results of enrolling or importing students: each student, what was refused, and totals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from attendance.console.screen import Screen
from attendance.enrolment.enrolment_result import EnrolmentResult, EnrolmentStatus, PhotoStatus
from create_database.enrolling import EnrolmentRun
from create_database.wording import counted

REFUSED_HEADINGS = ("Refused", "Reason")


@dataclass(frozen=True)
class Faces:
    """The words for what a command computes templates from.

    Attributes:
        one: the singular, such as ``photo``.
        headings: the headings of the table.
    """

    one: str
    headings: tuple[str, ...]


PHOTOS = Faces("photo", ("Roll number", "Name", "Result", "New photos", "Known photos", "Refused photos"))
EMBEDDINGS = Faces(
    "embedding",
    ("Roll number", "Name", "Result", "New embeddings", "Known embeddings", "Refused embeddings"),
)
NO_FACES = Faces("", ("Roll number", "Name", "Result"))
"""For a list of students without faces."""


def show_enrolled(
    screen: Screen, report: EnrolmentRun, *, notes: Iterable[str], dry_run: bool, faces: Faces = PHOTOS
) -> None:
    """Print the results, the refusals with their reasons, the notes and the totals."""
    if report.results:
        screen.table(faces.headings, [_row(result, faces) for _, result in report.results])
    refusals = [(aside.source, aside.reason) for aside in report.refused]
    for source, result in report.results:
        if result.status is EnrolmentStatus.REFUSED:
            refusals.append((source, result.reason))
        refusals += [
            (f"{source}/{photo.name}", photo.reason)
            for photo in result.photos
            if photo.status is PhotoStatus.REFUSED
        ]
    if refusals:
        screen.say("")
        screen.table(REFUSED_HEADINGS, refusals)
    for note in notes:
        screen.note(note)
    screen.say("")
    screen.say(_totals(report, faces))
    if dry_run:
        screen.say("Dry run: nothing was changed.")


def _row(result: EnrolmentResult, faces: Faces) -> tuple[str, ...]:
    """The row of one student."""
    cells = [result.roll_number, result.name, _outcome(result)]
    if faces is not NO_FACES:
        statuses = (PhotoStatus.USED, PhotoStatus.KNOWN, PhotoStatus.REFUSED)
        cells += [str(sum(p.status is status for p in result.photos)) for status in statuses]
    return tuple(cells)


def _outcome(result: EnrolmentResult) -> str:
    """The result for a student in one word, or the change of name."""
    if result.status is EnrolmentStatus.UPDATED and result.known_as is not None:
        return f"renamed from {result.known_as} to {result.name}"
    return str(result.status)


def _totals(report: EnrolmentRun, faces: Faces) -> str:
    """The totals in one sentence."""
    refused = report.count(EnrolmentStatus.REFUSED) + len(report.refused)
    sentence = (
        f"{report.count(EnrolmentStatus.ENROLLED)} enrolled, "
        f"{report.count(EnrolmentStatus.UPDATED)} updated, "
        f"{report.count(EnrolmentStatus.UNCHANGED)} unchanged, {refused} refused"
    )
    if faces is NO_FACES:
        return f"{sentence}."
    photos = sum(p.status is PhotoStatus.REFUSED for _, result in report.results for p in result.photos)
    sentence = f"{sentence}; {counted(photos, faces.one)} refused"
    if report.passed_over:
        sentence += f"; {counted(report.passed_over, 'other file')} passed over"
    return f"{sentence}."
