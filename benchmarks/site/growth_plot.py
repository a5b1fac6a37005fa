"""Draws how times grow, on logarithmic axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, MARGIN = 640, 360, 56
COLOURS = ("#b45309", "#1d4ed8", "#047857")
Points = Sequence[tuple[float, float]]


def growth_plot(lines: Mapping[str, Points]) -> str:
    """An SVG picture of lines by their names, each of ``(number of templates, milliseconds)``."""
    points = [point for line in lines.values() for point in line]
    right = math.ceil(math.log10(max(x for x, _y in points)))
    left = math.floor(math.log10(min(x for x, _y in points)))
    top = math.ceil(math.log10(max(y for _x, y in points)))
    bottom = math.floor(math.log10(min(y for _x, y in points)))

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - left) / max(1, right - left) * (WIDTH - 2 * MARGIN)
        up = (math.log10(y) - bottom) / max(1, top - bottom) * (HEIGHT - 2 * MARGIN)
        return MARGIN + across, HEIGHT - MARGIN - up

    parts = [_grid(place, range(left, right + 1), range(bottom, top + 1))]
    for number, (name, line) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        at = [place(*point) for point in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in at]
        parts.append(f'<text x="{MARGIN + 12}" y="{MARGIN + 4 + 18 * number}" fill="{colour}">{name}</text>')
    title = "Milliseconds of one search over the number of templates"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{title}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _grid(place: object, across: Sequence[int], up: Sequence[int]) -> str:
    parts = []
    for power in across:
        x, y = place(10.0**power, 10.0 ** up[0])  # type: ignore[operator]
        parts.append(f'<text x="{x:.1f}" y="{y + 20:.1f}" text-anchor="middle">{10**power:,}</text>')
    for power in up:
        x, y = place(10.0 ** across[0], 10.0**power)  # type: ignore[operator]
        parts.append(f'<path d="M{x:.1f} {y:.1f}H{WIDTH - MARGIN}" stroke="#ccc"/>')
        parts.append(f'<text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} ms</text>')
    middle = WIDTH / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">templates</text>')
    return "".join(parts)
