"""The layout of the reports' plots; ``teacher/reports/plot.html`` draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import ClassVar
from unicodedata import east_asian_width

from flask_babel import gettext as _
from flask_babel import ngettext

# In units of the picture, about a pixel on a phone. The labels stand below BOTTOM.
WIDTH, HEIGHT = 360, 220
RIGHT, TOP, BOTTOM = 354, 12, 188
# Widths of letters at 15 units, the largest size that reports.css gives the labels, in the widest fonts that
# systems have for pages (Verdana and DejaVu Sans).
NARROW, USUAL, CAPITAL, OTHER_SMALL, WIDE = 6.5, 9.7, 11.8, 13, 16.5
BOLD = 1.15  # times as wide; the limit's number
GAP = 10  # around a label, at least
LONGEST = 20  # letters of a label
MOST_LABELS = 5  # below the plot
FEWEST_SLOTS = 8  # so that a single session's bar isn't as wide as the page
FILLED = 0.72  # of its slot, by a bar
BIN = 10  # percent
APART = 12  # percent, at least, between two numbers left of the plot: the height of one
_PERCENT = 100
_TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class Bar:
    """One bar of the plot over sessions.

    Attributes:
        label: below the plot, where there is room.
        hint: what a pointer on it shows, including the value.
        percent: 0 to 100; None where nobody was expected.
    """

    label: str
    hint: str
    percent: float | None


@dataclass(frozen=True)
class Caption:
    """A number left of the plot, or a label below it, and where its middle is along that side."""

    at: float
    text: str


@dataclass(frozen=True)
class Box:
    """A rectangle that stands for a value.

    Attributes:
        hint: what a pointer on it shows.
        below: whether it is hatched: it counts students below the limit.
    """

    x: float
    y: float
    width: float
    height: float
    hint: str
    below: bool = False


@dataclass(frozen=True)
class Plot:
    """Everything that is drawn, from the picture's upper left corner.

    Attributes:
        description: the plot in one sentence, for screen readers; a table on the page has the numbers.
        left: where the plot begins, right of the numbers.
        limit: the line drawn in front of the boxes, with its number; None for no line.
    """

    description: str
    ticks: tuple[Caption, ...]
    labels: tuple[Caption, ...]
    boxes: tuple[Box, ...]
    left: float
    limit: Caption | None = None
    size: ClassVar = (WIDTH, HEIGHT)
    right: ClassVar = RIGHT
    bottom: ClassVar = BOTTOM


@dataclass(frozen=True)
class _Slots:
    """The places of the bars, side by side from ``left`` to ``RIGHT``."""

    left: float
    count: int

    @property
    def width(self) -> float:
        return (RIGHT - self.left) / self.count

    def middle(self, at: int) -> float:
        return self.left + (at + 0.5) * self.width


def sessions_plot(bars: Sequence[Bar], *, limit: float, description: str) -> Plot:
    """The attendance of each session in order of time, with a line at the limit.

    Args:
        bars: one for each session, or for each week, month or year.
        limit: percent.
        description: the plot in one sentence.
    """
    ticks = tuple(_percent_tick(tick) for tick in _TICKS if abs(tick - limit) >= APART)
    at_limit = _percent_tick(limit)
    slots = _Slots(max(_left_of(ticks), _left_of([at_limit], BOLD)), max(len(bars), FEWEST_SLOTS))
    return Plot(
        description=description,
        ticks=ticks,
        labels=_labels([bar.label for bar in bars], slots),
        boxes=tuple(
            _box(at, slots, 0, (bar.percent or 0) / _PERCENT, bar.hint) for at, bar in enumerate(bars)
        ),
        left=slots.left,
        limit=at_limit,
    )


def students_plot(percents: Sequence[float], *, limit: float, description: str) -> Plot:
    """How many students attended how often, in steps of ten percent; those below the limit are hatched.

    Args:
        percents: one for each student, 0 to 100.
        limit: percent.
        description: the plot in one sentence.
    """
    lows = range(0, _PERCENT, BIN)
    below = _counts([percent for percent in percents if percent < limit])
    others = _counts([percent for percent in percents if percent >= limit])
    most = max(1, *(sum(pair) for pair in zip(below, others, strict=True)))
    step = ceil(most / 4)
    top = ceil(most / step) * step
    ticks = tuple(Caption(_y(count / top), str(count)) for count in range(0, top + step, step))
    slots = _Slots(_left_of(ticks), len(lows))
    words = (_("below %(limit)s %%", limit=f"{limit:g}"), _("at or above %(limit)s %%", limit=f"{limit:g}"))
    boxes = []
    for at, low in enumerate(lows):
        for word, base, count in ((words[0], 0, below[at]), (words[1], below[at], others[at])):
            if count:
                hint = _hint(low, count, word)
                boxes.append(_box(at, slots, base / top, count / top, hint, below=word == words[0]))
    return Plot(
        description=description,
        ticks=ticks,
        labels=_labels([f"{low}-{low + BIN}" for low in lows], slots),
        boxes=tuple(boxes),
        left=slots.left,
    )


def width_of(label: str) -> float:
    """How wide a label is at most, in units of the picture."""
    return sum(map(_letter_width, label))


def _letter_width(letter: str) -> float:
    if letter in "MWmw@%…" or east_asian_width(letter) in "WF":
        return WIDE
    if letter in " .,:;'!|-fijlrtI":
        return NARROW
    if not letter.isascii():
        return OTHER_SMALL if letter.islower() else WIDE
    return CAPITAL if letter.isupper() else USUAL


def _hint(low: int, count: int, word: str) -> str:
    students = ngettext("%(num)d student", "%(num)d students", count)
    return f"{low} - {low + BIN} %, {word}: {students}"


def _counts(percents: Sequence[float]) -> list[int]:
    """How many are in each bin; the last one includes its upper end."""
    counts = [0] * (_PERCENT // BIN)
    for percent in percents:
        counts[min(int(percent // BIN), len(counts) - 1)] += 1
    return counts


def _left_of(ticks: Sequence[Caption], weight: float = 1) -> float:
    """Where the plot begins, so that its numbers have room.

    Args:
        ticks: the numbers.
        weight: times as wide as usual.
    """
    return GAP + weight * max(width_of(tick.text) for tick in ticks)


def _labels(texts: Sequence[str], slots: _Slots) -> tuple[Caption, ...]:
    """The first of every so many labels, so many that none runs into another or out of the picture.

    Args:
        texts: one for each bar.
        slots: the places of the bars.
    """
    shortened = [text if len(text) <= LONGEST else text[: LONGEST - 1] + "…" for text in texts]
    widest = max(map(width_of, shortened), default=0)
    every = max(1, ceil((widest + GAP) / slots.width), ceil(len(texts) / MOST_LABELS))
    labels, end = [], -float(GAP)
    for at in range(0, len(texts), every):
        half = width_of(shortened[at]) / 2
        x = min(max(slots.middle(at), half), WIDTH - half)
        if x - half >= end + GAP:
            labels.append(Caption(round(x, 1), shortened[at]))
            end = x + half
    return tuple(labels)


def _box(at: int, slots: _Slots, base: float, share: float, hint: str, *, below: bool = False) -> Box:
    """The box in a slot; ``base`` and ``share`` are parts of the plot's height."""
    return Box(
        x=round(slots.middle(at) - FILLED * slots.width / 2, 1),
        y=_y(base + share),
        width=round(FILLED * slots.width, 1),
        height=round(share * (BOTTOM - TOP), 1),
        hint=hint,
        below=below,
    )


def _percent_tick(percent: float) -> Caption:
    return Caption(_y(percent / _PERCENT), f"{percent:.4g} %")


def _y(share: float) -> float:
    """Where this part of the plot's height ends."""
    return round(BOTTOM - share * (BOTTOM - TOP), 1)
