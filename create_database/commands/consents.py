"""The command consent: shows and records the consent of students, and withdraws that of one."""

from __future__ import annotations

import click

from attendance.values import Consent, Student, Withdrawal
from attendance.values.roll_numbers import same_number
from create_database.context import AdminContext
from create_database.course_lookup import find_course
from create_database.errors import AdminError
from create_database.shell import AdminCommand, by_option, pass_admin_context
from create_database.wording import counted


@click.command(
    cls=AdminCommand,
    examples=(
        "consent 17",
        'consent 17 --given "signed form of 2 September" --by "Registrar"',
        'consent 17 18 19 --given "signed forms of 2 September"',
        'consent --course "Physics 2" --given "signed forms of 2 September"',
        "consent 17 --withdraw",
    ),
)
@click.argument("roll_numbers", metavar="[ROLL]...", nargs=-1)
@click.option("--course", metavar="COURSE", help="All students on the roster of a course.")
@click.option("--given", metavar="HOW", help="Record that the students gave consent, and how.")
@click.option("--renew", is_flag=True, help="Also replace consent that is on record already.")
@click.option(
    "--withdraw",
    is_flag=True,
    help="Record that the student withdrew consent; erase the face, keep the marks.",
)
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
@by_option
@pass_admin_context
def consent(
    context: AdminContext,
    roll_numbers: tuple[str, ...],
    *,
    course: str | None,
    given: str | None,
    renew: bool,
    withdraw: bool,
    yes: bool,
    by: str,
) -> None:
    """Show or record the consent of students, or withdraw that of one.

    Of several students, those who have withdrawn consent are left out, and consent that is on record stays.
    """
    students = _chosen(context, roll_numbers, course)
    if given is not None and withdraw:
        raise click.UsageError("--given and --withdraw are opposites. Omit one of them.")
    if renew and given is None:
        raise click.UsageError("--renew goes with --given: state how the new consent was given.")
    if given is not None:
        consent = Consent(context.register.clock.now(), recorded_by=by, how=given)
        if len(students) == 1 and course is None and not renew:
            _give(context, students[0], consent)
        else:
            _give_all(context, students, consent, renew=renew)
    elif withdraw:
        if len(students) != 1 or course is not None:
            raise click.UsageError("Consent is withdrawn one by one. Give one roll number.")
        _withdraw(context, students[0], by=by, ask=not yes)
    else:
        for student in students:
            context.screen.say(_on_record(context, student))


def _chosen(context: AdminContext, roll_numbers: tuple[str, ...], course: str | None) -> list[Student]:
    """The students with these roll numbers, or on the roster of a course."""
    if course is not None and roll_numbers:
        raise click.UsageError("Give either roll numbers or --course, not both.")
    if course is not None:
        found = context.register.courses.members(find_course(context, course))
        if not found:
            raise AdminError(f"Nobody is on the roster of {course}.")
        return found
    if not roll_numbers:
        raise click.UsageError("Whose consent? Give roll numbers, or --course and a course.")
    named = (context.student(roll_number) for roll_number in roll_numbers)
    return list({student.id: student for student in named}.values())


def _give_all(context: AdminContext, students: list[Student], given: Consent, *, renew: bool) -> None:
    ids = [student.id for student in students]
    recorded = list(context.register.students.note_consents(ids, given, renew=renew))
    withdrawn = [student for student in students if student.withdrawn is not None]
    kept = len(students) - len(recorded) - len(withdrawn)
    context.screen.say(f"Consent recorded: {len(recorded)}. On record before: {kept}.")
    for student in withdrawn:
        context.screen.say(f"Left out: {_on_record(context, student)}")


def _give(context: AdminContext, student: Student, given: Consent) -> None:
    if student.consent is not None:
        raise AdminError(f"Nothing was changed. {_on_record(context, student)}")
    context.screen.say(_on_record(context, context.register.students.note_consent(student.id, given)))


def _withdraw(context: AdminContext, student: Student, *, by: str, ask: bool) -> None:
    if student.consent is None:
        raise AdminError(f"Nothing was changed. {_on_record(context, student)}")
    details = context.register.students.details(student.roll_number)
    erased = (
        f"{counted(details.templates, 'face template')}, {counted(details.faces, 'stored face')} and "
        f"{counted(int(details.has_portrait), 'portrait')}"
    )
    if ask:
        context.screen.note(
            f"This erases {erased} of {student.name} ({student.roll_number}). It can't be undone. "
            "Details and marks stay."
        )
        typed = click.prompt("Type the roll number to confirm", default="", show_default=False, err=True)
        if not same_number(typed, student.roll_number):
            raise AdminError(f"Nothing was changed: that is not the roll number {student.roll_number}.")
    withdrawn = context.register.students.withdraw_consent(
        student.id, Withdrawal(context.register.clock.now(), recorded_by=by)
    )
    context.screen.say(f"{_on_record(context, withdrawn)} Erased: {erased}.")


def _on_record(context: AdminContext, student: Student) -> str:
    """The recorded consent of a student, in one or two sentences."""
    who = f"{student.name} ({student.roll_number})"
    given, withdrawn = student.consent, student.withdrawn
    if given is not None:
        moment = context.local(given.given_at)
        return f"{who} gave consent: {given.how}. Recorded at {moment} by {given.recorded_by}."
    if withdrawn is not None:
        moment = context.local(withdrawn.at)
        return f"{who} withdrew consent. Recorded at {moment} by {withdrawn.recorded_by}."
    return f"{who} has not given consent."
