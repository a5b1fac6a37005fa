"""The command restore: puts the register of a backup where none is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from attendance.backup.erasures import Erasures
from attendance.backup.restoring import Restored, restore_backup
from attendance.clock import SystemClock
from attendance.program import start_command
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from create_database.context import AdminContext
from create_database.errors import StoppedError
from create_database.shell import AdminCommand, GivenPath, pass_admin_context
from create_database.wording import counted


@click.command(cls=AdminCommand, examples=("restore FILE", "restore FILE --data Restored"))
@click.argument("file", type=GivenPath(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--recovery-key", "recovery", metavar="KEY", help="The recovery key, if the site's key is lost."
)
@click.option(
    "--without-keys",
    is_flag=True,
    help="Restore names, courses and marks where the keys of students are lost.",
)
@pass_admin_context
def restore(context: AdminContext, file: Path, recovery: str | None, without_keys: bool) -> None:  # noqa: FBT001 - click's
    """Put the register of a backup into a data folder without one, while no server uses it.

    A register is never overwritten. Who was erased since the backup is erased again, and
    who objected objects again.
    """
    context.act()
    with saying_what_came(context.settings):
        done = restore_backup(
            context.settings, file, SystemClock().now(), recovery=recovery, without_keys=without_keys
        )
    context.screen.table(("Kind", "Records"), [(name, str(count)) for name, count in done.counts.items()])
    for sentence in _sentences(context, done):
        context.screen.note(sentence)


@contextmanager
def saying_what_came(settings: Settings) -> Iterator[None]:
    """Where Ctrl-C comes after the register did, it stays, and the admin is told so.

    Raises:
        StoppedError: it came then.
    """
    register = settings.data / FILE_NAME
    was_there = register.exists()
    try:
        yield
    except KeyboardInterrupt as error:
        if was_there or not register.exists():
            raise
        raise StoppedError(
            f"Stopped, but the register was in its place already, and is whole. Start the server with: "
            f"{start_command()}"
        ) from error


def _sentences(context: AdminContext, done: Restored) -> list[str]:
    said = [f"The register of {context.local(done.made_at)} is back. Head of its audit trail: {done.head}."]
    if done.missing is not None:
        said.append(
            f"It is older than entry {done.missing} of the audit trail, whose head was printed. What "
            "happened between is missing. The daily lists have the marks; the printed heads were set aside."
        )
    said += erased_again(done.erasures)
    if done.keys_are_lost:
        said.append("Faces, addresses and codes can't be read without the students' keys. Enrol faces again.")
    return [*said, f"Start the server with: {start_command()}"]


def erased_again(erasures: Erasures) -> list[str]:
    """What to say of erasures that were repeated."""
    said = []
    if erasures.students:
        said.append(f"{counted(erasures.students, 'student')} erased since, and erased again.")
    if erasures.faces:
        said.append(f"{counted(erasures.faces, 'face')} erased again, because consent was withdrawn since.")
    if erasures.objections:
        said.append(f"{counted(erasures.objections, 'objection')} recorded since, and on record again.")
    return said
