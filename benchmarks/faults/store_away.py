"""Cut the database server off in the middle of a rush, and measure what phones notice.

    python -m benchmarks.faults.store_away MONGODB [--seconds 30] [--phones 120] [--json FILE]

MONGODB is the address of a server with an empty database. Phones come while the server is away, and
equally long before and after. At the end every mark that a phone showed must be in the register, once.
"""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console

from attendance.settings.settings import Settings
from benchmarks.apparatus.recognition import ENGINES, plain_errors
from benchmarks.faults.cut_relay import CutRelay
from benchmarks.rush.arrivals import Arrivals, Promise
from benchmarks.rush.class_register import ClassRegister
from benchmarks.rush.faces import people_of
from benchmarks.rush.phone import GIVES_UP_SECONDS
from benchmarks.rush.programs import ServerProcesses
from benchmarks.rush.results import RushResult, table_of
from benchmarks.rush.rush import Rush
from benchmarks.rush.sites import MOST_FACES, RushSite, own_environment

PROMISE = Promise(1, GIVES_UP_SECONDS)
WIDTH = 150


@click.command(help=__doc__)
@click.argument("mongodb")
@click.option("--seconds", default=30.0, show_default=True, type=click.FloatRange(1, 600), help="Away.")
@click.option("--phones", default=120, show_default=True, type=click.IntRange(2))
@click.option("--students", default=60, show_default=True, type=click.IntRange(2), help="In the class.")
@click.option("--engine", default="retail", show_default=True, type=click.Choice(ENGINES))
@click.option("--json", "file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
def main(*, mongodb: str, seconds: float, phones: int, students: int, engine: str, file: Path | None) -> None:
    """Run the rush and print the results."""
    console = Console(width=WIDTH)
    with plain_errors():
        site = RushSite(students=students, engine=engine, mongodb=mongodb)
        result = run(site, Arrivals("away", phones, 3 * seconds, PROMISE), seconds)
    console.print(table_of([result], f"The database server is away for {seconds:g} s"))
    console.print(f"{result.codes}; {result.retried} photos and {result.waited_pages} pages were sent again.")
    if file is not None:
        file.write_text(json.dumps(asdict(result), indent=1) + "\n", "utf-8")
    for fault in result.faults:
        console.print(fault)
    if result.faults:
        raise click.ClickException("The marks are not those that the phones showed.")


def run(site: RushSite, arrivals: Arrivals, seconds: float) -> RushResult:
    """Send phones, and cut the server off in the middle.

    Args:
        site: the site, with the address of an empty database.
        arrivals: the arrivals of the phones.
        seconds: how long the server is away.
    """
    with TemporaryDirectory(prefix="away-") as name, CutRelay(site.mongodb) as relay:
        own = own_environment(site, os.environ, Path(name))
        with ClassRegister(Settings.from_env(own)) as register:
            register.enrol(people_of(site.folders, min(site.students, MOST_FACES)), site.students)
            behind = own | {"MONGODB_URI": relay.address}
            with ServerProcesses(behind, Path(name)) as servers:
                rush = Rush(register, servers.doors, servers)
                return asyncio.run(_cut_off(rush, servers, relay, arrivals, seconds))


async def _cut_off(
    rush: Rush, servers: ServerProcesses, relay: CutRelay, arrivals: Arrivals, seconds: float
) -> RushResult:
    await servers.ready()
    await rush.run(Arrivals("first", 4, 0, PROMISE))  # loads the networks
    coming = asyncio.create_task(rush.run(arrivals))
    await asyncio.sleep(arrivals.within / 3)
    relay.cut()
    await asyncio.sleep(seconds)
    relay.mend()
    return await coming


if __name__ == "__main__":
    main()
