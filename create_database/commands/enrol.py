"""The command enrol: a folder of students into the register."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.enrolment.enrolment_folder import read_folder
from attendance.enrolment.enrolment_identity import identify
from attendance.enrolment.enrolment_terms import EnrolmentTerms
from attendance.values import Consent
from create_database.context import Desk
from create_database.enrolling import EnrolmentRun, enrol_entries, others_than_each
from create_database.enrolment_table import show_enrolled
from create_database.errors import AdminError, StoppedError
from create_database.shell import AdminCommand, by_option, pass_desk
from create_database.wording import counted

NO_CONSENT = (
    "Nothing was enrolled. A face may only be kept with consent: say with --consent how each of these "
    'students gave it, for example --consent "signed form, autumn 2026".'
)


@click.command(
    cls=AdminCommand,
    examples=(
        'enrol photos --consent "signed form, autumn 2026" --dry-run',
        'enrol photos --consent "signed form, autumn 2026"',
        'enrol TrainingImages --by-name --consent "signed form, autumn 2026"',
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
@click.option("--by-name", is_flag=True, help="Each folder is named by a name only, digits or not.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@by_option
@pass_desk
def enrol(
    desk: Desk,
    folder: Path,
    *,
    consent: str | None,
    allow_look_alike: bool,
    by_name: bool,
    dry_run: bool,
    by: str,
) -> None:
    """Enrol the students of FOLDER: a folder for each, named ROLL_Name, ROLL or a name, photos inside.

    FOLDER may hold a roster.csv with the columns roll_no, name, email, phone, department, year,
    guardian_email; its students need no folder. Doing it twice changes nothing. The exit status is not 0 if
    anything was refused.
    """
    how = " ".join((consent or "").split())
    if not how:
        raise AdminError(NO_CONSENT)
    plan = read_folder(folder, by_name=by_name)
    register = desk.register
    identified = identify(plan.entries, register.students.all(), by_name=by_name)
    given = Consent(given_at=register.clock.now(), recorded_by=by, how=how)
    among = others_than_each(register, (one.roll_number for one in identified.entries if one.photos))
    terms = EnrolmentTerms(among, allow_look_alike=allow_look_alike, dry_run=dry_run)
    report = EnrolmentRun(refused=[*plan.refused, *identified.refused])
    if any(entry.photos for entry in identified.entries):
        desk.load_networks()
    try:
        enrol_entries(register, identified.entries, given, terms, report=report, progress=desk.screen.bars)
    finally:
        show_enrolled(desk.screen, report, notes=plan.notes, dry_run=dry_run)
    if report.stopped:
        raise StoppedError(
            f"Stopped after {len(report.results)} of {counted(len(identified.entries), 'student')}; each of "
            "them is complete. The same command goes on with the others."
        )
    if report.anything_refused:
        raise click.exceptions.Exit(1)
