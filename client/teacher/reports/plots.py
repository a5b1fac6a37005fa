"""The plots of the reports: SVG that stands inside the page and takes its colours from the page's styles."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

WIDTH, HEIGHT = 420, 240  # small, so that its letters can still be read on a phone
LETTERS = 15  # height that there is room for
MOST_LABELS = 5  # below an axis
FEWEST_SLOTS = 8  # so that a single session is no bar as wide as the page
BIN = 10  # percent
HATCH = "below-limit"  # the id of the pattern of those below the limit: no colour speaks alone
_PERCENT = 100
_TICKS = (0, 25, 50, 75, 100)
_FORBIDDEN = ("style", "script", "desc")  # the pages' policy allows no inline ones, and nothing reads a desc
_OVERLAYS = {"overlay", "text-overlay", "tooltip"}  # which only pygal's script uses
_DIGITS = re.compile(r"\d+\.\d{2,}")
_Hints = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Bar:
    """One bar of the plot over sessions.

    Attributes:
        label: below the axis, where there is room.
        hint: what a pointer on it reads, the value with it.
        percent: 0 to 100; None where nobody was expected.
    """

    label: str
    hint: str
    percent: float | None


def sessions_plot(bars: Sequence[Bar], *, limit: float, title: str) -> Markup:
    """The attendance of each session, in time's order, with a line at the limit.

    Args:
        bars: one for each session, or for each week or month.
        limit: percent.
        title: what a screen reader says instead; the table on the page has the numbers.
    """
    chart = _chart(_pygal().Bar)
    spare = [""] * (FEWEST_SLOTS - len(bars))
    every = max(1, -(-len(bars) // MOST_LABELS))
    chart.x_labels = [bar.label if at % every == 0 else "" for at, bar in enumerate(bars)] + spare
    chart.range = (0, _PERCENT)
    chart.y_labels = [
        {"value": tick, "label": f"{tick} %"} for tick in sorted({*_TICKS, limit}) if _has_room(tick, limit)
    ]
    chart.y_labels_major = [limit]
    chart.add("", [bar.percent or 0 for bar in bars] + [0] * len(spare))
    root = _drawn(chart, title, [[bar.hint for bar in bars] + spare])
    _limit_in_front(root)
    return _markup(root)


def students_plot(percents: Sequence[float], *, limit: float, title: str) -> Markup:
    """How many students have come how often: steps of ten percent, those below the limit hatched.

    Args:
        percents: one for each student, 0 to 100.
        limit: percent.
        title: what a screen reader says instead; the table on the page has the numbers.
    """
    chart = _chart(_pygal().StackedBar)
    bins = range(0, _PERCENT, BIN)
    chart.x_labels = [f"{low}-{low + BIN}" if low % (2 * BIN) == 0 else "" for low in bins]
    below = _counts([percent for percent in percents if percent < limit])
    others = _counts([percent for percent in percents if percent >= limit])
    most = max(map(sum, zip(below, others, strict=True)), default=0)
    step = max(1, -(-most // 4))
    chart.range = (0, max(most, 1))
    chart.y_labels = list(range(0, max(most, 1) + step, step))
    chart.add("", below)
    chart.add("", others)
    words = [_("below %(limit)s %%", limit=f"{limit:g}"), _("at or above %(limit)s %%", limit=f"{limit:g}")]
    hints = [
        [_hint(low, count, word) for low, count in zip(bins, counts, strict=True)]
        for counts, word in zip((below, others), words, strict=True)
    ]
    root = _drawn(chart, title, hints)
    _hatch(root)
    return _markup(root)


def _hint(low: int, count: int, word: str) -> str:
    if not count:
        return ""
    students = ngettext("%(num)d student", "%(num)d students", count)
    return f"{low} - {low + BIN} %, {word}: {students}"


def _counts(percents: Sequence[float]) -> list[int]:
    """How many are in each bin; the last one has its upper end too."""
    counts = [0] * (_PERCENT // BIN)
    for percent in percents:
        counts[min(int(percent // BIN), len(counts) - 1)] += 1
    return counts


def _has_room(tick: float, limit: float) -> bool:
    """Whether a number beside the axis does not stand on the limit's."""
    return tick == limit or abs(tick - limit) >= BIN


