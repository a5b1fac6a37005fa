"""The table of the slowest pages of a large school, from the JSON of ``python -m benchmarks.site``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

SHOWN = 12  # rows
COLUMNS = ("response", "CPU, ms", "elapsed, ms", "statements", "rows", "kB")
_NAMES = {  # what stands in an address for ids that are new in every school
    re.compile(r"[0-9a-f]{32}"): "STUDENT",
    re.compile(r"lecture%7C[0-9%7C-]+"): "SESSION",
    re.compile(r"first_day=[0-9-]+&last_day=[0-9-]+"): "first_day=DAY&last_day=DAY",
}


def table_in(result: Mapping[str, Any]) -> str:
    """The table in Markdown, and when it was measured: of each address the slowest who asks for it.

    Args:
        result: as ``python -m benchmarks.site --json`` writes it.
    """
    slowest: dict[str, Mapping[str, Any]] = {}
    for visit in result["visits"]:
        known = slowest.get(visit["path"])
        if known is None or visit["cpu"] > known["cpu"]:
            slowest[visit["path"]] = visit
    ordered = sorted(slowest.values(), key=lambda visit: -visit["cpu"])[:SHOWN]
    rows = [COLUMNS, ("---",) * len(COLUMNS), *(_row(visit) for visit in ordered)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    below = len({visit["path"] for visit in result["visits"]}) - len(ordered)
    busy = f"{result['load']:.0f} processes shared {result['processors']} cores"
    return f"{table}\n\n({result['measured']}, while {busy}; {below} further addresses took less.)"


def _row(visit: Mapping[str, Any]) -> tuple[str, ...]:
    path = visit["path"]
    for pattern, name in _NAMES.items():
        path = pattern.sub(name, path)
    times = (f"{visit[name] * 1000:,.0f}" for name in ("cpu", "seconds"))
    return (
        f"`{path}`",
        *times,
        f"{visit['statements']:,}",
        f"{visit['rows']:,}",
        f"{visit['size'] / 1000:,.0f}",
    )
