"""The commands on API tokens: api-token add, list, revoke."""

from __future__ import annotations

from datetime import timedelta

import click

from attendance.accounts.api_tokens import Scope
from attendance.values import ApiToken
from create_database.context import Desk
from create_database.errors import AdminError
from create_database.shell import AdminCommand, AdminGroup, by_option, pass_desk

HEADINGS = ("Name", "State", "Last used", "Ends", "Made by", "Scopes")
MOST_DAYS = 3650  # ten years; who wants longer means no end


@click.group(
    cls=AdminGroup,
    examples=(
        "api-token add Timetable --scope marks:read --days 90",
        "api-token list",
        "api-token revoke Timetable",
    ),
)
def api_token() -> None:
    """Make, list and revoke the tokens with which other software uses the register."""


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
    help="What the token may do; give it once for each.",
)
@click.option(
    "--days",
    metavar="N",
    type=click.IntRange(1, MOST_DAYS),
    help="How many days it holds.  [default: until it is revoked]",
)
@by_option
@pass_desk
def add(desk: Desk, name: str, *, scopes: tuple[str, ...], days: int | None, by: str) -> None:
    """Make a token called NAME, and print its text: this once, and never again.

    The text alone goes to the standard output.
    """
    register = desk.register
    ends = None if days is None else register.clock.now() + timedelta(days=days)
    made = register.api_tokens.make(name, scopes, by=by, expires_at=ends)
    until = "until it is revoked" if ends is None else f"until {desk.local(ends)}"
    desk.screen.note(f"The token {made.token.name} holds {until}. It is shown this once and kept nowhere:")
    desk.screen.say(made.text)


@api_token.command("list", cls=AdminCommand, examples=("api-token list",))
@pass_desk
def list_tokens(desk: Desk) -> None:
    """List every token that was made, the newest last; revoked ones stay on record."""
    tokens = desk.register.api_tokens.all()
    desk.screen.table(HEADINGS, [_row(desk, token) for token in tokens])
    if not tokens:
        desk.screen.note("No token was made yet. The command api-token add does it.")


@api_token.command(cls=AdminCommand, examples=("api-token revoke Timetable",))
@click.argument("name")
@pass_desk
def revoke(desk: Desk, name: str) -> None:
    """Let nobody in with the token called NAME any more. It can't be undone."""
    tokens = desk.register.api_tokens
    token = tokens.by_name(name)
    if token is None:
        raise AdminError(f"There is no token {name}. The command api-token list shows all of them.")
    revoked = tokens.revoke(token.id)
    if revoked.revoked_at is not None:
        desk.screen.say(f"The token {token.name} is revoked since {desk.local(revoked.revoked_at)}.")


def _row(desk: Desk, token: ApiToken) -> tuple[str, ...]:
    """A token's line in the list."""
    if token.revoked_at is not None:
        state = "revoked"
    else:
        state = "live" if token.is_live(desk.register.clock.now()) else "over"
    user = desk.register.accounts.find(token.created_by)
    return (
        token.name,
        state,
        desk.local(token.last_used_at) if token.last_used_at else "never",
        desk.local(token.expires_at) if token.expires_at else "never",
        token.created_by if user is None else user.name,
        " ".join(token.scopes),
    )
