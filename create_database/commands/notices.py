"""The command notices: what students and guardians would be written, and sending it."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.notices.catalogue import catalogue
from attendance.notices.sending import Sent
from attendance.notices.service import Notices
from attendance.notices.values import Obstacle, Planned, Step
from create_database.context import Desk
from create_database.errors import AdminError
from create_database.shell import AdminCommand, pass_desk
from create_database.wording import counted

CATALOGUES = Path(__file__).resolve().parents[2] / "client" / "translations"
HEADINGS = ("Roll number", "Name", "To", "Subject", "State")
OBSTACLES = {
    Obstacle.NO_ADDRESS: "no address is kept",
    Obstacle.BAD_ADDRESS: "the address can't be written to",
}
OFF = (
    "Notices are off. ATTENDANCE_NOTICES (absence, limit, or absence,limit) switches them on; they need "
    "ATTENDANCE_SMTP and ATTENDANCE_MAIL_FROM too."
)


@click.command(
    cls=AdminCommand, examples=("notices --preview", "notices --preview --letters", "notices --send")
)
@click.option("--preview", is_flag=True, help="List what would be sent; the same as no option.")
@click.option("--letters", is_flag=True, help="Print the letters whole.")
@click.option("--send", is_flag=True, help="Send what is due, and wait until it is sent.")
@click.option("--at-once", is_flag=True, help="Also what waits for corrections.")
@pass_desk
def notices(desk: Desk, *, preview: bool, letters: bool, send: bool, at_once: bool) -> None:
    """List or send the e-mail about absences and too little attendance.

    Nobody is written twice about the same, whoever sends: the server's timer, its page or this command. The
    exit status is not 0 if something that was due could not be sent.
    """
    if send and (preview or letters):
        raise AdminError("--send sends; leave --preview and --letters away, or --send.")
    register = desk.register
    service = register.notices
    service.speak(catalogue(CATALOGUES, desk.settings.notices_language))
    register.settle_due()
    if send:
        _send(desk, service, at_once=at_once)
        return
    planned = service.plan(at_once=at_once)
    desk.screen.table(HEADINGS, [_row(desk, service, one) for one in planned])
    for one in planned if letters else ():
        letter = service.text_of(one)
        desk.screen.say("")
        desk.screen.say(f"To {one.to or 'nobody'}: {letter.subject}")
        for line in letter.text.splitlines():
            desk.screen.say(line)
    if not service.is_on:
        desk.screen.note(OFF)
    elif service.missing:
        desk.screen.note(f"Nothing can be sent: set {' and '.join(service.missing)}.")


def _send(desk: Desk, service: Notices, *, at_once: bool) -> None:
    """Send, and say what came of it."""
    if not service.is_on:
        raise AdminError(OFF)
    if service.missing:
        raise AdminError(f"Nothing can be sent: set {' and '.join(service.missing)}.")
    result = service.send(at_once=at_once) or Sent()
    desk.screen.say(
        f"{counted(result.sent, 'notice')} sent, {result.failed} refused, {result.later} to be tried again, "
        f"{result.unsure} perhaps sent."
    )
    if result.problem:
        raise AdminError(result.problem)
    if result.failed or result.later or result.unsure:
        raise click.exceptions.Exit(1)


def _row(desk: Desk, service: Notices, one: Planned) -> tuple[str, ...]:
    """A notice's line of the preview."""
    if one.obstacle is not None:
        state = OBSTACLES[one.obstacle]
    elif one.step is Step.DUE:
        state = "due"
    else:
        state = f"at {desk.local(one.ready_at)}"
    return (one.student.roll_number, one.student.name, one.to or "", service.text_of(one).subject, state)
