"""The command consent: shows and records the consent of students, and objections to it."""

from __future__ import annotations

from typing import Any

import click

from attendance.values import Consent, ConsentForm, ConsentParty, Student, Withdrawal
from attendance.values.roll_numbers import same_number
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.finding.course_lookup import find_course
from create_database.shell import AdminCommand, by_option, pass_admin_context
from create_database.wording import counted

PARTIES = tuple(party.value for party in ConsentParty if party is not ConsentParty.UNSTATED)
FORMS = tuple(form.value for form in ConsentForm if form is not ConsentForm.UNSTATED)
_ONLY_GIVEN = ("form", "dated", "until", "renew")


@click.command(
    cls=AdminCommand,
    examples=(
        "consent 17",
        'consent 17 --given "signed form of 2 September" --by "Registrar"',
        'consent 17 --given "kept in the office" --from guardian --form paper --until 2027-07-31',
        'consent 17 18 19 --given "signed forms of 2 September"',
        'consent --course "Physics 2" --given "signed forms of 2 September"',
        "consent 17 --withdraw",
        "consent 17 --withdraw --from guardian",
        "consent 17 --undo --from guardian",
    ),
)
@click.argument("roll_numbers", metavar="[ROLL]...", nargs=-1)
@click.option("--course", metavar="COURSE", help="All students on the roster of a course.")
@click.option("--given", metavar="HOW", help="Record that the students gave consent, and how.")
@click.option("--from", "party", type=click.Choice(PARTIES), help="Who gave consent, or objects.")
@click.option("--guardian", metavar="NAME", help="The guardian's name, which is sealed.")
@click.option("--form", type=click.Choice(FORMS), help="In which form consent was given.")
@click.option("--dated", metavar="DAY", help="The day on the form, such as 2026-09-02; otherwise today.")
@click.option("--until", metavar="DAY", help="The last day on which the consent counts; otherwise for good.")
@click.option("--renew", is_flag=True, help="Replace all consents that are on record already.")
@click.option(
    "--withdraw",
    is_flag=True,
    help="Record that the student or a guardian objects; erase the face, keep the marks.",
)
@click.option("--undo", is_flag=True, help="Undo an objection that was recorded by mistake.")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
@by_option
@pass_admin_context
def consent(
    context: AdminContext,
    /,
    roll_numbers: tuple[str, ...],
    *,
    course: str | None,
    given: str | None,
    withdraw: bool,
    undo: bool,
    yes: bool,
    by: str,
    **details: Any,  # the options that belong to --given, --withdraw and --undo
) -> None:
    """Show or record the consent of students, or an objection to it.

    Of several students, those of whom somebody objects are left out, and consent that is on record stays.
    """
    students = _chosen(context, roll_numbers, course)
    _check(given, details, withdraw=withdraw, undo=undo)
    party = ConsentParty(details["party"] or ConsentParty.UNSTATED)
    if given is not None:
        record = Consent(
            context.register.clock.now(),
            recorded_by=by,
            how=given,
            giver=party,
            form=ConsentForm(details["form"] or ConsentForm.UNSTATED),
            given_on=details["dated"],
            valid_until=details["until"],
        )
        if len(students) == 1 and course is None and not details["renew"]:
            _give(context, students[0], record, details["guardian"])
        elif details["guardian"] is not None and len(students) > 1:
            raise click.UsageError("--guardian names the guardian of one student. Give one roll number.")
        else:
            _give_all(context, students, record, renew=details["renew"])
    elif withdraw or undo:
        if len(students) != 1 or course is not None:
            raise click.UsageError("Objections are recorded one by one. Give one roll number.")
        if undo:
            _undo(context, students[0], party)
        else:
            objection = Withdrawal(context.register.clock.now(), recorded_by=by, objector=party)
            _withdraw(context, students[0], objection, details["guardian"], ask=not yes)
    else:
        for student in students:
            context.screen.say(_on_record(context, student))


def _check(given: str | None, details: dict[str, Any], *, withdraw: bool, undo: bool) -> None:
    """Refuse options that don't go together."""
    if given is not None and withdraw:
        raise click.UsageError("--given and --withdraw are opposites. Omit one of them.")
    if undo and (given is not None or withdraw):
        raise click.UsageError("--undo goes with none of --given and --withdraw. Omit one of them.")
    if details["renew"] and given is None:
        raise click.UsageError("--renew goes with --given: state how the new consent was given.")
    alone = [name for name in _ONLY_GIVEN if details[name] and given is None]
    if alone:
        raise click.UsageError(f"--{alone[0]} goes with --given: state how consent was given.")
    if details["party"] and given is None and not withdraw and not undo:
        raise click.UsageError("--from goes with --given, --withdraw or --undo.")
    if details["guardian"] is not None and details["party"] != ConsentParty.GUARDIAN:
        raise click.UsageError("--guardian goes with --from guardian.")


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


def _give(context: AdminContext, student: Student, given: Consent, guardian: str | None) -> None:
    after = context.register.students.note_consent(student.id, given, guardian=guardian)
    if after == student:
        raise AdminError(
            f"Nothing was changed. {_on_record(context, student)} To replace what is on record, add --renew."
        )
    context.screen.say(_on_record(context, after))


def _undo(context: AdminContext, student: Student, party: ConsentParty) -> None:
    register = context.register
    after = register.students.undo_objection(student.id, party, register.clock.now())
    if after == student:
        raise AdminError(f"Nothing was changed. {_on_record(context, student)}")
    context.screen.say(f"The objection is no longer on record. {_on_record(context, after)}")
    if after.consents and not after.objections:
        context.screen.note("The face was erased. Enrol photos again.")


def _withdraw(
    context: AdminContext, student: Student, objection: Withdrawal, guardian: str | None, *, ask: bool
) -> None:
    is_new = objection.objector not in {each.objector for each in student.objections}
    is_named = objection.objector is not ConsentParty.UNSTATED
    if not (is_new if is_named else student.consents and not student.objections):
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
    withdrawn = context.register.students.withdraw_consent(student.id, objection, guardian=guardian)
    context.screen.say(f"{_on_record(context, withdrawn)} Erased: {erased}.")


def _on_record(context: AdminContext, student: Student) -> str:
    """The recorded consents of a student, or the objections, in sentences."""
    who = f"{student.name} ({student.roll_number})"
    if student.objections:
        return " ".join(_objected(context, who, each) for each in student.objections)
    if student.consents:
        return " ".join(_gave(context, who, each) for each in student.consents)
    return f"{who} has not given consent."


def _gave(context: AdminContext, who: str, given: Consent) -> str:
    """A consent in sentences; what isn't stated is left out."""
    by = f"A guardian of {who}" if given.giver is ConsentParty.GUARDIAN else who
    form = "" if given.form is ConsentForm.UNSTATED else f" ({given.form.value})"
    dated = "" if given.given_on is None else f" Given on {given.given_on}."
    until = "" if given.valid_until is None else f" Valid until {given.valid_until}."
    moment = context.local(given.given_at)
    return f"{by} gave consent{form}: {given.how}. Recorded at {moment} by {given.recorded_by}.{dated}{until}"


def _objected(context: AdminContext, who: str, objection: Withdrawal) -> str:
    moment = f"Recorded at {context.local(objection.at)} by {objection.recorded_by}."
    if objection.objector is ConsentParty.GUARDIAN:
        return f"A guardian of {who} objects. {moment}"
    return f"{who} withdrew consent. {moment}"
