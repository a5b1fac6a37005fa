"""The commands keys show, keys recovery, keys confirm, keys restore, keys move and keys rotate."""

from __future__ import annotations

import click

from attendance.program import admin_command, start_command
from attendance.sealing.confirming import confirm as confirm_key
from attendance.sealing.key_sources import find_keys, where_the_key_is
from attendance.sealing.moving import move_key
from attendance.sealing.places.place_note import PLACES
from attendance.sealing.recovery import recovery_key
from attendance.sealing.rotating import restore as restore_key
from attendance.sealing.rotating import rotate as rotate_key
from create_database.context import AdminContext
from create_database.shell import AdminCommand, AdminGroup, pass_admin_context


@click.group(cls=AdminGroup, examples=("keys show", "keys recovery", "keys rotate"))
def keys() -> None:
    """Show, write down, restore, move and change the key with which the register is sealed."""


@keys.command(cls=AdminCommand, examples=("keys show",))
@pass_admin_context
def show(context: AdminContext) -> None:
    """Show which key the register is sealed with, how far, and where it is; the key itself isn't shown."""
    state = context.register.store.seal_state()
    assert state is not None, "opening seals"
    context.screen.table(("Register", "Key", "State"), [(state.register_id, state.key_id, state.stage.value)])
    context.screen.note(where_the_key_is(context.settings))


@keys.command(cls=AdminCommand, examples=("keys recovery",))
@pass_admin_context
def recovery(context: AdminContext) -> None:
    """Print the recovery key, to be written down and kept away from this computer.

    It opens the files and all faces. Without it, nobody can read them once this computer is lost.
    """
    context.register.store.check()  # a key of a register that can be opened
    click.echo(recovery_key(find_keys(context.settings, create=False).current))


@keys.command(cls=AdminCommand, examples=("keys confirm",))
@click.option("--last", metavar="GROUP", help="The last group.  [default: asked for]")
@pass_admin_context
def confirm(context: AdminContext, last: str | None) -> None:
    """Confirm that the recovery key was written down, by typing its last group."""
    store = context.register.store
    confirm_key(context.settings, store, last or click.prompt("Last group of the recovery key"))
    context.screen.note("Confirmed. Keep the recovery key away from this computer.")


@keys.command(cls=AdminCommand, examples=("keys restore",))
@click.option("--key", metavar="KEY", help="The recovery key.  [default: asked for]")
@pass_admin_context
def restore(context: AdminContext, key: str | None) -> None:
    """Put a lost or damaged key back in its place, from the recovery key."""
    made = restore_key(context.settings, key or click.prompt("Recovery key", hide_input=True))
    context.screen.note(f"The key {made.key.id.hex()} is back. {where_the_key_is(context.settings)}")
    if made.aside is not None:
        context.screen.note(
            f"What was there couldn't be used, and is {made.aside} now. Delete it once everything can be "
            "read."
        )
    context.screen.note(f"Start the server with: {start_command()}")


@keys.command(cls=AdminCommand, examples=("keys move keyring", "keys move passphrase"))
@click.argument("place", type=click.Choice(PLACES))
@pass_admin_context
def move(context: AdminContext, place: str) -> None:
    """Move the site's key to the operating system's keyring, behind a passphrase, or into a file.

    It is written in the new place and read back there before it is deleted in the old one. Typed again, the
    command completes an interrupted move.
    """
    context.screen.note(move_key(context.settings, place))


@keys.command(cls=AdminCommand, examples=("keys rotate",))
@pass_admin_context
def rotate(context: AdminContext) -> None:
    """Seal everything with a new key, and turn all templates, so that the former key opens nothing.

    Stop all servers first: they have the former key, and one of this computer is noticed. An
    interrupted change goes on when the command is typed again. Write the new recovery key down afterwards.
    """
    done = rotate_key(context.settings)
    went_on = " An interrupted change was completed." if done.went_on else ""
    context.screen.note(f"The key {done.before} was replaced by {done.now}.{went_on}")
    context.screen.note(
        "The recovery key that was written down opens only backups from before. Write the new one down: "
        f"{admin_command('keys', 'recovery')}"
    )
    context.screen.note(f"Then make a new backup: {admin_command('backup', 'FILE')}")
