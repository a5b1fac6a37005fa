"""An evaluation as Markdown."""

from __future__ import annotations

from attendance.evaluation.output.document import TableOf, sections_of
from attendance.evaluation.results import Evaluation

TITLE = "Error rates"


def markdown_of(found: Evaluation) -> str:
    """The document, with tables; curves and pictures are in the HTML page."""
    parts = [f"# {TITLE}", ""]
    for section in sections_of(found):
        parts += [f"## {_escaped(section.title)}", ""]
        for sentence in section.sentences:
            parts += [_escaped(sentence), ""]
        if section.table is not None:
            parts += [*_table(section.table), ""]
    return "\n".join(parts)


def _table(table: TableOf) -> list[str]:
    lines = [table.headings, tuple("---" for _ in table.headings), *table.rows]
    return [f"| {' | '.join(map(_escaped, line))} |" for line in lines]


def _escaped(text: str) -> str:
    """The text, whatever names have in them."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "\\`")
