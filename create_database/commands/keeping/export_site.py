"""The command export-site: the whole site in one sealed file, for either database.

It isn't called ``export``, which could be one of reports, and its counterpart isn't called ``import``:
``import-students`` and ``import-embeddings`` add to a register, while ``import-site`` makes one.
"""

from __future__ import annotations

from pathlib import Path

import click

from attendance.backup.moving.exporting import export_site
from attendance.errors import BackupError
from attendance.store.open_store import FILE_NAME
from create_database.context import AdminContext
from create_database.shell import AdminCommand, GivenPath, pass_admin_context


@click.command("export-site", cls=AdminCommand, examples=("export-site E:/site.export",))
@click.argument("file", type=GivenPath(dir_okay=False, path_type=Path))
@pass_admin_context
def export_site_command(context: AdminContext, file: Path) -> None:
    """Write everything that the site has into one encrypted file, and read it back.

    The command import-site fills an empty database with it, an embedded one or one on a MongoDB server. Stop
    all servers first: what is written after the export stays behind. Delete FILE once the site has moved.
    """
    settings = context.settings
    if settings.mongodb_uri is None and not (settings.data / FILE_NAME).exists():
        raise BackupError(f"There is no register in {settings.data}. Name its folder with --data.")
    register = context.register
    done = export_site(settings, register.store, register.clock.now(), file)
    context.screen.table(("Kind", "Records"), [(name, str(count)) for name, count in done.counts.items()])
    context.screen.note(
        f"The export {done.path} was read back and is good. Head of its audit trail: {done.head}. It has the "
        "keys of students: delete it once the site has moved, after 30 days at the latest."
    )
