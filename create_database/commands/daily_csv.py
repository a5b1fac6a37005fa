"""The command daily-csv: the daily lists of who came, made anew from the register."""

from __future__ import annotations

from datetime import date, timedelta

import click

from attendance.reports.content.rows import check_range
from attendance.reports.daily.daily_csv import DailyCsv
from attendance.reports.daily.daily_rebuild import Rebuilt, rebuild
from create_database.context import Desk
from create_database.days import day_option
from create_database.errors import AdminError
from create_database.shell import AdminCommand, pass_desk
from create_database.wording import counted

LONGEST_RANGE = 3660  # days; ten years


@click.command(
    cls=AdminCommand,
    examples=(
        "daily-csv",
        "daily-csv --day 2026-11-20 --dry-run",
        "daily-csv --from 2026-09-01 --to 2026-12-18",
    ),
)
@day_option("--day", "day", "The day, YYYY-MM-DD.  [default: today]")
@day_option("--from", "first_day", "The first of several days, YYYY-MM-DD.")
@day_option("--to", "last_day", "The last of several days, YYYY-MM-DD.  [default: today]")
@click.option("--dry-run", is_flag=True, help="Only say what differs.")
@pass_desk
def daily_csv(
    desk: Desk, *, day: date | None, first_day: date | None, last_day: date | None, dry_run: bool
) -> None:
    """Make the daily lists of who came anew from the register, and say what differs."""
    daily = desk.register.reporting.daily
    if daily is None:
        raise AdminError("The daily lists are off. Set ATTENDANCE_DAILY_CSV to a folder, or leave it out.")
    for each in _days(desk, day, first_day, last_day):
        _tell(desk, daily, rebuild(desk.register.store, daily, each, dry_run=dry_run), dry_run=dry_run)


def _days(desk: Desk, day: date | None, first_day: date | None, last_day: date | None) -> list[date]:
    """The days that are asked for.

    Raises:
        AdminError: they don't go together, or are too many.
        ReportError: the last one is before the first.
    """
    today = desk.register.clock.now().astimezone(desk.settings.time_zone).date()
    if first_day is None:
        if last_day is not None:
            raise AdminError("--to needs --from: the first of the days.")
        return [day or today]
    if day is not None:
        raise AdminError("Give either --day, or --from and --to.")
    last_day = last_day or today
    check_range(first_day, last_day)
    count = (last_day - first_day).days + 1
    if count > LONGEST_RANGE:
        raise AdminError(
            f"From {first_day} to {last_day} are {count} days; at most {LONGEST_RANGE} are done at a time."
        )
    return [first_day + timedelta(days=number) for number in range(count)]


def _tell(desk: Desk, daily: DailyCsv, made: Rebuilt, *, dry_run: bool) -> None:
    if not (made.missing or made.surplus):
        if made.lines or made.path.exists():
            desk.screen.say(f"{made.path.name}: {counted(made.lines, 'line')}, nothing differs.")
        return
    done = "would be written" if dry_run else f"written to {daily.folder}"
    desk.screen.say(f"{made.path.name}: {counted(made.lines, 'line')}, {done}.")
    for sign, lines in (("+", made.missing), ("-", made.surplus)):
        for line in lines:
            desk.screen.say(f"{sign} {line.rstrip()}")
    if made.kept_as is not None:
        desk.screen.note(f"As it was before it is kept in {made.kept_as.name}.")
