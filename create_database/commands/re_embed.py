"""The command re-embed: recomputes all templates after a change of engine or detector."""

from __future__ import annotations

import click

from create_database.context import AdminContext
from create_database.shell import AdminCommand, pass_admin_context
from create_database.wording import counted

HEADINGS = ("Roll number", "Name", "What to do")
NO_FACE = "No picture of the face is kept. Enrol photos again."


@click.command(
    "re-embed",
    cls=AdminCommand,
    examples=("re-embed", "re-embed --engine retail", "re-embed --engine dlib --detector haar"),
)
@click.option(
    "--engine", metavar="NAME", help="auto, retail, both, facenet or dlib.  [default: ATTENDANCE_ENGINE]"
)
@click.option("--detector", metavar="NAME", help="mtcnn or haar.  [default: ATTENDANCE_DETECTOR]")
@pass_admin_context
def re_embed(context: AdminContext, engine: str | None, detector: str | None) -> None:
    """Recompute all templates from the kept faces, after a change of engine or detector.

    Check-ins go on meanwhile with the former engine. After an interruption, run the command again: it does
    the rest. Students without a usable picture are listed. They can't check in by face until they are
    enrolled again. The exit status is 1 if there are any.
    """
    context.override(engine=engine, detector=detector)
    result = context.register.re_embed()
    skipped = [(s.roll_number, s.name, NO_FACE) for s in result.without_face]
    skipped += [(s.roll_number, s.name, reason) for s, reason in result.unreadable]
    if skipped:
        context.screen.table(HEADINGS, skipped)
        context.screen.say("")
    context.screen.say(
        f"{counted(result.embedded, 'student')} re-embedded from {counted(result.photos, 'photo')} for "
        f"{result.engine} with {result.detector}, {result.unchanged} unchanged, {len(skipped)} skipped."
    )
    if result.fewer:
        context.screen.note(
            f"Of {counted(len(result.fewer), 'student')} not every photo could be used, because older "
            "versions of this program kept one face only. Enrolling the same photos again brings them back."
        )
    if result.single:
        context.screen.note(
            f"{counted(result.single, 'student')} can be recognised by one photo only. Two or three make "
            "fewer mistakes: add some with enrol, or in the browser under Students, One photo."
        )
    if skipped:
        raise click.exceptions.Exit(1)
