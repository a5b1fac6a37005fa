"""Curves and histograms as SVG."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from statistics import NormalDist

from attendance.evaluation.results import CurvePoints
from face_matching.evaluation.separation import Histogram

WIDTH, HEIGHT = 480, 320
LEFT, RIGHT, TOP, BOTTOM = 62, 470, 12, 272
RATES = (1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.4)
LEAST, MOST = 1e-6, 0.6
"""The rates at the ends of a DET curve's axes."""


@dataclass(frozen=True)
class Axis:
    """One side of a chart.

    Attributes:
        title: what it shows.
        low: the value at its beginning, on its scale.
        high: the value at its end.
        ticks: values with their labels.
        scale: makes a value a place between ``low`` and ``high``.
    """

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    scale: Callable[[float], float]

    def place(self, value: float) -> float:
        """Where a value is, 0 to 1."""
        return min(1.0, max(0.0, (self.scale(value) - self.low) / (self.high - self.low)))


def roc_chart(curve: CurvePoints) -> str:
    """TAR over FMR, which is on a logarithmic scale."""
    lowest = max(LEAST, min(curve.fmr, default=LEAST) or LEAST)
    powers = range(math.floor(math.log10(lowest)), 1)
    across = Axis(
        "FMR", powers[0], 0, tuple((10.0**power, f"1e{power}" if power else "1") for power in powers), _log
    )
    floor = math.floor(20 * (1 - max(curve.fnmr))) / 20
    ticks = tuple(
        (floor + n * (1 - floor) / 4, f"{100 * (floor + n * (1 - floor) / 4):.4g} %") for n in range(5)
    )
    up = Axis("TAR", floor, 1.0 if floor < 1 else 1.01, ticks, _same)
    points = zip(curve.fmr, (1 - rate for rate in curve.fnmr), strict=True)
    return _chart("ROC", across, up, _line(points, across, up))


def det_chart(curve: CurvePoints) -> str:
    """FNMR over FMR, both on the scale of normal deviates, on which normal scores give a straight line."""
    ticks = tuple((rate, f"{100 * rate:g} %") for rate in RATES)
    across = Axis("FMR", _deviate(LEAST), _deviate(MOST), ticks, _deviate)
    up = Axis("FNMR", _deviate(1e-4), _deviate(MOST), tuple(t for t in ticks if t[0] >= 1e-4), _deviate)
    return _chart("DET", across, up, _line(zip(curve.fmr, curve.fnmr, strict=True), across, up))


def histogram_chart(found: Histogram) -> str:
    """The shares of genuine and impostor scores."""
    most = max((*found.genuine, *found.impostor)) or 1.0
    first, last = found.edges[0], found.edges[-1]
    marks = tuple(first + n * (last - first) / 5 for n in range(6))
    across = Axis("similarity", first, last, tuple((mark, f"{mark:.2f}") for mark in marks), _same)
    up = Axis("share", 0, most, tuple((most * n / 4, f"{25 * most * n:.3g} %") for n in range(5)), _same)
    areas = "".join(
        f'<path class="{kind}" d="{_steps(found.edges, shares, across, up)}"><title>{kind}</title></path>'
        for kind, shares in (("impostor", found.impostor), ("genuine", found.genuine))
    )
    return _chart("Scores of pairs", across, up, areas)


def _chart(title: str, across: Axis, up: Axis, inside: str) -> str:
    grid = "".join(
        f'<path class="grid" d="M{_x(across, value)} {TOP}V{BOTTOM}"/>'
        f'<text class="x" x="{_x(across, value)}" y="{BOTTOM + 18}">{escape(label)}</text>'
        for value, label in across.ticks
    )
    grid += "".join(
        f'<path class="grid" d="M{LEFT} {_y(up, value)}H{RIGHT}"/>'
        f'<text class="y" x="{LEFT - 6}" y="{_y(up, value)}" dy=".35em">{escape(label)}</text>'
        for value, label in up.ticks
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{grid}{inside}"
        f'<path class="axis" d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}"/>'
        f'<text class="x" x="{(LEFT + RIGHT) / 2:g}" y="{BOTTOM + 40}">{escape(across.title)}</text>'
        f'<text class="y" x="{LEFT - 6}" y="{HEIGHT - 6}">{escape(up.title)}</text></svg>'
    )


def _line(points: Iterable[tuple[float, float]], across: Axis, up: Axis) -> str:
    places = " ".join(f"{_x(across, x)},{_y(up, y)}" for x, y in points)
    return f'<polyline class="curve" points="{places}"/>'


def _steps(edges: Sequence[float], shares: Sequence[float], across: Axis, up: Axis) -> str:
    path = f"M{_x(across, edges[0])} {BOTTOM}"
    for left, right, share in zip(edges, edges[1:], shares, strict=False):
        path += f"L{_x(across, left)} {_y(up, share)}L{_x(across, right)} {_y(up, share)}"
    return f"{path}L{_x(across, edges[-1])} {BOTTOM}Z"


def _x(axis: Axis, value: float) -> float:
    return round(LEFT + axis.place(value) * (RIGHT - LEFT), 1)


def _y(axis: Axis, value: float) -> float:
    return round(BOTTOM - axis.place(value) * (BOTTOM - TOP), 1)


def _log(value: float) -> float:
    return math.log10(max(value, LEAST / 10))


def _same(value: float) -> float:
    return value


def _deviate(rate: float) -> float:
    return NormalDist().inv_cdf(min(1 - 1e-9, max(1e-9, rate)))
