"""The commands list, show, rename and remove."""

from __future__ import annotations

from collections import Counter

import click

from attendance.lists.headings import LIST_COLUMNS
from attendance.marks.mark_list import MarkRow, mark_rows
from attendance.people.new_student import details_of, label_of
from attendance.people.student_details import photos_in_use
from attendance.program import admin_command
from attendance.register import Register
from attendance.values import Review, Student
from attendance.values.roll_numbers import is_found, same_number, search_words
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.shell import AdminCommand, pass_admin_context
from create_database.spreadsheet import STANDARD_OUTPUT, put_file, put_text, write_csv
from create_database.wording import counted, named

HEADINGS = (
    "Roll number",
    "Name",
    "Email",
    "Phone",
    "Department",
    "Year",
    "Guardian",
    "Picture",
    "Photos",
    "Consent",
)
MARKS_SHOWN = 10


@click.command(
    "list",
    cls=AdminCommand,
    examples=("list", "list collins", "list physics 2026 --csv physics.csv", "list --csv -", "list --twins"),
)
@click.argument("search", nargs=-1)
@click.option(
    "--csv", "csv_file", metavar="FILE", help="Write the list to FILE as CSV; - is standard output."
)
@click.option(
    "--twins", is_flag=True, help="List only students with the same roll number, written differently."
)
@pass_admin_context
def list_students(
    context: AdminContext, search: tuple[str, ...], csv_file: str | None, *, twins: bool
) -> None:
    """List all students, or those whose details contain every word of SEARCH.

    The details are roll number, name, email, phone, department, year, guardian's email and picture number.
    The CSV file can serve as roster.csv.
    """
    same = context.register.students.twins()
    students = [one for each in same for one in each] if twins else context.register.students.all()
    found = [student for student in students if _matches(student, search)]
    photos, others = _recognisable(context.register)
    rows = [_row(student, photos[student.id]) for student in found]
    if csv_file is not None:
        write_csv(csv_file, LIST_COLUMNS, rows)
        if csv_file != STANDARD_OUTPUT:
            context.screen.say(f"{counted(len(rows), 'student')} written to {csv_file}.")
        return
    context.screen.table(HEADINGS, rows)
    if not twins:
        _note_unrecognisable(context, [student for student in found if not photos[student.id]], others)
    for each in same:
        context.screen.note(
            f"{' and '.join(one.roll_number for one in each)} are the same roll number, written differently. "
            f"Give one of them another one: {admin_command('rename', 'OLD', 'NEW')}"
        )
    if twins and not same:
        context.screen.note("No two students have the same roll number.")
    elif not students:
        enrol = admin_command("enrol", "FOLDER", '--consent "HOW"')
        context.screen.note(
            f"Nobody is enrolled in {context.settings.data} yet. To enrol students, run: {enrol}"
        )
    elif not found:
        context.screen.note(f"None of {counted(len(students), 'student')} matches {' '.join(search)}.")


@click.command(cls=AdminCommand, examples=("show 17",))
@click.argument("roll_number", metavar="ROLL")
@pass_admin_context
def show(context: AdminContext, roll_number: str) -> None:
    """Show the stored data of a student."""
    student = context.student(roll_number)
    details = context.register.students.details(student.roll_number)
    marks = _marks_of(context.register, student)
    context.screen.pairs(
        [
            *((label_of(field).capitalize(), text or "") for field, text in details_of(student).items()),
            *_consent(context, student),
            ("Photos", _by_engine(context.register, student)),
            ("Turning the head", "not asked for" if student.movement_exempt else "asked for"),
            ("Stored faces", str(details.faces)),
            ("Portrait", "stored" if details.has_portrait else "none"),
            ("Traces of check-ins", _traces(context, student)),
            ("Marks", str(len(marks))),
            *((f"  {row.session.day}", str(row.mark.status)) for row in marks[-MARKS_SHOWN:]),
        ]
    )


@click.command(cls=AdminCommand, examples=("rename eileen-collins 17",))
@click.argument("old")
@click.argument("new")
@pass_admin_context
def rename(context: AdminContext, old: str, new: str) -> None:
    """Change a student's roll number from OLD to NEW; everything else stays."""
    student = context.student(old)
    renamed = context.register.students.rename(student.roll_number, new)
    if renamed.roll_number == student.roll_number:
        context.screen.say(f"{student.name} has the roll number {student.roll_number}. Nothing was changed.")
        return
    context.screen.say(
        f"The roll number of {renamed.name} was changed from {student.roll_number} to {renamed.roll_number}."
    )


