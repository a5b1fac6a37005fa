"""The command re-embed: new templates after a change of engine."""

from __future__ import annotations

import click

from create_database.context import Desk
from create_database.shell import AdminCommand, pass_desk
from create_database.wording import counted

HEADINGS = ("Roll number", "Name", "What to do")
NO_PORTRAIT = "No portrait is kept. Enrol a photo again."


@click.command("re-embed", cls=AdminCommand, examples=("re-embed", "re-embed --engine dlib --detector haar"))
@click.option("--engine", metavar="NAME", help="auto, both, facenet or dlib.  [default: ATTENDANCE_ENGINE]")
@click.option("--detector", metavar="NAME", help="mtcnn or haar.  [default: ATTENDANCE_DETECTOR]")
@pass_desk
def re_embed(desk: Desk, engine: str | None, detector: str | None) -> None:
    """Make all face templates anew from the kept portraits, after a change of engine or detector.

    Students without a portrait are listed: they can't check in by face until they are enrolled again.
    The exit status is not 0 if there are any.
    """
    desk.override(engine=engine, detector=detector)
    result = desk.register.re_embed()
    left = [(s.roll_number, s.name, NO_PORTRAIT) for s in result.without_portrait]
    left += [(s.roll_number, s.name, reason) for s, reason in result.unreadable]
    if left:
        desk.screen.table(HEADINGS, left)
        desk.screen.say("")
    desk.screen.say(
        f"{counted(result.embedded, 'student')} embedded again for {result.engine} with {result.detector}, "
        f"{result.unchanged} unchanged, {len(left)} left out."
    )
    if left:
        raise click.exceptions.Exit(1)
