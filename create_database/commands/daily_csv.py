"""The command daily-csv: rebuilds daily lists of arrivals from the register."""

from __future__ import annotations

from datetime import date, timedelta

import click

from attendance.reports.automatic_reports import daily_list
from attendance.reports.content.rows import check_range
from attendance.reports.daily.daily_csv import DailyCsv
from attendance.reports.daily.daily_rebuild import Rebuilt, rebuild
from create_database.context import AdminContext
from create_database.days import day_option
from create_database.errors import AdminError
from create_database.shell import AdminCommand, dry_run_option, pass_admin_context
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
@dry_run_option
@pass_admin_context
def daily_csv(
    context: AdminContext, *, day: date | None, first_day: date | None, last_day: date | None, dry_run: bool
) -> None:
    """Rebuild daily lists of arrivals from the register, and print the differences."""
    daily = daily_list(context.settings, context.register.store)
    if daily is None:
        raise AdminError("Daily lists are off. Set ATTENDANCE_DAILY_CSV to a folder, or unset it.")
    for each in _days(context, day, first_day, last_day):
        _print_rebuilt(
            context, daily, rebuild(context.register.store, daily, each, dry_run=dry_run), dry_run=dry_run
        )


def _days(
    context: AdminContext, day: date | None, first_day: date | None, last_day: date | None
) -> list[date]:
    """The days to rebuild.

    Raises:
        AdminError: the range is too long.
        click.UsageError: the options contradict each other.
        ReportError: the last day is before the first.
    """
    today = context.register.clock.now().astimezone(context.settings.time_zone).date()
    if first_day is None:
        if last_day is not None:
            raise click.UsageError("--to needs --from, the first day.")
        return [day or today]
    if day is not None:
        raise click.UsageError("Give either --day or --from and --to.")
    last_day = last_day or today
    check_range(first_day, last_day)
    count = (last_day - first_day).days + 1
    if count > LONGEST_RANGE:
        raise AdminError(
            f"{first_day} to {last_day} is {count} days. At most {LONGEST_RANGE} can be rebuilt at once."
        )
    return [first_day + timedelta(days=number) for number in range(count)]


def _print_rebuilt(context: AdminContext, daily: DailyCsv, made: Rebuilt, *, dry_run: bool) -> None:
    """Print what differed in one day's list."""
    if not (made.missing or made.surplus):
        if made.lines or made.path.exists():
            context.screen.say(f"{made.path.name}: {counted(made.lines, 'line')}, no differences.")
        return
    done = "would be written" if dry_run else f"written to {daily.folder}"
    context.screen.say(f"{made.path.name}: {counted(made.lines, 'line')}, {done}.")
    for sign, lines in (("+", made.missing), ("-", made.surplus)):
        for line in lines:
            context.screen.say(f"{sign} {line.rstrip()}")
    if made.kept_as is not None:
        context.screen.note(f"The previous file was kept as {made.kept_as.name}.")