@click.command(cls=AdminCommand, examples=("remove 17", "remove 17 --yes --certificate erased.txt"))
@click.argument("roll_number", metavar="ROLL")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
@click.option(
    "--certificate",
    metavar="FILE",
    help="Write the certificate to FILE instead of showing it.",
)
@pass_admin_context
def remove(context: AdminContext, roll_number: str, *, yes: bool, certificate: str | None) -> None:
    """Erase a student and all stored data about them. It can't be undone.

    The certificate proves it: it lists what was deleted, is signed, and names nobody.
    """
    student = context.student(roll_number)
    stored = _stored(context.register, student)
    if not yes:
        context.screen.note(
            f"This erases {student.name} ({student.roll_number}) with {stored}. It can't be undone."
        )
        typed = click.prompt("Type the roll number to confirm", default="", show_default=False, err=True)
        if not same_number(typed, student.roll_number):
            raise AdminError(f"Nothing was erased: that is not the roll number {student.roll_number}.")
    receipts = context.register.receipts
    assert receipts.keys  # read before anything is erased, which says what is wrong with them
    text = receipts.certificate(context.register.students.remove(student.roll_number))
    context.screen.say(f"Erased: {student.name} ({student.roll_number}) with {stored}.")
    _hand_out(context, text, certificate)


def _traces(context: AdminContext, student: Student) -> str:
    """How many photos left a trace without a picture, and since when."""
    traces = context.register.store.traces_of_student(student.id)
    return f"{len(traces)}, the first of {context.local(traces[0].at)}" if traces else "none"


def _consent(context: AdminContext, student: Student) -> list[tuple[str, str]]:
    """The recorded consent of a student."""
    given, withdrawn = student.consent, student.withdrawn
    if given is None and withdrawn is not None:
        return [
            ("Consent", "withdrawn"),
            ("Consent withdrawn", context.local(withdrawn.at)),
            ("Consent recorded by", withdrawn.recorded_by),
        ]
    if given is None and student.consents:
        return [("Consent", "ended"), ("Consent until", student.consent_ends or "")]
    return [
        ("Consent", "; ".join(each.how for each in student.consents) or "none"),
        ("Consent given", context.local(given.given_at) if given else ""),
        ("Consent recorded by", given.recorded_by if given else ""),
        ("Consent until", student.consent_ends or ""),
    ]


def _hand_out(context: AdminContext, certificate: str, file: str | None) -> None:
    """Write a certificate to a file, or show it, also where the file can't be written: there is no other."""
    if file is None or file == STANDARD_OUTPUT:
        put_text(certificate)
        return
    try:
        put_file(file, certificate.encode(), "--certificate")
    except AdminError:
        put_text(certificate)
        raise
    context.screen.say(f"The certificate is in {file}.")


def _stored(register: Register, student: Student) -> str:
    """The stored data of a student, counted."""
    details = register.students.details(student.roll_number)
    held = [one for one in register.reviews.held() if _is_about(one.review, student)]
    return ", ".join(
        (
            counted(details.templates, "face template"),
            counted(details.faces, "stored face"),
            counted(int(details.has_portrait), "portrait"),
            counted(len(register.store.marks_of_student(student.id)), "mark"),
            counted(len(held), "check-in") + " in review",
            counted(sum(one.snapshot is not None for one in held), "snapshot"),
        )
    )


def _is_about(review: Review, student: Student) -> bool:
    """Whether a check-in in review is erased with the student, as its first candidate."""
    return bool(review.candidates) and review.candidates[0].student_id == student.id


def _by_engine(register: Register, student: Student) -> str:
    """The number of a student's photos for each engine."""
    counts = Counter(template.engine for template in register.store.templates_of(student.id))
    return ", ".join(f"{count} ({engine})" for engine, count in sorted(counts.items())) or "none"


def _marks_of(register: Register, student: Student) -> list[MarkRow]:
    """The marks of a student, oldest first."""
    return [row for row in mark_rows(register.store) if row.student.id == student.id]


def _recognisable(register: Register) -> tuple[Counter[str], set[str]]:
    """The number of photos by which each student can be recognised, and who has only others."""
    photos = photos_in_use(register.store)
    return photos, {each.student_id for each in register.store.templates()} - set(photos)


def _note_unrecognisable(context: AdminContext, students: list[Student], others: set[str]) -> None:
    """Print who can't be recognised, and what helps.

    Args:
        context: of the command.
        students: those without a photo by which they can be recognised.
        others: the ids of those with photos of another engine or detector.
    """
    computed = [student for student in students if student.id in others]
    without = [student for student in students if student.id not in others and student.active]
    if computed:
        context.screen.note(
            f"Can't be recognised until their photos are computed again for the engine in use: "
            f"{named(computed)}. Run: {admin_command('re-embed')}"
        )
    if without:
        context.screen.note(f"Can't be recognised without a photo: {named(without)}.")


def _matches(student: Student, words: tuple[str, ...]) -> bool:
    """Whether the student's details contain every word."""
    details = (value for value in details_of(student).values() if value)
    return is_found(search_words(" ".join(words)), details)


def _row(student: Student, photos: int) -> tuple[str, ...]:
    """A student's row in the list."""
    return (
        *(text or "" for text in details_of(student).values()),
        str(photos),
        student.consent.how if student.consent else "",
    )
