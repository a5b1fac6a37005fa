"""What a rush measured, as a table and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from rich.table import Table

from benchmarks.rush.arrivals import Arrivals, percentile
from benchmarks.rush.onlookers import WatchedPages
from benchmarks.rush.phone import Visit

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Machine:
    """What a scenario took.

    Attributes:
        server_ms: processor time of the servers for each check-in, with what onlookers asked for; None
            where the servers run elsewhere.
        generator_ms: that of the generator.
        memory_before, memory_peak: resident MB of the servers with their decoders.
    """

    server_ms: float | None
    generator_ms: float
    memory_before: float | None
    memory_peak: float | None


@dataclass(frozen=True)
class RushResult:
    """The figures of one scenario; times in seconds, from asking for the page to the verdict.

    Attributes:
        name: of the scenario.
        phones: how many came.
        promise: in words.
        kept: whether it was kept: in time, nobody turned away, nothing lost.
        p50, p95, p99, slowest: of the check-ins.
        page_p95: of the page alone.
        whole: from the first phone to the last verdict.
        codes: how often what was answered.
        turned_away: pages that a person saw instead of the check-in page.
        waited_pages, retried: pages and photos that were sent again without a person.
        lost: requests without an answer.
        probe_p50, probe_slowest: of a plain page meanwhile.
        board_p95, projector_p95: of a board's and a projector's looks.
        watched_badly: looks without a good answer.
        faults: marks that are not those that the phones showed.
        machine: what it took.
    """

    name: str
    phones: int
    promise: str
    kept: bool
    p50: float
    p95: float
    p99: float
    slowest: float
    page_p95: float
    whole: float
    codes: dict[str, int]
    turned_away: int
    waited_pages: int
    retried: int
    lost: int
    probe_p50: float
    probe_slowest: float
    board_p95: float
    projector_p95: float
    watched_badly: int
    machine: Machine
    faults: list[str] = field(default_factory=list)


def result_of(
    arrivals: Arrivals, visits: Sequence[Visit], seen: WatchedPages, machine: Machine
) -> RushResult:
    """The figures of one scenario.

    Args:
        arrivals: who came.
        visits: what became of each.
        seen: what the onlookers saw.
        machine: what it took.
    """
    times = [visit.seconds for visit in visits]
    away = sum(visit.turned_away for visit in visits)
    unanswered = sum(visit.is_unanswered for visit in visits)
    in_time = percentile(times, arrivals.promise.share) <= arrivals.promise.seconds
    return RushResult(
        name=arrivals.name,
        phones=len(visits),
        promise=str(arrivals.promise),
        kept=in_time and not away and not unanswered,
        p50=percentile(times, 0.5),
        p95=percentile(times, 0.95),
        p99=percentile(times, 0.99),
        slowest=max(times, default=0.0),
        page_p95=percentile([visit.page for visit in visits if visit.page], 0.95),
        whole=_whole(visits),
        codes=dict(Counter(visit.code for visit in visits).most_common()),
        turned_away=away,
        waited_pages=sum(visit.waited_pages for visit in visits),
        retried=sum(visit.retried for visit in visits),
        lost=sum(visit.lost for visit in visits),
        probe_p50=percentile(seen.probes, 0.5),
        probe_slowest=max(seen.probes, default=0.0),
        board_p95=percentile(seen.boards, 0.95),
        projector_p95=percentile(seen.projectors, 0.95),
        watched_badly=seen.failed,
        machine=machine,
    )


def _whole(visits: Sequence[Visit]) -> float:
    """Seconds from the first phone to the last verdict."""
    begin = min((visit.begun for visit in visits), default=0.0)
    return max((visit.begun + visit.seconds for visit in visits), default=begin) - begin


def as_json(results: Sequence[RushResult], about: dict[str, object]) -> dict[str, object]:
    """What goes into the file.

    Args:
        results: of all scenarios.
        about: the conditions.
    """
    return {**about, "scenarios": [asdict(result) for result in results]}


def table_of(results: Sequence[RushResult], title: str) -> Table:
    """The table for the terminal."""
    table = Table(title=title)
    for heading in ("scenario", "promise", "kept"):
        table.add_column(heading)
    for heading in (
        "p50 s",
        "p95 s",
        "p99 s",
        "slowest s",
        "away",
        "again",
        "lost",
        "page ms",
        "board ms",
        "server ms",
        "peak MB",
    ):
        table.add_column(heading, justify="right")
    for each in results:
        machine = each.machine
        table.add_row(
            each.name,
            each.promise,
            "yes" if each.kept and not each.faults else "NO",
            *(f"{seconds:.2f}" for seconds in (each.p50, each.p95, each.p99, each.slowest)),
            str(each.turned_away),
            str(each.waited_pages + each.retried),
            str(each.lost),
            f"{each.probe_p50 * 1000:.0f}; {each.probe_slowest * 1000:.0f}",
            f"{each.board_p95 * 1000:.0f}",
            "" if machine.server_ms is None else f"{machine.server_ms:.1f}",
            "" if machine.memory_peak is None else f"{machine.memory_peak:.0f}",
        )
    return table
