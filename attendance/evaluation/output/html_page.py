"""An evaluation as one page of HTML that needs nothing else: styles, curves and faces are inside."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from attendance.evaluation.output.charts import det_chart, histogram_chart, roc_chart
from attendance.evaluation.output.document import Section, sections_of
from attendance.evaluation.output.markdown import TITLE
from attendance.evaluation.results import Confusion, Evaluation

STYLE = """
:root { color-scheme: light dark; --ink: #1b2430; --soft: #5b6675; --line: #d5dbe3; --paper: #fff;
  --genuine: #1f7a4d; --impostor: #b3441e }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --soft: #a3adba; --line: #39424e;
  --paper: #14181d; --genuine: #5cc592; --impostor: #f08a63 } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 70rem; margin: 0 auto; padding: 1rem }
h1, h2 { line-height: 1.2 }
h2 { margin-top: 2rem }
figure { margin: 0 }
.wrap { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem; border-bottom: 1px solid var(--line) }
thead th { color: var(--soft); font-weight: 600 }
.charts, .faces { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr));
  gap: 1rem; padding: 0; list-style: none }
svg { width: 100%; height: auto }
svg text { font-size: 13px; fill: var(--soft) }
.x { text-anchor: middle }
.y { text-anchor: end }
.grid { stroke: var(--line); fill: none }
.axis { stroke: var(--soft); fill: none }
.curve { stroke: var(--genuine); stroke-width: 2; fill: none }
.genuine { fill: var(--genuine); fill-opacity: .5; stroke: var(--genuine) }
.impostor { fill: var(--impostor); fill-opacity: .4; stroke: var(--impostor) }
.faces img { width: 7rem; height: 7rem; object-fit: cover; margin-right: .3rem }
.faces p { margin: .2rem 0; overflow-wrap: anywhere }
"""


def html_of(found: Evaluation) -> str:
    """The page."""
    first, *rest = sections_of(found)
    body = [
        _section(first),
        _charts(found),
        *map(_section, rest[:-1]),
        _confusions(found),
        _section(rest[-1]),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{TITLE}</title>\n<style>{STYLE}</style>\n<h1>{TITLE}</h1>\n{''.join(body)}</html>\n"
    )


def _section(section: Section) -> str:
    parts = [f"<h2>{escape(section.title)}</h2>\n"]
    parts += (f"<p>{escape(sentence)}</p>\n" for sentence in section.sentences)
    if section.table is not None:
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in section.table.headings)
        rows = "".join(
            f'<tr><th scope="row">{escape(row[0])}</th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
            + "</tr>\n"
            for row in section.table.rows
        )
        table = f"<table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>"
        parts.append(f'<div class="wrap" tabindex="0">{table}</div>\n')
    return "".join(parts)


def _charts(found: Evaluation) -> str:
    if found.curve is None or found.histogram is None:
        return ""
    drawn = [
        (
            roc_chart(found.curve),
            "ROC: how many pairs of one person pass, at each rate of pairs of two people.",
        ),
        (det_chart(found.curve), "DET: both errors; the lower, the better."),
        (
            histogram_chart(found.histogram),
            "Scores: pairs of one person (green), pairs of two people (orange).",
        ),
    ]
    figures = "".join(
        f"<figure>{svg}<figcaption>{escape(text)}</figcaption></figure>\n" for svg, text in drawn
    )
    return f'<h2>Curves</h2>\n<div class="charts">{figures}</div>\n'


def _confusions(found: Evaluation) -> str:
    parts = []
    for same, title in (
        (False, "Different people who resemble each other most"),
        (True, "Photos that resemble their own person least"),
    ):
        chosen = [each for each in found.confusions if each.same is same]
        if chosen:
            items = "".join(map(_confusion, chosen))
            parts.append(f'<h2>{title}</h2>\n<ul class="faces">{items}</ul>\n')
    return "".join(parts)


def _confusion(each: Confusion) -> str:
    pictures = "".join(
        f'<img alt="{escape(photo)}" src="data:image/jpeg;base64,{b64encode(picture).decode()}">'
        for photo, picture in zip(each.photos, each.pictures, strict=True)
        if picture
    )
    who = each.names[0] if each.same else " / ".join(each.names)
    photos = " / ".join(each.photos)
    return (
        f"<li>{pictures}<p><strong>{each.score:.3f}</strong> {escape(who)}</p><p>{escape(photos)}</p></li>\n"
    )
