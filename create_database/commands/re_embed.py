"""The command re-embed: recomputes all templates after a change of engine or detector."""

from __future__ import annotations

import click

from create_database.context import AdminContext
from create_database.shell import AdminCommand, pass_admin_context
from create_database.wording import counted

HEADINGS = ("Roll number", "Name", "What to do")
NO_PORTRAIT = "There is no stored portrait. Enrol a photo again."


@click.command("re-embed", cls=AdminCommand, examples=("re-embed", "re-embed --engine dlib --detector haar"))
@click.option("--engine", metavar="NAME", help="auto, both, facenet or dlib.  [default: ATTENDANCE_ENGINE]")
@click.option("--detector", metavar="NAME", help="mtcnn or haar.  [default: ATTENDANCE_DETECTOR]")
@pass_admin_context
def re_embed(context: AdminContext, engine: str | None, detector: str | None) -> None:
    """Recompute all templates from the stored portraits, after a change of engine or detector.

    Students without a usable portrait are listed. They can't check in by face until they are enrolled
    again. The exit status is 1 if there are any.
    """
    context.override(engine=engine, detector=detector)
    result = context.register.re_embed()
    skipped = [(s.roll_number, s.name, NO_PORTRAIT) for s in result.without_portrait]
    skipped += [(s.roll_number, s.name, reason) for s, reason in result.unreadable]
    if skipped:
        context.screen.table(HEADINGS, skipped)
        context.screen.say("")
    context.screen.say(
        f"{counted(result.embedded, 'student')} re-embedded for {result.engine} with {result.detector}, "
        f"{result.unchanged} unchanged, {len(skipped)} skipped."
    )
    if skipped:
        raise click.exceptions.Exit(1)
