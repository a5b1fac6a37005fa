"""Kill the real program at random moments of a rush, and check what is left.

    python -m benchmarks.faults [FOLDER ...] [--kills 50] [--workers 1] [--json FILE]

Phones check in over HTTP, a teacher sends classroom photos and closes sessions, and the server writes daily
lists, reports and backups. Meanwhile it is killed (SIGKILL) again and again: the whole program, which is
restarted as by systemd, or with --workers N one of its processes, which the supervisor replaces. Afterwards
every mark that a phone showed must be in the register once, the database and the audit trail must be sound,
all photos read, and reports, lists and backups complete. Otherwise the command fails.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.table import Table

from attendance.values import LivenessMode
from benchmarks.apparatus.recognition import ENGINES, plain_errors
from benchmarks.faults.aftermath import Aftermath
from benchmarks.faults.kills import Kills
from benchmarks.faults.made_backups import MadeBackups
from benchmarks.faults.teacher import BusyTeacher
from benchmarks.rush.arrivals import Arrivals, Promise
from benchmarks.rush.class_register import USERNAME
from benchmarks.rush.onlookers import log_in
from benchmarks.rush.results import RushResult
from benchmarks.rush.sites import OpenSite, RushSite, opened

PROMISE = Promise(1, 120.0)
SHOWN_FAULTS = 20
SESSIONS_TO_CLOSE = 40
MOST_ROUNDS = 20  # until the teacher must have sent a photo and closed a session


@dataclass(frozen=True)
class KillPlan:
    """The plan of a run.

    Attributes:
        kills: number of kills.
        workers: number of server processes.
        rate: phones per second.
        longest: maximum seconds between the server's first answer after a kill and the next kill.
        round_seconds: duration of a round of phones.
        seed: seed of the random moments.
    """

    kills: int = 50
    workers: int = 1
    rate: float = 4.0
    longest: float = 10.0
    round_seconds: float = 20.0
    seed: int = 50


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@click.option("--kills", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Of the server.")
@click.option(
    "--rate", default=4.0, show_default=True, type=click.FloatRange(0.5, 100), help="Phones a second."
)
@click.option(
    "--longest", default=10.0, show_default=True, type=click.FloatRange(0.1, 600), help="Seconds apart."
)
@click.option("--students", default=60, show_default=True, type=click.IntRange(2), help="In the class.")
@click.option("--engine", default="retail", show_default=True, type=click.Choice(ENGINES))
@click.option("--seed", default=50, show_default=True, help="Of the random moments.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
def main(*, folders: tuple[Path, ...], students: int, engine: str, file: Path | None, **plan: float) -> None:
    """Run the plan and print the results."""
    console = Console(width=110)
    with plain_errors():
        site = RushSite(folders=folders, students=students, engine=engine)
        found = asyncio.run(run(site, KillPlan(**plan)))  # type: ignore[arg-type]
    console.print(table_of(found))
    if file is not None:
        file.write_text(json.dumps(found.as_json(), indent=1) + "\n", "utf-8")
    for fault in found.faults[:SHOWN_FAULTS]:
        console.print(fault)
    if found.faults:
        raise click.ClickException(f"{len(found.faults)} things are wrong.")


async def run(site: RushSite, plan: KillPlan) -> Aftermath:
    """Run the program, kill it, and check what is left.

    Args:
        site: the class; its server options are set here.
        plan: the plan.
    """
    with TemporaryDirectory(prefix="faults-") as name:
        made = Path(name) / "backups"
        made.mkdir()
        environ = dict(os.environ) | {
            "ATTENDANCE_BACKUP": str(made),
            "ATTENDANCE_REPORTS": str(Path(name) / "reports"),
            "ATTENDANCE_ROOM_PHOTOS": "on",
        }
        whole = RushSite(**{**vars(site), "workers": plan.workers})
        with opened(whole, environ) as there:
            return await killed(there, plan, MadeBackups(made))


async def killed(there: OpenSite, plan: KillPlan, backups: MadeBackups) -> Aftermath:
    """Send rounds of phones until all kills are done; then check everything.

    Args:
        there: the class and the server.
        plan: the plan.
        backups: the backups that the server makes.
    """
    servers, register = there.servers, there.register
    assert servers is not None
    await servers.ready()
    await there.rush.run(Arrivals("first", 4, 0, PROMISE))  # loads the networks
    cookie = await log_in(servers.doors[0], USERNAME, register.password)
    room, *to_close = register.open_sessions(1 + SESSIONS_TO_CLOSE, liveness=LivenessMode.OFF)
    teacher = BusyTeacher(servers.doors[0], cookie, register.members[0].picture, room, to_close)
    kills = Kills(servers, plan.kills, workers=plan.workers, longest=plan.longest, seed=plan.seed)
    beside = [asyncio.create_task(work) for work in (teacher.go_on(), backups.go_on())]
    killing = asyncio.create_task(kills.go_on())
    results: list[RushResult] = []
    try:
        while not killing.done() or (not teacher.has_worked and len(results) < MOST_ROUNDS):
            if killing.done():
                killing.result()
            phones = max(2, round(plan.rate * plan.round_seconds))
            arrivals = Arrivals(f"round {len(results) + 1}", phones, plan.round_seconds, PROMISE)
            results.append(await there.rush.run(arrivals))
        await killing
    finally:
        for task in (killing, *beside):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    backups.take()
    found = Aftermath(servers.killed, statistics.median(kills.restarts), max(kills.restarts))
    found.add_marks(results)
    await found.look(register.register, teacher, backups)
    return found


def table_of(found: Aftermath) -> Table:
    """The table for the terminal."""
    table = Table(title=f"{found.kills} kills", show_header=False)
    rows = (
        ("check-ins; acknowledged; without any answer", (found.phones, found.acknowledged, found.gave_up)),
        ("acknowledged marks that are lost; doubled", (found.lost, found.doubled)),
        (
            "answers again after, median; slowest, s",
            (f"{found.restart_median:.1f}", f"{found.restart_slowest:.1f}"),
        ),
        ("integrity check", (found.integrity,)),
        ("audit trail: entries; clean", (found.audit_entries, "yes" if found.audit_clean else "NO")),
        ("classroom photos", tuple(f"{number} {state}" for state, number in found.jobs.items())),
        ("sessions closed; without a report", (found.sessions_closed, found.reports_missing)),
        ("daily list: missing lines; surplus", (found.daily_missing, found.daily_surplus)),
        ("backups made", (found.backups,)),
        ("half-written files, not deleted yet", (len(found.left),)),
        ("what is wrong", (len(found.faults),)),
    )
    for label, values in rows:
        table.add_row(label, "; ".join(map(str, values)))
    return table


if __name__ == "__main__":
    main()
