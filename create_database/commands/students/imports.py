"""The commands import-students and import-embeddings, which import data from another system."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.enrolment.enrolment_terms import EnrolmentTerms
from attendance.enrolment.folders.enrolment_folder import FolderEntry, plan_of, read_list
from attendance.imports.embedding_import import (
    EmbeddingPlan,
    ForeignStudent,
    hold_against_enrolled,
    plan_import,
)
from attendance.lists.encodings import LABELS
from attendance.lists.headings import KINDS
from attendance.lists.list_file import read_file
from attendance.lists.student_list import students_of
from attendance.lists.values import ListChoices, StudentList
from attendance.register import Register
from attendance.values import Consent, EnginePin
from create_database.context import AdminContext
from create_database.enrolling import (
    EnrolmentRun,
    consent_note,
    enrol_entries,
    others_than_each,
    until_interrupted,
    with_all_zeros,
)
from create_database.enrolment_table import EMBEDDINGS, NO_FACES, show_enrolled
from create_database.errors import AdminError
from create_database.shell import (
    AdminCommand,
    GivenPath,
    by_option,
    consent_option,
    dry_run_option,
    look_alike_option,
    pass_admin_context,
)
from face_detection.engines.model_files import NETWORKS
from face_detection.runtime.progress import Progress
from face_matching.thresholds import policy_for

RENAME_HINT = "Use --rename to replace the names of enrolled students with those in the list."


rename_option = click.option(
    "--rename", is_flag=True, help="Replace the names of enrolled students with those in the list."
)
"""Allows a command to change names; without it, students with another name are refused."""


@click.command(
    "import-students",
    cls=AdminCommand,
    examples=(
        "import-students students.xlsx --dry-run",
        "import-students students.csv",
        "import-students export.csv --columns roll_no,-,last_name,first_name --first-line 4",
    ),
)
@click.argument("file", type=GivenPath(path_type=Path))
@click.option("--columns", metavar="KINDS", help="What the columns are, from the left; - for one to ignore.")
@click.option("--first-line", type=click.IntRange(min=1), metavar="N", help="The line of the first student.")
@click.option("--sheet", metavar="NAME", help="The sheet of an Excel file.")
@click.option(
    "--encoding", type=click.Choice(tuple(LABELS)), help="How the letters of a CSV file are stored."
)
@rename_option
@dry_run_option
@pass_admin_context
def import_students(
    context: AdminContext,
    file: Path,
    *,
    columns: str | None,
    first_line: int | None,
    sheet: str | None,
    encoding: str | None,
    rename: bool,
    dry_run: bool,
) -> None:
    """Import a list of students without faces: CSV or .xlsx, as spreadsheets and other systems write it.

    The columns are recognised by their headings, and printed. KINDS are roll_no, name, first_name, last_name,
    last_first ("Lovelace, Ada"), email, phone, department, year, guardian_email and image_id. Running the
    command twice changes nothing. The exit status is 1 if a line was not imported.
    """
    choices = ListChoices(_kinds(columns), first_line, sheet)
    listed = students_of(read_file(file, encoding), choices)
    context.screen.note(_understood(listed, file.name))
    if not listed.has_roll_numbers:
        raise AdminError(f"No column of {file.name} has the roll numbers. Name the columns with --columns.")
    plan = plan_of(listed, file.name)
    if not plan.entries and not plan.refused:
        raise AdminError(f"{file.name} has no students.")
    register = context.register
    terms = EnrolmentTerms(may_rename=rename, dry_run=dry_run)
    entries, refused = with_all_zeros(register, plan.entries)
    report = EnrolmentRun(refused=[*plan.refused, *refused])
    try:
        enrol_entries(register, entries, None, terms, report=report, progress=context.screen.bars)
    finally:
        notes = [*plan.notes, *_rename_hint(report)]
        show_enrolled(context.screen, report, notes=notes, dry_run=dry_run, faces=NO_FACES)
    report.set_exit_status(len(entries))


@click.command(
    "import-embeddings",
    cls=AdminCommand,
    examples=(
        'import-embeddings embeddings.json --engine facenet --consent "signed form, autumn 2026" --dry-run',
        'import-embeddings embeddings.json --engine dlib --names studentdetails.csv --consent "signed form"',
    ),
)
@click.argument("file", type=GivenPath(path_type=Path))
@click.option(
    "--engine",
    type=click.Choice(tuple(NETWORKS)),
    required=True,
    help="The network that computed the embeddings.",
)
@click.option(
    "--names",
    metavar="CSV",
    type=GivenPath(path_type=Path),
    help="A list with the names that belong to the ids, as for import-students.",
)
@consent_option
@look_alike_option
@rename_option
@dry_run_option
@by_option
@pass_admin_context
def import_embeddings(
    context: AdminContext,
    file: Path,
    *,
    engine: str,
    names: Path | None,
    consent: str | None,
    allow_look_alike: bool,
    rename: bool,
    dry_run: bool,
    by: str,
) -> None:
    """Import face embeddings from FILE, such as embeddings.json: {"id": [[numbers], ...], ...}.

    An id is a roll number or the name of a student. The whole file is checked before anything is written; it
    is refused if its numbers are not the engine's. If you have photos, enrol those instead: they provide
    portraits and can be re-embedded. Running the command twice changes nothing. The exit status is 1 if
    anything was refused.
    """
    how = consent_note(consent)
    context.override(engine=engine)
    register = context.register
    if register.store.engine_pin() is not None:
        _pin(register, engine)  # fail before reading a long file
    listed = read_list(names) if names is not None else None
    entries: tuple[FolderEntry, ...] = listed.entries if listed else ()
    plan = plan_import(file, NETWORKS[engine], names=entries, students=register.students.all())
    pin = _pin(register, engine)
    turn = register.engines.turn
    compared = hold_against_enrolled(plan, register.store, pin, policy_for(pin.engine, pin.detector), turn)
    given = Consent(given_at=register.clock.now(), recorded_by=by, how=how)
    among = others_than_each(register, (one.entry.roll_number for one in plan.students))
    terms = EnrolmentTerms(among, allow_look_alike=allow_look_alike, may_rename=rename, dry_run=dry_run)
    report = EnrolmentRun(refused=[*(listed.refused if listed else ()), *plan.refused])
    notes = [*(listed.notes if listed else ()), *plan.notes, *([compared] if compared else [])]
    try:
        _import_faces(register, plan, pin, given, terms, report=report, progress=context.screen.bars)
    finally:
        notes += [*_rename_hint(report), *report.consent_hint]
        show_enrolled(context.screen, report, notes=notes, dry_run=dry_run, faces=EMBEDDINGS)
    report.set_exit_status(len(plan.students))


def _kinds(columns: str | None) -> tuple[str | None, ...] | None:
    """The option ``--columns``.

    Raises:
        click.UsageError: a column can't be that.
    """
    if columns is None:
        return None
    kinds = [kind.strip() for kind in columns.split(",")]
    for kind in kinds:
        if kind not in (*KINDS, "-"):
            possible = f"{', '.join(KINDS)} or -"
            raise click.UsageError(f"--columns: a column can't be {kind!r}. It can be {possible}.")
    return tuple(None if kind == "-" else kind for kind in kinds)


def _understood(listed: StudentList, source: str) -> str:
    """What was read as what, in a sentence."""
    columns = ", ".join(
        f"{column.kind or '-'} (“{column.heading or next(iter(column.samples), '')}”)"
        for column in listed.columns
    )
    stored = f" in {LABELS[listed.encoding]}" if listed.encoding in LABELS else ""
    return f"{source}: columns {columns}; students from line {listed.first_line}{stored}."


def _rename_hint(report: EnrolmentRun) -> list[str]:
    """A hint at ``--rename`` if students were refused because of their names."""
    return [RENAME_HINT] if report.has_name_conflicts else []


def _pin(register: Register, engine: str) -> EnginePin:
    """The register's engine and detector.

    Raises:
        AdminError: the register uses another engine than the one named.
    """
    pin = register.engine()
    if pin.engine != NETWORKS[engine]:
        raise AdminError(
            f"This register's engine is {pin.engine}, which can't compare embeddings of {engine}. Enrol the "
            "students from their photos."
        )
    return pin


def _import_faces(
    register: Register,
    plan: EmbeddingPlan,
    pin: EnginePin,
    consent: Consent,
    terms: EnrolmentTerms,
    *,
    report: EnrolmentRun,
    progress: Progress,
) -> None:
    """Import the students one by one, each completely or not at all."""

    def take_over(student: ForeignStudent) -> None:
        faces = student.under(pin, register.engines.turn)
        result = register.enrolment.take_over(student.entry.person, faces, consent, terms)
        report.results.append((student.entry.source, result))

    until_interrupted(plan.students, take_over, report=report, progress=progress, stage="Importing")
