"""Shows what came of enrolling or taking over students: each of them, what was refused, and the sum."""

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
    """What the command makes templates of, in words.

    Attributes:
        one: such as ``photo``.
        headings: of the table's columns.
    """

    one: str
    headings: tuple[str, ...]


PHOTOS = Faces("photo", ("Roll number", "Name", "Result", "New photos", "Known photos", "Refused photos"))
EMBEDDINGS = Faces(
    "embedding",
    ("Roll number", "Name", "Result", "New embeddings", "Known embeddings", "Refused embeddings"),
)
NO_FACES = Faces("", ("Roll number", "Name", "Result"))
"""Of a list of students, which holds no faces."""


def show_enrolled(
    screen: Screen, report: EnrolmentRun, *, notes: Iterable[str], dry_run: bool, faces: Faces = PHOTOS
) -> None:
    """Print what came of it."""
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
    screen.say(_sum(report, faces))
    if dry_run:
        screen.say("This was a dry run: nobody was enrolled or changed.")


def _row(result: EnrolmentResult, faces: Faces) -> tuple[str, ...]:
    """One student's line of the summary."""
    cells = [result.roll_number, result.name, _outcome(result)]
    if faces is not NO_FACES:
        counted_ones = (PhotoStatus.USED, PhotoStatus.KNOWN, PhotoStatus.REFUSED)
        cells += [str(sum(p.status is status for p in result.photos)) for status in counted_ones]
    return tuple(cells)


def _outcome(result: EnrolmentResult) -> str:
    """What became of a student, in a word or with the name that was changed."""
    if result.status is EnrolmentStatus.UPDATED and result.known_as is not None:
        return f"renamed from {result.known_as} to {result.name}"
    return str(result.status)


def _sum(report: EnrolmentRun, faces: Faces) -> str:
    """How many students ended how, in one sentence."""
    refused = report.count(EnrolmentStatus.REFUSED) + len(report.refused)
    sentence = (
        f"{report.count(EnrolmentStatus.ENROLLED)} enrolled, "
        f"{report.count(EnrolmentStatus.UPDATED)} updated, "
        f"{report.count(EnrolmentStatus.UNCHANGED)} unchanged, {refused} refused"
    )
    if faces is NO_FACES:
        return f"{sentence}."
    photos = sum(p.status is PhotoStatus.REFUSED for _, result in report.results for p in result.photos)
    return f"{sentence}; {counted(photos, faces.one)} refused."
