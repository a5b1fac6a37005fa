"""The command import-site: fills an empty database with a site that was exported."""

from __future__ import annotations

from pathlib import Path

import click

from attendance.audit.receipts.signing import key_text
from attendance.backup.moving.importing import SiteImported, import_site
from attendance.clock import SystemClock
from attendance.program import admin_command, start_command
from create_database.commands.keeping.restore import erased_again, saying_what_came
from create_database.context import AdminContext
from create_database.shell import AdminCommand, GivenPath, dry_run_option, pass_admin_context


@click.command(
    "import-site",
    cls=AdminCommand,
    examples=("import-site FILE --dry-run", "import-site FILE", "import-site FILE --recovery-key KEY"),
)
@click.argument("file", type=GivenPath(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--recovery-key",
    "recovery",
    metavar="KEY",
    help="The recovery key of the site that was exported, if its key isn't on this computer.",
)
@dry_run_option
@pass_admin_context
def import_site_command(context: AdminContext, file: Path, recovery: str | None, *, dry_run: bool) -> None:
    """Fill an empty database with a site that export-site wrote, while no server uses it.

    MONGODB_URI chooses the database, as for the server. A register is never overwritten. Who was erased
    since the export is erased again.
    """
    context.act()
    with saying_what_came(context.settings):
        done = import_site(context.settings, file, SystemClock().now(), recovery=recovery, only_try=dry_run)
    context.screen.table(("Kind", "Records"), [(name, str(count)) for name, count in done.counts.items()])
    for sentence in _sentences(context, done):
        context.screen.note(sentence)


def _sentences(context: AdminContext, done: SiteImported) -> list[str]:
    about = f"The site of {context.local(done.made_at)}, which was in {done.was_in},"
    head = f"Head of its audit trail: {done.head}."
    said = [f"{about} is here. {head}" if done.erasures is not None else f"{about} can be imported. {head}"]
    if done.missing is not None:
        said.append(
            f"It is older than entry {done.missing} of the audit trail, whose head was printed. What "
            "happened between is missing."
        )
    if done.erasures is None:
        return [*said, "Dry run: nothing was changed."]
    said += erased_again(done.erasures)
    if done.is_sealed_anew:
        said.append(
            f"It is sealed with this site's key now. Write it down: {admin_command('keys', 'recovery')}"
        )
    if done.former_receipts is not None:
        said.append(
            "Receipts and certificates from before were signed with the key "
            f"{key_text(done.former_receipts)}. Keep it, to verify them with verify-receipt --key."
        )
    return [*said, f"Start the server with: {start_command()}"]
