"""The command notices: lists or sends e-mails about absences and low attendance."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.notices.catalogue import catalogue
from attendance.notices.letters import letters_of
from attendance.notices.sending import Sent
from attendance.notices.service import Notices
from attendance.notices.values import Obstacle, Planned, Step
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.shell import AdminCommand, by_option, pass_admin_context
from create_database.wording import counted

CATALOGUES = Path(__file__).resolve().parents[2] / "client" / "translations"
HEADINGS = ("Roll number", "Name", "To", "Subject", "State")
OBSTACLES = {
    Obstacle.NO_ADDRESS: "no address",
    Obstacle.BAD_ADDRESS: "invalid address",
}
OFF = (
    "Notices are off. Set ATTENDANCE_NOTICES to absence, limit, or absence,limit; also set ATTENDANCE_SMTP "
    "and ATTENDANCE_MAIL_FROM."
)


@click.command(
    cls=AdminCommand,
    examples=("notices --preview", "notices --preview --letters", "notices --hold 17", "notices --send"),
)
@click.option("--preview", is_flag=True, help="List what would be sent (the default).")
@click.option("--letters", is_flag=True, help="Print the full text of each notice.")
@click.option("--send", is_flag=True, help="Send the notices that are due.")
@click.option("--hold", metavar="ROLL", help="Hold back what would be sent about a student.")
@click.option("--release", metavar="ROLL", help="Send after all what was held back about a student.")
@click.option("--at-once", is_flag=True, help="Include notices that still allow time for corrections.")
@by_option
@pass_admin_context
def notices(
    context: AdminContext,
    *,
    preview: bool,
    letters: bool,
    send: bool,
    hold: str | None,
    release: str | None,
    at_once: bool,
    by: str,
) -> None:
    """List or send e-mails about absences and low attendance.

    Nobody gets the same notice twice, no matter who sends it: the server's timer, its page or this command.
    The exit status is 1 if anything could not be sent.
    """
    if send and (preview or letters):
        raise click.UsageError("--send can't be combined with --preview or --letters. Omit one of them.")
    if sum((send, hold is not None, release is not None)) > 1:
        raise click.UsageError("--send, --hold and --release are different things. Give one of them.")
    if not send and hold is None and release is None:
        context.try_only()
    register = context.register
    service = register.notices
    service.speak(catalogue(CATALOGUES, context.settings.notices_language))
    register.settle_due()
    if send:
        _send(context, service, at_once=at_once)
        return
    if hold is not None or release is not None:
        _hold(context, service, hold, release, by=by)
        return
    planned = service.plan(at_once=at_once)
    context.screen.table(HEADINGS, [_row(context, service, one) for one in planned])
    for letter in letters_of(planned) if letters else ():
        text = service.text_of(*letter.parts)
        context.screen.say("")
        context.screen.say(f"To {letter.parts[0].to or 'nobody'}: {text.subject}")
        for line in text.text.splitlines():
            context.screen.say(line)
    if not service.is_on:
        context.screen.note(OFF)
    elif service.missing:
        context.screen.note(f"Nothing can be sent: set {' and '.join(service.missing)}.")


def _hold(context: AdminContext, service: Notices, hold: str | None, release: str | None, *, by: str) -> None:
    """Hold back what would be sent about a student, or send it after all."""
    if hold is not None:
        held = service.hold_back(_keys(context, service, hold), by=by)
        context.screen.say(f"Held back: {counted(held, 'notice')}.")
    if release is not None:
        sent = service.send_after_all(_keys(context, service, release))
        context.screen.say(f"Sent after all when its time comes: {counted(sent, 'notice')}.")


def _keys(context: AdminContext, service: Notices, roll_number: str) -> list[str]:
    """What is planned or held back about a student."""
    student = context.student(roll_number)
    return [one.key for one in service.plan() if one.student.id == student.id]


def _send(context: AdminContext, service: Notices, *, at_once: bool) -> None:
    """Send the notices that are due, and print the result."""
    if not service.is_on:
        raise AdminError(OFF)
    if service.missing:
        raise AdminError(f"Nothing can be sent: set {' and '.join(service.missing)}.")
    result = service.send(at_once=at_once) or Sent()
    context.screen.say(
        f"{counted(result.sent, 'notice')} sent, {result.failed} refused, {result.later} postponed, "
        f"{result.unsure} possibly sent."
    )
    if result.problem:
        raise AdminError(result.problem)
    if result.failed or result.later or result.unsure:
        raise click.exceptions.Exit(1)


def _row(context: AdminContext, service: Notices, one: Planned) -> tuple[str, ...]:
    """A notice's row in the preview."""
    if one.step is Step.HELD:
        state = "held back"
    elif one.obstacle is not None:
        state = OBSTACLES[one.obstacle]
    elif one.step is Step.DUE:
        state = "due"
    else:
        state = f"at {context.local(one.ready_at)}"
    return (one.student.roll_number, one.student.name, one.to or "", service.text_of(one).subject, state)
