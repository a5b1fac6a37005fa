"""Check students in at an even pace while parts of the server break, and count what students notice.

    python -m benchmarks.soak [FOLDER ...] [--minutes 30] [--rate 10] [--fault-every 20] [--json FILE]

The real program serves with two workers. Every --fault-every seconds something breaks, in turn: a worker is
killed, another program locks the register for three seconds, a worker is stopped for two. A check-in counts
as served if its student got a verdict without doing anything twice; the phone's page may have sent its photo
again. The command fails below 99.9 %, or if a mark that a phone showed is not in the register exactly once.
"""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from attendance.store.open_store import FILE_NAME
from benchmarks.apparatus.recognition import ENGINES, plain_errors
from benchmarks.rush.arrivals import Arrivals, Promise
from benchmarks.rush.results import MEGABYTE, RushResult, table_of
from benchmarks.rush.sites import OpenSite, RushSite, opened
from benchmarks.soak.faults import Faults

WANTED = 0.999
WORKERS = ("--workers", "2")
PROMISE = Promise(0.999, 30.0)


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@click.option("--minutes", default=30.0, show_default=True, type=click.FloatRange(0.1, 600))
@click.option("--rate", default=10.0, show_default=True, type=click.FloatRange(0.5, 100), help="A second.")
@click.option("--fault-every", default=20.0, show_default=True, type=click.FloatRange(1), help="Seconds.")
@click.option("--students", default=500, show_default=True, type=click.IntRange(2), help="In the class.")
@click.option("--engine", default="retail", show_default=True, type=click.Choice(ENGINES))
@click.option("--json", "file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
def main(
    *,
    folders: tuple[Path, ...],
    minutes: float,
    rate: float,
    fault_every: float,
    students: int,
    engine: str,
    file: Path | None,
) -> None:
    """Run it and print the results."""
    console = Console(width=150)
    site = RushSite(folders=folders, students=students, engine=engine, options=WORKERS)
    with plain_errors(), opened(site, os.environ) as there:
        result, faults = asyncio.run(_soaked(there, rate * minutes * 60, minutes * 60, fault_every))
        assert there.servers is not None
        memory = [size / MEGABYTE for _, size in there.servers.memory.samples]
    served = share_served(result)
    first, last = _quarter(memory, 0), _quarter(memory, 3)
    console.print(table_of([result], f"{rate:g} a second for {minutes:g} minutes"))
    console.print(f"Faults: {dict(faults.happened)}")
    console.print(f"Served: {100 * served:.3f} % of {result.phones}.")
    console.print(f"Memory, first and last quarter: {first:.0f} and {last:.0f} MB.")
    if file is not None:
        figures = asdict(result) | {"served": served, "faults": dict(faults.happened)}
        figures |= {"memory_first_quarter": first, "memory_last_quarter": last}
        file.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    for fault in result.faults:
        console.print(fault)
    if result.faults:
        raise click.ClickException("The marks are not those that the phones showed.")
    if served < WANTED:
        raise click.ClickException(f"Fewer than {100 * WANTED:g} % were served.")


def share_served(result: RushResult) -> float:
    """The share of students who got a verdict without doing anything twice, 0 to 1."""
    bad = result.turned_away + result.codes.get("gave_up", 0)
    return max(0.0, 1 - bad / result.phones)


async def _soaked(
    there: OpenSite, phones: float, seconds: float, fault_every: float
) -> tuple[RushResult, Faults]:
    servers = there.servers
    assert servers is not None
    await servers.ready()
    await there.rush.run(Arrivals("first", 6, 0, PROMISE))  # loads the networks
    settings = there.register.register.settings
    faults = Faults(servers.pids[0], settings.data / FILE_NAME, fault_every)
    breaking = asyncio.create_task(faults.go_on())
    try:
        return await there.rush.run(Arrivals("soak", round(phones), seconds, PROMISE)), faults
    finally:
        breaking.cancel()
        with suppress(asyncio.CancelledError):
            await breaking


def _quarter(samples: list[float], number: int) -> float:
    """The mean of a quarter of the samples."""
    part = samples[number * len(samples) // 4 : (number + 1) * len(samples) // 4] or [0.0]
    return sum(part) / len(part)


if __name__ == "__main__":
    main()
