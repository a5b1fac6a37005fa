"""The results of a hostile run as a table, and as JSON."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from rich.table import Table

from benchmarks.hostile.values import HostileFault, KindResult


def shown(results: Sequence[KindResult]) -> Table:
    """A row for each kind.

    Args:
        results: of the kinds.
    """
    total, faults = sum(result.inputs for result in results), sum(len(result.faults) for result in results)
    table = Table("kind", title=f"{total:,} hostile inputs, {faults} not answered as they should be")
    for heading in (
        "inputs",
        "2xx",
        "3xx",
        "4xx",
        "5xx",
        "slowest s",
        "a second",
        "MB",
        "grown by MB",
        "faults",
    ):
        table.add_column(heading, justify="right")
    for result in results:
        classes = Counter[int]()
        for status, count in result.statuses.items():
            classes[status // 100] += count
        rate = result.inputs / result.seconds if result.seconds else 0
        table.add_row(
            result.kind,
            f"{result.inputs:,}",
            *(f"{classes[number]:,}" for number in (2, 3, 4, 5)),
            f"{result.slowest:.2f}",
            f"{rate:.0f}",
            f"{result.memory:.0f}",
            f"{result.growth:.0f}",
            str(len(result.faults)),
        )
    return table


def to_json(results: Sequence[KindResult], seed: int) -> str:
    """The same with when and where it was measured.

    Args:
        results: of the kinds.
        seed: of the run.
    """
    about = {
        "measured": datetime.now(UTC).date().isoformat(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[2], 1),
        "seed": seed,
    }
    return json.dumps({**about, "kinds": [asdict(result) for result in results]}, indent=1)


def from_json(document: dict[str, Any]) -> list[KindResult]:
    """The results that ``to_json`` wrote."""
    found = []
    for fields in document["kinds"]:
        statuses = {int(status): count for status, count in fields.pop("statuses").items()}
        faults = [HostileFault(**fault) for fault in fields.pop("faults")]
        found.append(KindResult(**fields, statuses=statuses, faults=faults))
    return found
