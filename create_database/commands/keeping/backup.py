"""The command backup: a sealed copy of the register while the server runs."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.backup.making import BackupMade, make_backup
from attendance.errors import BackupError
from attendance.store.open_store import FILE_NAME
from create_database.context import AdminContext
from create_database.shell import AdminCommand, GivenPath, pass_admin_context
from create_database.wording import counted


@click.command(cls=AdminCommand, examples=("backup E:/register.backup", "backup FILE --keep 14"))
@click.argument("file", type=GivenPath(dir_okay=False, path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="Delete all but the N newest backups in the folder of the file.  [default: delete none]",
)
@pass_admin_context
def backup(context: AdminContext, file: Path, keep: int | None) -> None:
    """Make an encrypted backup of the register, also while the server runs, and read it back.

    FILE.keys beside it has the keys of students and the pictures that wait; it is deleted after 30 days.
    """
    settings = context.settings
    if settings.mongodb_uri is None and not (settings.data / FILE_NAME).exists():
        raise BackupError(f"There is no register in {settings.data}. Name its folder with --data.")
    register = context.register
    made = make_backup(settings, register.store, register.clock.now(), file, keep)
    context.screen.table(("Kind", "Records"), [(name, str(count)) for name, count in made.counts.items()])
    context.screen.note(_sentence(made))


def _sentence(made: BackupMade) -> str:
    deleted = f" {counted(len(made.deleted), 'older file')} deleted." if made.deleted else ""
    return (
        f"The backup {made.path} was read back and is good. Head of its audit trail: {made.head}. The keys "
        f"of students are in {made.keys_path}, which must be deleted after 30 days.{deleted}"
    )
