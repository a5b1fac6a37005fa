"""Send a class to the door of the real program, and measure how it is served.

    python -m benchmarks.rush [FOLDER ...] [--students 500] [--only WORD] [--json FILE]

Phones open the page behind the rotating code, and send a signed photo of 800 px, as real ones do, while a
teacher's board, a projector and a plain page are open. The scenarios are 60 and 500 at once, 500 within a
minute from an address each and from one, the same with a movement of 8 frames, and the highest rate that is
kept up for --seconds. In the end every mark that a phone showed has to be in the register, once.

FOLDER has a folder of photos for each person; those with two photos check in with another one than is
enrolled. Without it two public-domain portraits check in, each in many sessions. With a movement, the heads
in the frames don't turn, so that marks note a movement that failed.

With --workers, a server has several processes on one port, and one register, SQLite's too.
With --mongodb, and with --processes, several servers share an empty MongoDB database; phones take them in
turn, and go on to the next one where one is gone. --kill-every kills one after another meanwhile. With --url
the servers run elsewhere, with the settings of this environment.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import click
from rich.console import Console

from benchmarks.apparatus.recognition import ENGINES, plain_errors
from benchmarks.rush.arrivals import RATES, SCENARIOS, RateSearch, Sustained
from benchmarks.rush.results import MEGABYTE, RushResult, as_json, table_of
from benchmarks.rush.sites import OpenSite, RushSite, opened

WIDTH = 150
FASTER = 2.0  # than what is wanted: the highest rate that is tried
SHOWN_FAULTS = 10


@click.command(help=__doc__)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@click.option("--students", default=500, show_default=True, type=click.IntRange(2), help="In the class.")
@click.option("--only", default="", help="A part of the names of the scenarios to run.")
@click.option(
    "--share", default=1.0, show_default=True, type=click.FloatRange(0.001, 10), help="Of the phones."
)
@click.option(
    "--seconds", default=10.0, show_default=True, type=click.FloatRange(1, 600), help="Of each rate."
)
@click.option("--rates/--no-rates", default=True, show_default=True, help="Search for the highest rates.")
@click.option("--engine", default="retail", show_default=True, type=click.Choice(ENGINES))
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="Servers.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Of each server.")
@click.option("--option", "options", multiple=True, help="One more option for the servers' command line.")
@click.option("--mongodb", default="", help="The address of an empty MongoDB database.")
@click.option("--url", "urls", multiple=True, help="A server that runs elsewhere; may be repeated.")
@click.option("--kill-every", type=click.FloatRange(0.5), help="Seconds from one killed server to the next.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Also write the figures to this file.")
def main(*, only: str, share: float, seconds: float, rates: bool, file: Path | None, **site: object) -> None:
    """Measure and print the table."""
    console, wanted = Console(width=WIDTH), RushSite(**site)  # type: ignore[arg-type]
    console.print("Enrolling the class ...")
    with plain_errors(), opened(wanted, os.environ) as there:
        run = RushRun(there, console, only=only, share=share, seconds=seconds)
        results = asyncio.run(run.measured(rates=rates))
        faces = len(there.register.members)
    console.print(table_of(results, f"{wanted.students} students, {faces} faces, {wanted.engine}"))
    for fault in [fault for result in results for fault in result.faults][:SHOWN_FAULTS]:
        console.print(fault)
    about: dict[str, object] = {"students": wanted.students, "faces": faces, "engine": wanted.engine}
    if there.servers is not None:
        peak, killed = there.servers.memory.peak() / MEGABYTE, there.servers.killed
        console.print(f"Memory: {peak:.0f} MB at most; {killed} servers were killed.")
        samples = [[round(at, 1), size // MEGABYTE] for at, size in there.servers.memory.samples]
        about |= {
            "processes": wanted.processes,
            "workers": wanted.workers,
            "killed": killed,
            "memory": samples,
        }
    if file is not None:
        file.write_text(json.dumps(as_json(results, about), indent=1) + "\n", "utf-8")
    if any(result.faults for result in results):
        raise click.ClickException("The marks are not those that the phones showed.")


class RushRun:
    """Measures the scenarios of one run, and shows each as soon as it is there.

    Args:
        site: where.
        console: the terminal.
        only: a part of the names of the scenarios.
        share: of the phones of each scenario.
        seconds: how long a rate is kept up.
    """

    def __init__(self, site: OpenSite, console: Console, *, only: str, share: float, seconds: float) -> None:
        self._site = site
        self._console = console
        self._only = only
        self._share = share
        self._seconds = seconds

    async def measured(self, *, rates: bool) -> list[RushResult]:
        """The results of all scenarios.

        Args:
            rates: whether to search for the highest rates, too.
        """
        if self._site.servers is not None:
            await self._site.servers.ready()
        await self._site.rush.run(SCENARIOS[0].sized(0.1))  # loads the networks
        results = []
        for arrivals in SCENARIOS:
            if self._only in arrivals.name:
                results.append(await self._site.rush.run(arrivals.sized(self._share)))
                self._show(results[-1])
        if rates:
            results += [await self._highest(rate) for rate in RATES if self._only in rate.name]
        return results

    async def _highest(self, rate: Sustained) -> RushResult:
        """The step with the highest rate that was kept up; the last one if none was."""
        search = RateSearch(rate.wanted / 2, most=rate.wanted * FASTER)
        best: RushResult | None = None
        while (tried := search.next) is not None:
            result = await self._site.rush.run(rate.at(tried, self._seconds))
            self._show(result)
            is_kept = result.kept and not result.faults
            if is_kept or not search.highest:
                best = result
            search.note(kept=is_kept)
        assert best is not None
        return best

    def _show(self, each: RushResult) -> None:
        self._console.print(
            f"{each.name}: p50 {each.p50:.2f}, p95 {each.p95:.2f}, p99 {each.p99:.2f}, slowest "
            f"{each.slowest:.2f} s; {each.codes}; {each.turned_away} turned away, "
            f"{each.waited_pages + each.retried} again, {each.lost} lost; a page "
            f"{each.probe_p50 * 1000:.0f} ms; {len(each.faults)} faults"
        )


if __name__ == "__main__":
    main()
