"""The command that gives a teacher or an admin an account, or a new password."""

from __future__ import annotations

import sys

import click

from attendance.values import Role
from create_database.context import Desk
from create_database.errors import AdminError
from create_database.shell import AdminCommand, pass_desk


@click.command(
    "add-teacher",
    cls=AdminCommand,
    examples=(
        'add-teacher grace --name "Grace Hopper"',
        "add-teacher grace --admin",
        "add-teacher grace --new-password",
    ),
)
@click.argument("username")
@click.option("--name", metavar="NAME", help="What others see.  [default: USERNAME]")
@click.option("--admin", is_flag=True, help="An admin, who also manages accounts.")
@click.option("--new-password", is_flag=True, help="Give an existing account a new password, and no more.")
@pass_desk
def add_teacher(desk: Desk, username: str, name: str | None, *, admin: bool, new_password: bool) -> None:
    """Give a teacher an account, with which they log in as USERNAME.

    The password is asked for, twice; piped in, it is the first line.
    """
    accounts = desk.register.accounts
    if new_password:
        if name or admin:
            raise AdminError("--new-password changes nothing else. Leave --name and --admin away.")
        user = accounts.by_name(username)
        if user is None:
            raise AdminError(f"Nobody logs in as {username}. Leave --new-password away to add them.")
        accounts.set_password(user.id, _password())
        desk.screen.say(f"{user.name} has a new password. Logins from before have ended.")
        return
    role = Role.ADMIN if admin else Role.TEACHER
    accounts.check_new(username, name or username, None)
    user = accounts.add(username, name or username, role, password=_password())
    desk.screen.say(
        f"Added: {user.name}, {'an admin' if admin else 'a teacher'}, who logs in as {user.username}."
    )


def _password() -> str:
    """What is typed unseen, or the first line of what is piped in."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")
