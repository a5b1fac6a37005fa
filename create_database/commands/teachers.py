"""The command add-teacher: creates an account, sets a new password, or removes a lost second factor."""

from __future__ import annotations

import sys

import click

from attendance.values import Role, User
from create_database.context import AdminContext
from create_database.errors import AdminError
from create_database.shell import AdminCommand, pass_admin_context


@click.command(
    "add-teacher",
    cls=AdminCommand,
    examples=(
        'add-teacher grace --name "Grace Hopper"',
        "add-teacher grace --admin",
        "add-teacher grace --enrols",
        "add-teacher grace --new-password",
        "add-teacher grace --remove-second-factor",
    ),
)
@click.argument("username")
@click.option("--name", metavar="NAME", help="The displayed name.  [default: USERNAME]")
@click.option("--admin", is_flag=True, help="Make it an admin account, which can also manage accounts.")
@click.option("--enrols", is_flag=True, help="Give the right to enrol: rosters, details, consent, photos.")
@click.option("--new-password", is_flag=True, help="Only set a new password for an existing account.")
@click.option(
    "--remove-second-factor", is_flag=True, help="Only remove a lost second factor of an existing account."
)
@pass_admin_context
def add_teacher(
    context: AdminContext,
    username: str,
    name: str | None,
    *,
    admin: bool,
    enrols: bool,
    new_password: bool,
    remove_second_factor: bool,
) -> None:
    """Create an account for a teacher, who logs in as USERNAME.

    You are asked for the password twice. From a pipe, the first line is the password.
    """
    accounts = context.register.accounts
    only = "--remove-second-factor" if remove_second_factor else "--new-password" if new_password else ""
    if only:
        if name or admin or enrols or (new_password and remove_second_factor):
            raise click.UsageError(f"{only} changes nothing else. Omit the other options.")
        _change(context, _existing(context, username, only), password=new_password)
        return
    role = Role.ADMIN if admin else Role.TEACHER
    accounts.check_new(username, name or username, None)
    user = accounts.add(username, name or username, role, password=_password(), enrols=enrols)
    context.screen.say(
        f"Added: {user.name}, {'an admin' if admin else 'a teacher'}, who logs in as {user.username}."
    )


def _existing(context: AdminContext, username: str, only: str) -> User:
    user = context.register.accounts.by_name(username)
    if user is None:
        raise AdminError(f"There is no account {username}. Omit {only} to create it.")
    return user


def _change(context: AdminContext, user: User, *, password: bool) -> None:
    """Set a new password, or remove the second factor."""
    register = context.register
    if password:
        register.accounts.set_password(user.id, _password())
        context.screen.say(f"{user.name} has a new password. Earlier logins have ended.")
    elif user.second_factor is None:
        context.screen.say(f"{user.name} has no second factor.")
    else:
        register.logins.end_all(register.second_factors.remove(user.id))
        context.screen.say(f"{user.name} logs in with the password alone now. Earlier logins have ended.")


def _password() -> str:
    """The password typed at the hidden prompt, or the first line of a pipe."""
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")
