"""The command enrol: a folder of students into the register."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.enrolment_folder import read_folder
from attendance.enrolment_identity import identify
from attendance.enrolment_result import EnrolmentResult, EnrolmentStatus, PhotoStatus
from attendance.values import Consent
from create_database.desk import Desk
from create_database.enrolling import Enrolled, Terms, enrol_entries
from create_database.errors import AdminError, StoppedError
from create_database.screen import Screen
from create_database.shell import AdminCommand, by_option, pass_desk
from create_database.wording import counted

HEADINGS = ("Roll number", "Name", "Result", "New photos", "Known photos", "Refused photos")
REFUSED_HEADINGS = ("Refused", "Reason")
NO_CONSENT = (
    "Nothing was enrolled. A face may only be kept with consent: say with --consent how each of these "
    'students gave it, for example --consent "signed form, autumn 2026".'
)


@click.command(
    cls=AdminCommand,
    examples=(
        'enrol photos --consent "signed form, autumn 2026" --dry-run',
        'enrol photos --consent "signed form, autumn 2026"',
        'enrol twins --consent "signed form" --allow-look-alike --by "Registrar"',
    ),
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--consent", metavar="HOW", help="How the students gave consent; without it nothing is enrolled."
)
@click.option(
    "--allow-look-alike", is_flag=True, help="Enrol a face although it looks like another student's (twins)."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@by_option
@pass_desk
def enrol(
    desk: Desk, folder: Path, *, consent: str | None, allow_look_alike: bool, dry_run: bool, by: str
) -> None:
    """Enrol the students of FOLDER: a folder for each, named ROLL_Name, ROLL or a name, photos inside.

    FOLDER may hold a roster.csv with the columns roll_no, name, email, phone, department, year,
    guardian_email; its students need no folder. Doing it twice changes nothing. The exit status is not 0 if
    anything was refused.
    """
    how = " ".join((consent or "").split())
    if not how:
        raise AdminError(NO_CONSENT)
    plan = read_folder(folder)
    register = desk.register
    identified = identify(plan.entries, register.students.all())
    given = Consent(given_at=register.clock.now(), recorded_by=by, how=how)
    terms = Terms(given, allow_look_alike=allow_look_alike, dry_run=dry_run)
    report = Enrolled(refused=[*plan.refused, *identified.refused])
    if any(entry.photos for entry in identified.entries):
        _prepare(desk)
    try:
        enrol_entries(register, identified.entries, terms, report=report, progress=desk.screen.bars)
    finally:
        _show(desk.screen, report, notes=plan.notes, dry_run=dry_run)
    if report.stopped:
        raise StoppedError(
            f"Stopped after {len(report.results)} of {counted(len(identified.entries), 'student')}; each of "
            "them is complete. The same command goes on with the others."
        )
    if report.anything_refused:
        raise click.exceptions.Exit(1)


def _prepare(desk: Desk) -> None:
    """Load the networks, and say which were chosen if this register had none yet."""
    first = desk.register.store.engine_pin() is None
    desk.register.warm_up()
    if first:
        pin = desk.register.engine()
        desk.screen.note(f"Faces are compared by {pin.engine} and found by {pin.detector}: {pin.reason}")


def _show(screen: Screen, report: Enrolled, *, notes: tuple[str, ...], dry_run: bool) -> None:
    """Print what came of it: each student, what was refused and why, and the sum."""
    if report.results:
        screen.table(HEADINGS, [_row(result) for _, result in report.results])
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
    screen.say(_sum(report))
    if dry_run:
        screen.say("This was a dry run: nobody was enrolled or changed.")


def _row(result: EnrolmentResult) -> tuple[str, ...]:
    """One student's line of the summary."""

    def photos(status: PhotoStatus) -> str:
        return str(sum(photo.status is status for photo in result.photos))

    return (
        result.roll_number,
        result.name,
        str(result.status),
        photos(PhotoStatus.USED),
        photos(PhotoStatus.KNOWN),
        photos(PhotoStatus.REFUSED),
    )


def _sum(report: Enrolled) -> str:
    """How many students ended how, in one sentence."""
    photos = sum(p.status is PhotoStatus.REFUSED for _, result in report.results for p in result.photos)
    refused = report.count(EnrolmentStatus.REFUSED) + len(report.refused)
    return (
        f"{report.count(EnrolmentStatus.ENROLLED)} enrolled, "
        f"{report.count(EnrolmentStatus.UPDATED)} updated, "
        f"{report.count(EnrolmentStatus.UNCHANGED)} unchanged, {refused} refused; "
        f"{counted(photos, 'photo')} refused."
    )
