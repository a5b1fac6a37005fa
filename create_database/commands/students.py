"""The commands on students: list, show, rename, remove."""

from __future__ import annotations

from collections import Counter

import click

from attendance.enrolment.roster_file import LIST_COLUMNS
from attendance.marks.mark_list import MarkRow, mark_rows
from attendance.people.new_student import details_of, label_of
from attendance.register import Register
from attendance.values import Review, Student
from create_database.context import Desk
from create_database.errors import AdminError
from create_database.shell import AdminCommand, pass_desk
from create_database.spreadsheet import STANDARD_OUTPUT, write_csv
from create_database.wording import counted

HEADINGS = ("Roll number", "Name", "Email", "Phone", "Department", "Year", "Guardian", "Photos", "Consent")
MARKS_SHOWN = 10


@click.command(
    "list",
    cls=AdminCommand,
    examples=("list", "list collins", "list physics 2026 --csv physics.csv", "list --csv -"),
)
@click.argument("search", nargs=-1)
@click.option(
    "--csv", "csv_file", metavar="FILE", help="Write the list to FILE as CSV; - is the standard output."
)
@pass_desk
def list_students(desk: Desk, search: tuple[str, ...], csv_file: str | None) -> None:
    """List the students, or those that every word of SEARCH is found in.

    SEARCH looks at roll number, name, email, phone, department, year and guardian's email. The CSV can be
    used as roster.csv again.
    """
    everybody = desk.register.students.all()
    found = [student for student in everybody if _fits(student, search)]
    photos = Counter(template.student_id for template in desk.register.store.templates())
    rows = [_row(student, photos[student.id]) for student in found]
    if csv_file is not None:
        write_csv(csv_file, LIST_COLUMNS, rows)
        if csv_file != STANDARD_OUTPUT:
            desk.screen.say(f"{counted(len(rows), 'student')} written to {csv_file}.")
        return
    desk.screen.table(HEADINGS, rows)
    if not everybody:
        desk.screen.note(f"Nobody is enrolled in {desk.settings.data} yet. The command enrol does it.")
    elif not found:
        desk.screen.note(f"None of {counted(len(everybody), 'student')} fits {' '.join(search)}.")


@click.command(cls=AdminCommand, examples=("show 17",))
@click.argument("roll_number", metavar="ROLL")
@pass_desk
def show(desk: Desk, roll_number: str) -> None:
    """Show all that is kept about one student."""
    student = desk.student(roll_number)
    details = desk.register.students.details(student.roll_number)
    there = _marks_of(desk.register, student)
    desk.screen.pairs(
        [
            *((label_of(field).capitalize(), text or "") for field, text in details_of(student).items()),
            *_consent(desk, student),
            ("Photos", _by_engine(desk.register, student)),
            ("Portrait", "kept" if details.has_portrait else "none"),
            ("Marks", str(len(there))),
            *((f"  {row.session.day}", str(row.mark.status)) for row in there[-MARKS_SHOWN:]),
        ]
    )


@click.command(cls=AdminCommand, examples=("rename eileen-collins 17",))
@click.argument("old")
@click.argument("new")
@pass_desk
def rename(desk: Desk, old: str, new: str) -> None:
    """Give the student with roll number OLD the roll number NEW; everything else stays."""
    student = desk.student(old)
    renamed = desk.register.students.rename(student.roll_number, new)
    desk.screen.say(
        f"{renamed.name} has the roll number {renamed.roll_number} now, not {student.roll_number}."
    )


@click.command(cls=AdminCommand, examples=("remove 17", "remove 17 --yes"))
@click.argument("roll_number", metavar="ROLL")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_desk
def remove(desk: Desk, roll_number: str, *, yes: bool) -> None:
    """Erase a student with everything that is kept about them. It can't be undone."""
    student = desk.student(roll_number)
    kept = _kept(desk.register, student)
    if not yes:
        desk.screen.note(
            f"This erases {student.name} ({student.roll_number}) with {kept}. It can't be undone."
        )
        typed = click.prompt("Type the roll number to erase them", default="", show_default=False, err=True)
        if typed.strip() != student.roll_number:
            raise AdminError(f"Nothing was erased: the roll number is {student.roll_number}.")
    desk.register.students.remove(student.roll_number)
    desk.screen.say(f"Erased: {student.name} ({student.roll_number}) with {kept}.")


def _consent(desk: Desk, student: Student) -> list[tuple[str, str]]:
    """What is on record of a student's consent."""
    given, withdrawn = student.consent, student.withdrawn
    if given is None and withdrawn is not None:
        return [
            ("Consent", "withdrawn"),
            ("Consent withdrawn", desk.local(withdrawn.at)),
            ("Consent noted by", withdrawn.recorded_by),
        ]
    return [
        ("Consent", given.how if given else "none"),
        ("Consent given", desk.local(given.given_at) if given else ""),
        ("Consent noted by", given.recorded_by if given else ""),
    ]


def _kept(register: Register, student: Student) -> str:
    """What is kept about a student, counted."""
    details = register.students.details(student.roll_number)
    held = [one for one in register.reviews.held() if _is_about(one.review, student)]
    return ", ".join(
        (
            counted(details.templates, "face template"),
            counted(int(details.has_portrait), "portrait"),
            counted(len(_marks_of(register, student)), "mark"),
            counted(len(held), "held check-in"),
            counted(sum(one.snapshot is not None for one in held), "snapshot"),
        )
    )


def _is_about(review: Review, student: Student) -> bool:
    """Whether a held check-in goes with the student: it does where they are the likeliest."""
    return bool(review.candidates) and review.candidates[0].student_id == student.id


def _by_engine(register: Register, student: Student) -> str:
    """How many photos each engine knows of a student."""
    counts = Counter(template.engine for template in register.store.templates_of(student.id))
    return ", ".join(f"{count} ({engine})" for engine, count in sorted(counts.items())) or "none"


def _marks_of(register: Register, student: Student) -> list[MarkRow]:
    """A student's marks, oldest first."""
    return [row for row in mark_rows(register.store) if row.student.id == student.id]


def _fits(student: Student, words: tuple[str, ...]) -> bool:
    """Whether every word is found in what is known of the student."""
    text = "\n".join(value for value in details_of(student).values() if value).casefold()
    return all(word.casefold() in text for word in words)


def _row(student: Student, photos: int) -> tuple[str, ...]:
    """A student's line in the list."""
    return (
        *(text or "" for text in details_of(student).values()),
        str(photos),
        student.consent.how if student.consent else "",
    )
