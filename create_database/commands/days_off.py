"""The commands day-off add, day-off import, day-off list and day-off remove."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from attendance.imports.calendar_file import LARGEST_CALENDAR, read_calendar
from attendance.program import admin_command
from attendance.values import DayOff, Session
from attendance.values.roll_numbers import clean_text
from create_database.context import AdminContext, person_named
from create_database.days import day_option
from create_database.finding.session_lookup import course_name
from create_database.shell import (
    AdminCommand,
    AdminGroup,
    GivenPath,
    by_option,
    dry_run_option,
    pass_admin_context,
)
from create_database.wording import counted

HEADINGS = ("Id", "Name", "First day", "Last day", "Sessions", "By")


@click.group(
    cls=AdminGroup,
    examples=(
        'day-off add "Christmas holidays" --first 2026-12-21 --last 2027-01-03',
        "day-off list",
        "day-off remove off-2026-12-21-2027-01-03",
    ),
)
def day_off() -> None:
    """Add, list and remove days without classes."""


@day_off.command(
    cls=AdminCommand,
    examples=(
        'day-off add "Christmas holidays" --first 2026-12-21 --last 2027-01-03',
        'day-off add "Snow" --first 2026-11-20 --cancel-sessions',
    ),
)
@click.argument("name")
@day_option("--first", "first", "The first day, YYYY-MM-DD.", required=True)
@day_option("--last", "last", "The last day, inclusive.  [default: the first day]")
@click.option("--cancel-sessions", is_flag=True, help="Cancel the sessions that exist on these days.")
@by_option
@pass_admin_context
def add(
    context: AdminContext, name: str, *, first: date, last: date | None, cancel_sessions: bool, by: str
) -> None:
    """Add days on which nothing opens automatically, and nobody is absent."""
    register = context.register
    added = register.days_off.add(name, first.isoformat(), (last or first).isoformat(), by=by)
    context.screen.say(f"{added.name}: {added.first_day} to {added.last_day}.")
    if added.name != clean_text(name):
        context.screen.note("These days had this name already. To rename them, use day-off remove first.")
    sessions = register.days_off.sessions_on(added)
    _list_sessions(context, sessions)
    if not sessions:
        return
    if not cancel_sessions:
        cancel = admin_command("session", "cancel", "ID")
        context.screen.note("They were not changed. The option --cancel-sessions cancels all of them.")
        context.screen.note(f"To cancel one, run: {cancel}")
        return
    for each in sessions:
        register.cancelling.cancel(each.id, by=by, why=added.name)
    context.screen.say(f"{counted(len(sessions), 'session')} cancelled.")
    context.screen.note(f"To restore one, run: {admin_command('session', 'restore', 'ID')}")


@day_off.command("import", cls=AdminCommand, examples=("day-off import holidays.ics --dry-run",))
@click.argument("file", metavar="FILE", type=GivenPath(exists=True, dir_okay=False, path_type=Path))
@dry_run_option
@by_option
@pass_admin_context
def import_calendar(context: AdminContext, file: Path, *, dry_run: bool, by: str) -> None:
    """Add the days of a calendar FILE (.ics), such as a list of school holidays.

    Only events of whole days that are not over are added.
    """
    register, today = context.register, context.today.isoformat()
    with file.open("rb") as opened:
        found = read_calendar(opened.read(LARGEST_CALENDAR + 1))
    known = {(each.first_day, each.last_day) for each in register.days_off.all()}
    new = [each for each in found.days if (each.first_day, each.last_day) not in known]
    coming = [each for each in new if each.last_day >= today]
    for line in found.left_out:
        context.screen.note(line)
    if over := len(new) - len(coming):
        context.screen.note(f"{counted(over, 'event')} over, and left out.")
    if entered := len(found.days) - len(new):
        context.screen.note(f"{counted(entered, 'event')} entered already, and left out.")
    entries = [(each.name, each.first_day, each.last_day) for each in coming]
    added = [] if dry_run else register.days_off.add_all(entries, by=by)
    for name, first_day, last_day in entries:
        context.screen.say(f"{name}: {first_day} to {last_day}.")
    if not entries:
        context.screen.note("The calendar has no new days off to come.")
    if dry_run:
        context.screen.say("Dry run: nothing was changed.")
    if sessions := [session for each in added for session in register.days_off.sessions_on(each)]:
        _list_sessions(context, sessions)
        cancel = admin_command("session", "cancel", "ID")
        context.screen.note(f"They were not changed. To cancel one, run: {cancel}")


@day_off.command("list", cls=AdminCommand, examples=("day-off list",))
@pass_admin_context
def list_days_off(context: AdminContext) -> None:
    """List all days off."""
    found = context.register.days_off.all()
    context.screen.table(HEADINGS, [_row(context, each) for each in found])
    if not found:
        add_one = admin_command("day-off", "add", "NAME", "--first", "DAY")
        context.screen.note(f"There are no days off yet. To add one, run: {add_one}")


@day_off.command(
    cls=AdminCommand,
    examples=(
        "day-off remove off-2026-12-21-2027-01-03",
        "day-off remove off-2026-11-20 --restore-sessions",
    ),
)
@click.argument("day_off_id", metavar="ID")
@click.option("--restore-sessions", is_flag=True, help="Restore the sessions that were cancelled for it.")
@by_option
@pass_admin_context
def remove(context: AdminContext, day_off_id: str, *, restore_sessions: bool, by: str) -> None:
    """Remove a day off. Sessions that were cancelled for it stay cancelled without --restore-sessions."""
    register = context.register
    cancelled = register.days_off.cancelled_for(register.days_off.get(day_off_id))
    removed = register.days_off.remove(day_off_id)
    context.screen.say(f"{removed.name} ({removed.first_day} to {removed.last_day}) was removed.")
    if cancelled and restore_sessions:
        for each in cancelled:
            register.cancelling.restore(each.id, by=by)
        context.screen.say(f"{counted(len(cancelled), 'session')} restored.")
    elif cancelled:
        context.screen.note(f"{counted(len(cancelled), 'session')} that it had cancelled stay cancelled.")


def _list_sessions(context: AdminContext, sessions: list[Session]) -> None:
    """Note which sessions exist on new days off already."""
    if sessions:
        context.screen.note(f"On these days there {_are(len(sessions))} already:")
    for each in sessions:
        context.screen.note(f"  {_listed(context, each)}")


def _are(number: int) -> str:
    return f"{'is' if number == 1 else 'are'} {counted(number, 'session')}"


def _listed(context: AdminContext, session: Session) -> str:
    return f"{session.id} ({course_name(context, session)}, {context.local(session.opens_at)})"


def _row(context: AdminContext, found: DayOff) -> tuple[str, ...]:
    sessions = len(context.register.days_off.sessions_on(found))
    return (
        found.id,
        found.name,
        found.first_day,
        found.last_day,
        str(sessions) if sessions else "",
        person_named(context, found.by),
    )
