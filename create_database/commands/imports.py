"""The commands that take over what another system kept: import-students and import-embeddings."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.enrolment.enrolment_folder import FolderEntry
from attendance.enrolment.enrolment_terms import EnrolmentTerms
from attendance.imports.embedding_import import EmbeddingPlan, hold_against_enrolled, plan_import
from attendance.imports.student_list import read_student_list
from attendance.register import Register
from attendance.values import Consent, EnginePin
from create_database.context import Desk
from create_database.enrolling import EnrolmentRun, enrol_entries, others_than_each
from create_database.enrolment_table import EMBEDDINGS, NO_FACES, show_enrolled
from create_database.errors import AdminError, StoppedError
from create_database.graceful_interrupt import StopWish
from create_database.shell import AdminCommand, by_option, pass_desk
from create_database.wording import counted
from face_detection.engines.model_files import NETWORKS
from face_detection.runtime.progress import Progress
from face_matching.thresholds import policy_for

RENAME_HINT = "--rename takes the names of the list for students who are enrolled under other names."
NO_CONSENT = (
    "Nothing was taken over. A face may only be kept with consent: say with --consent how each of these "
    'students gave it, for example --consent "signed form, autumn 2026".'
)


rename_option = click.option(
    "--rename", is_flag=True, help="Give students who are enrolled under other names those of the list."
)
"""Lets a command of this module change names; without it whoever has another name is refused."""


@click.command(
    "import-students",
    cls=AdminCommand,
    examples=("import-students studentdetails.csv --dry-run", "import-students studentdetails.csv"),
)
@click.argument("file", type=click.Path(path_type=Path))
@rename_option
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@pass_desk
def import_students(desk: Desk, file: Path, *, rename: bool, dry_run: bool) -> None:
    """Take over a list of students without faces: lines of id,name as other systems write them.

    The id becomes the roll number. A first line that names columns is understood too. Doing it twice changes
    nothing. The exit status is not 0 if a line was refused.
    """
    plan = read_student_list(file)
    register = desk.register
    terms = EnrolmentTerms(may_rename=rename, dry_run=dry_run)
    report = EnrolmentRun(refused=list(plan.refused))
    try:
        enrol_entries(register, plan.entries, None, terms, report=report, progress=desk.screen.bars)
    finally:
        notes = [*plan.notes, *_rename_hint(report)]
        show_enrolled(desk.screen, report, notes=notes, dry_run=dry_run, faces=NO_FACES)
    _end(report, len(plan.entries))


@click.command(
    "import-embeddings",
    cls=AdminCommand,
    examples=(
        'import-embeddings embeddings.json --engine facenet --consent "signed form, autumn 2026" --dry-run',
        'import-embeddings embeddings.json --engine dlib --names studentdetails.csv --consent "signed form"',
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--engine",
    type=click.Choice(tuple(NETWORKS)),
    required=True,
    help="The network that made the embeddings.",
)
@click.option(
    "--names",
    metavar="CSV",
    type=click.Path(path_type=Path),
    help="A list with the names of the ids, as import-students takes it.",
)
@click.option(
    "--consent", metavar="HOW", help="How the students gave consent; without it nothing is taken over."
)
@click.option(
    "--allow-look-alike", is_flag=True, help="Take a face although it looks like another student's (twins)."
)
@rename_option
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@by_option
@pass_desk
def import_embeddings(
    desk: Desk,
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
    """Take over the faces of FILE, embeddings.json: {"id": [[numbers], ...], ...}.

    Nothing is written unless the whole file can be read and its numbers are the engine's. An id is a roll
    number, or the name of a student. Enrolling photos stays the better way: they give portraits, and can be
    read anew. Doing it twice changes nothing. The exit status is not 0 if anything was refused.
    """
    how = " ".join((consent or "").split())
    if not how:
        raise AdminError(NO_CONSENT)
    desk.override(engine=engine)
    register = desk.register
    if register.store.engine_pin() is not None:
        _pin(register, engine)  # before a long file is read for nothing
    listed = read_student_list(names) if names is not None else None
    entries: tuple[FolderEntry, ...] = listed.entries if listed else ()
    plan = plan_import(file, NETWORKS[engine], names=entries, students=register.students.all())
    pin = _pin(register, engine)
    compared = hold_against_enrolled(plan, register.store, pin, policy_for(pin.engine, pin.detector))
    given = Consent(given_at=register.clock.now(), recorded_by=by, how=how)
    among = others_than_each(register, (one.entry.roll_number for one in plan.students))
    terms = EnrolmentTerms(among, allow_look_alike=allow_look_alike, may_rename=rename, dry_run=dry_run)
    report = EnrolmentRun(refused=[*(listed.refused if listed else ()), *plan.refused])
    notes = [*(listed.notes if listed else ()), *plan.notes, *([compared] if compared else [])]
    try:
        _take_over(register, plan, pin, given, terms, report=report, progress=desk.screen.bars)
    finally:
        notes += _rename_hint(report)
        show_enrolled(desk.screen, report, notes=notes, dry_run=dry_run, faces=EMBEDDINGS)
    _end(report, len(plan.students))


def _rename_hint(report: EnrolmentRun) -> list[str]:
    """How those are taken whom the register knows by another name, where there are such."""
    return [RENAME_HINT] if report.kept_names else []


def _pin(register: Register, engine: str) -> EnginePin:
    """The engine and detector in use, which must be the named engine.

    Raises:
        AdminError: it is another one.
    """
    pin = register.engine()
    if pin.engine != NETWORKS[engine]:
        raise AdminError(
            f"This register compares faces by {pin.engine}, and these embeddings are {engine}'s; the two "
            "can't be compared. Enrol the students from their photos."
        )
    return pin


def _take_over(
    register: Register,
    plan: EmbeddingPlan,
    pin: EnginePin,
    consent: Consent,
    terms: EnrolmentTerms,
    *,
    report: EnrolmentRun,
    progress: Progress,
) -> None:
    """Take over one student after the other, each in whole or not at all."""
    with StopWish() as stop:
        for number, one in enumerate(plan.students, start=1):
            if stop.felt:
                report.stopped = True
                return
            result = register.enrolment.take_over(one.entry.person, one.under(pin), consent, terms)
            report.results.append((one.entry.source, result))
            progress("Taking over", number, len(plan.students))


def _end(report: EnrolmentRun, wanted: int) -> None:
    """The exit status that tells what came of it."""
    if report.stopped:
        raise StoppedError(
            f"Stopped after {len(report.results)} of {counted(wanted, 'student')}; each of them is complete. "
            "The same command goes on with the others."
        )
    if report.anything_refused:
        raise click.exceptions.Exit(1)