@cache
def _pygal() -> Any:
    """The ``pygal`` module, imported at the first call.

    It leaves an import hook of an old kind behind, for maps that are not used here. With it every import
    that finds nothing warns (Python 3.11).
    """
    import pygal  # noqa: PLC0415 - only a report draws

    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]
    return pygal


def _chart(kind: Any) -> Any:
    return kind(
        width=WIDTH,
        height=HEIGHT,
        margin=6,
        spacing=4,
        no_prefix=True,
        show_legend=False,
        truncate_label=-1,
        style=_pygal().style.Style(label_font_size=LETTERS, major_label_font_size=LETTERS),
        print_values=False,
        css=[],
        js=[],
    )


def _drawn(chart: Any, title: str, hints: _Hints) -> Element:
    """The chart without pygal's own styles and scripts.

    Args:
        chart: pygal's.
        title: of the whole picture.
        hints: of each series, for each bar; a bar without one is not drawn.
    """
    root: Element = chart.render_tree()
    _strip(root)
    for series, texts in zip(_of_class(root, "series"), hints, strict=True):
        for bars in _of_class(series, "bars"):
            for bar, text in zip(list(bars), texts, strict=True):
                _titled(bar, text) if text else bars.remove(bar)
    root.attrib.pop("id", None)
    root.set("role", "img")
    root.set("aria-label", title)
    return root


def _markup(root: Element) -> Markup:
    return Markup(_text(root))  # noqa: S704 - every text in it is escaped by _text


def _strip(parent: Element) -> None:
    """Take out what is no drawing: styles, scripts, comments, empty labels, layers for a script."""
    for child in list(parent):
        name, classes = _name(child), (child.get("class") or "").split()
        is_empty_label = name == "text" and not (child.text or "").strip()
        is_overlay = bool(_OVERLAYS & set(classes))
        if name in ("", "title", *_FORBIDDEN) or is_empty_label or is_overlay:
            parent.remove(child)
            continue
        child.attrib.pop("style", None)
        _strip(child)


def _limit_in_front(root: Element) -> None:
    """Draw the line at the limit over the bars, which would hide it."""
    for plot in list(_of_class(root, "plot")):
        for guides in list(_of_class(plot, "guides")):
            for line in list(guides):
                if "major" in (line.get("class") or "").split() and _name(line) == "path":
                    guides.remove(line)
                    for name in ("limit", "limit front"):  # the first one is its halo
                        plot.append(line.makeelement("path", {"d": line.get("d") or "", "class": name}))


def _hatch(root: Element) -> None:
    """Fill the bars of the first series, who is below the limit, with a pattern."""
    maker = root.makeelement
    pattern = maker(
        "pattern",
        {
            "id": HATCH,
            "width": "6",
            "height": "6",
            "patternUnits": "userSpaceOnUse",
            "patternTransform": "rotate(45)",
        },
    )
    pattern.append(maker("rect", {"class": "hatch-ground", "width": "6", "height": "6"}))
    pattern.append(maker("rect", {"class": "hatch-line", "width": "3", "height": "6"}))
    defs = maker("defs", {})
    defs.append(pattern)
    root.insert(0, defs)
    first = next(_of_class(root, "serie-0"))
    for bar in _of_class(first, "rect"):
        bar.set("fill", f"url(#{HATCH})")  # here and not in a stylesheet, whose address it would be below


def _titled(bar: Element, text: str) -> None:
    title = bar.makeelement("title", {})
    title.text = text
    bar.insert(0, title)


def _of_class(root: Element, name: str) -> Iterator[Element]:
    return (one for one in root.iter() if name in (one.get("class") or "").split())


def _name(element: Element) -> str:
    """The tag without its namespace; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: Element) -> str:
    """The element as it stands inside an HTML page, which knows SVG's namespace by itself."""
    name = _name(element)
    attributes = "".join(f' {key}="{_short(str(escape(value)))}"' for key, value in element.attrib.items())
    inner = str(escape(element.text or "")) + "".join(_text(child) for child in element)
    return f"<{name}{attributes}>{inner}</{name}>"


def _short(value: str) -> str:
    """The value with no more digits than can be seen."""
    return _DIGITS.sub(lambda found: f"{float(found[0]):.1f}", value)
