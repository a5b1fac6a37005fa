"""Write tables of measured figures into the docs, from the JSON files in benchmarks/results.

    python -m benchmarks.report [--check]

A page has a table between two comments, `<!-- figures: NAME -->` and `<!-- end of figures -->`; NAME.json has
what was measured. With --check, nothing is written, and the command fails where a table isn't that of its
file. A benchmark writes its file with --json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from benchmarks.rush.figures import table_in as rush_table
from benchmarks.site.figures import table_in as site_table

ROOT = Path(__file__).resolve().parents[2]
RESULTS, DOCS = ROOT / "benchmarks" / "results", ROOT / "docs"
MARKED = re.compile(r"(<!-- figures: (?P<name>[a-z-]+) -->\n).*?(\n<!-- end of figures -->)", re.DOTALL)
TABLES: Mapping[str, Callable[[Any], str]] = {
    "rush": lambda result: rush_table(result["scenarios"]),
    "site": site_table,
}
"""What makes a table of a file, by the name of both."""


@click.command(help=__doc__)
@click.option("--check", is_flag=True, help="Only compare.")
def main(*, check: bool) -> None:
    """Write or compare the tables of all pages."""
    outdated = []
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text("utf-8")
        wanted = with_figures(text, RESULTS)
        if wanted != text:
            outdated.append(page.name)
            if not check:
                page.write_text(wanted, "utf-8")
    if check and outdated:
        raise click.ClickException(
            f"Not what was measured: {', '.join(outdated)}. Run python -m benchmarks.report."
        )
    click.echo(f"{len(outdated)} pages changed." if not check else "All tables are those of their files.")


def with_figures(page: str, results: Path) -> str:
    """A page with the tables of what was measured.

    Args:
        page: in Markdown.
        results: the folder with the JSON files.

    Raises:
        ClickException: a table has a name without a file, or that nothing makes a table of.
    """

    def filled(found: re.Match[str]) -> str:
        name = found["name"]
        file = results / f"{name}.json"
        if name not in TABLES or not file.exists():
            raise click.ClickException(
                f"There is nothing to make the table {name!r} of; see TABLES and {file}."
            )
        return f"{found[1]}{TABLES[name](json.loads(file.read_text('utf-8')))}{found[3]}"

    return MARKED.sub(filled, page)


if __name__ == "__main__":
    main()
