"""The commands show and rename."""

from __future__ import annotations

from collections import Counter

import click

from attendance.marks.mark_list import MarkRow, mark_rows
from attendance.people.new_student import details_of, label_of
from attendance.register import Register
from attendance.values import Student
from create_database.context import AdminContext
from create_database.shell import AdminCommand, pass_admin_context

MARKS_SHOWN = 10


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


def _by_engine(register: Register, student: Student) -> str:
    """The number of a student's photos for each engine."""
    counts = Counter(template.engine for template in register.store.templates_of(student.id))
    return ", ".join(f"{count} ({engine})" for engine, count in sorted(counts.items())) or "none"


def _marks_of(register: Register, student: Student) -> list[MarkRow]:
    """The marks of a student, oldest first."""
    return [row for row in mark_rows(register.store) if row.student.id == student.id]
