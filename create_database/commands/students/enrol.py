"""The command enrol: enrols students from a folder of photos."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.enrolment.enrolment_identity import identify
from attendance.enrolment.enrolment_terms import EnrolmentTerms
from attendance.enrolment.folders.enrolment_folder import read_folder
from attendance.values import Consent
from create_database.context import AdminContext
from create_database.enrolling import (
    EnrolmentRun,
    consent_note,
    enrol_entries,
    others_than_each,
    with_all_zeros,
)
from create_database.enrolment_table import show_enrolled
from create_database.shell import (
    AdminCommand,
    GivenPath,
    by_option,
    consent_option,
    dry_run_option,
    look_alike_option,
    pass_admin_context,
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
@click.argument("folder", type=GivenPath(path_type=Path))
@consent_option
@look_alike_option
@click.option("--by-name", is_flag=True, help="Treat folder names as names of people, without roll numbers.")
@dry_run_option
@by_option
@pass_admin_context
def enrol(
    context: AdminContext,
    folder: Path,
    *,
    consent: str | None,
    allow_look_alike: bool,
    by_name: bool,
    dry_run: bool,
    by: str,
) -> None:
    """Enrol students from FOLDER, which contains a folder of photos for each, named ROLL_Name, ROLL or Name.

    FOLDER may also contain a roster.csv or roster.xlsx with the columns roll_no, name, email, phone,
    department, year, guardian_email and image_id; its students need no folder. Running the command twice
    changes nothing. The exit status is 1 if anything was refused.
    """
    how = consent_note(consent)
    plan = read_folder(folder, by_name=by_name)
    register = context.register
    identified = identify(plan.entries, register.students.all())
    given = Consent(given_at=register.clock.now(), recorded_by=by, how=how)
    entries, without_zeros = with_all_zeros(register, identified.entries)
    among = others_than_each(register, (one.roll_number for one in entries if one.photos))
    terms = EnrolmentTerms(among, allow_look_alike=allow_look_alike, dry_run=dry_run)
    refused = [*plan.refused, *identified.refused, *without_zeros]
    report = EnrolmentRun(refused=refused, passed_over=plan.passed_over)
    if any(entry.photos for entry in entries):
        context.load_networks()
    try:
        enrol_entries(register, entries, given, terms, report=report, progress=context.screen.bars)
    finally:
        notes = [*plan.notes, *report.consent_hint]
        show_enrolled(context.screen, report, notes=notes, dry_run=dry_run)
    report.set_exit_status(len(entries))
