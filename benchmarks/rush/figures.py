"""Turn the JSON of a rush into the table of docs/performance.md.

    python -m benchmarks.rush.figures FILE [--into docs/performance.md]

Prints the table, or puts it in place of the first one below the heading "A class at the door".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

HEADING = "## A class at the door"
COLUMNS = (
    "",
    "promise",
    "kept",
    "median; 95 %; 99 %; slowest, s",
    "seen; unseen retries",
    "a page: median; slowest, ms",
    "board: 95 %, ms",
    "server; generator, ms each",
    "peak memory, MB",
)


@click.command(help=__doc__)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--into", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A page to change."
)
def main(file: Path, into: Path | None) -> None:
    """Print the table, or put it into a page."""
    table = table_in(json.loads(file.read_text("utf-8"))["scenarios"])
    if into is None:
        click.echo(table)
        return
    into.write_text(replaced(into.read_text("utf-8"), table), "utf-8")


def table_in(scenarios: Sequence[Mapping[str, Any]]) -> str:
    """The table in Markdown.

    Args:
        scenarios: as `benchmarks.rush.results.as_json` writes them.
    """
    rows = [COLUMNS, ["---"] * len(COLUMNS), *(_row(each) for each in scenarios)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def replaced(page: str, table: str) -> str:
    """A page with another table below the heading.

    Raises:
        ClickException: it has no such heading, or no table below it.
    """
    before, heading, after = page.partition(f"{HEADING}\n")
    lines = after.splitlines(keepends=True)
    section = next((n for n, line in enumerate(lines) if line.startswith("## ")), len(lines))
    rows = [n for n, line in enumerate(lines[:section]) if line.startswith("|")]
    if not heading or not rows:
        raise click.ClickException(f"The page has no table below the heading {HEADING[3:]!r}.")
    end = next((n for n in range(rows[0], len(lines)) if not lines[n].startswith("|")), len(lines))
    return before + heading + "".join(lines[: rows[0]]) + table + "\n" + "".join(lines[end:])


def _row(each: Mapping[str, Any]) -> list[str]:
    machine = each["machine"]
    served, peak = machine["server_ms"], machine["memory_peak"]
    return [
        each["name"],
        each["promise"].replace("<=", "≤"),
        "yes" if each["kept"] and not each["faults"] else "no",
        "; ".join(f"{each[name]:.2f}" for name in ("p50", "p95", "p99", "slowest")),
        f"{each['turned_away']}; {each['waited_pages'] + each['retried']}",
        f"{each['probe_p50'] * 1000:.0f}; {each['probe_slowest'] * 1000:.0f}",
        f"{each['board_p95'] * 1000:.0f}",
        f"{'' if served is None else f'{served:.1f}'}; {machine['generator_ms']:.1f}",
        "" if peak is None else f"{peak:.0f}",
    ]


if __name__ == "__main__":
    main()
