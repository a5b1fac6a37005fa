"""The commands api-token add, api-token list and api-token revoke."""

from __future__ import annotations

from datetime import timedelta

import click

from attendance.accounts.api_tokens import Scope
from attendance.program import admin_command
from attendance.values import ApiToken
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.shell import AdminCommand, AdminGroup, by_option, pass_admin_context

HEADINGS = ("Name", "State", "Last used", "Expires", "Created by", "Photos", "Scopes")
MOST_DAYS = 3650  # ten years; beyond that, omit the limit


@click.group(
    cls=AdminGroup,
    examples=(
        "api-token add Timetable --scope marks:read --days 90",
        "api-token list",
        "api-token revoke Timetable",
    ),
)
def api_token() -> None:
    """Create, list and revoke tokens with which other software uses the register."""


@api_token.command(
    cls=AdminCommand,
    examples=(
        "api-token add Timetable --scope marks:read --scope sessions:read --days 90",
        "api-token add Door --scope recognise > door.token",
    ),
)
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="A permission of the token; repeat the option for each.",
)
@click.option(
    "--days",
    metavar="N",
    type=click.IntRange(1, MOST_DAYS),
    help="Lifetime in days.  [default: valid until revoked]",
)
@click.option(
    "--with-movement",
    is_flag=True,
    help="Check-ins with its photos need review where the course requires a movement.  "
    "[default: they count, and their marks note it]",
)
@by_option
@pass_admin_context
def add(
    context: AdminContext,
    name: str,
    *,
    scopes: tuple[str, ...],
    days: int | None,
    with_movement: bool,
    by: str,
) -> None:
    """Create a token called NAME and print its text, this one time only.

    Only the text goes to standard output, so you can redirect it to a file.
    """
    register = context.register
    expires_at = None if days is None else register.clock.now() + timedelta(days=days)
    made = register.api_tokens.make(name, scopes, by=by, expires_at=expires_at, photo_only=not with_movement)
    until = "revoked" if expires_at is None else context.local(expires_at)
    context.screen.note(
        f"Token {made.token.name} is valid until {until}. It is shown only this once and not stored:"
    )
    context.screen.say(made.text)


@api_token.command("list", cls=AdminCommand, examples=("api-token list",))
@pass_admin_context
def list_tokens(context: AdminContext) -> None:
    """List all tokens, including expired and revoked ones, the newest last."""
    tokens = context.register.api_tokens.all()
    context.screen.table(HEADINGS, [_row(context, token) for token in tokens])
    if not tokens:
        create = admin_command("api-token", "add", "NAME", "--scope", "SCOPE")
        context.screen.note(f"There are no tokens yet. To create one, run: {create}")


@api_token.command(cls=AdminCommand, examples=("api-token revoke Timetable",))
@click.argument("name")
@pass_admin_context
def revoke(context: AdminContext, name: str) -> None:
    """Revoke the token called NAME immediately. It can't be undone."""
    tokens = context.register.api_tokens
    token = tokens.by_name(name)
    if token is None:
        raise AdminError(
            f"There is no token {name}. To see all tokens, run: {admin_command('api-token', 'list')}"
        )
    revoked = tokens.revoke(token.id)
    if revoked.revoked_at is not None:
        context.screen.say(f"Token {token.name} was revoked at {context.local(revoked.revoked_at)}.")


def _row(context: AdminContext, token: ApiToken) -> tuple[str, ...]:
    """A token's row in the list."""
    if token.revoked_at is not None:
        state = "revoked"
    else:
        state = "valid" if token.is_live(context.register.clock.now()) else "expired"
    user = context.register.accounts.find(token.created_by)
    return (
        token.name,
        state,
        context.local(token.last_used_at) if token.last_used_at else "never",
        context.local(token.expires_at) if token.expires_at else "never",
        token.created_by if user is None else user.name,
        "count alone" if token.photo_only else "need a movement",
        " ".join(token.scopes),
    )
