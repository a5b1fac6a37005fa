"""The error rates of all kinds as an SVG that can also be read out."""

from __future__ import annotations

from html import escape

from face_detection.pad_kit.results.pad_report import PadReport, SpeciesRate

LEFT, RIGHT, TOP, ROW = 210, 610, 40, 24
WIDTH, BELOW = 720, 56
TICKS = (0, 20, 40, 60, 80, 100)
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#222}.grid{stroke:#ccc}.range{stroke:#444;stroke-width:2}"
    ".attack{fill:#b3261e}.live{fill:#1f6f43}.sure{font-weight:600}svg{background:#fff}"
    "@media(prefers-color-scheme:dark){text{fill:#eee}.grid{stroke:#555}.range{stroke:#bbb}svg{background:#1c1c1c}"
    ".attack{fill:#f2938c}.live{fill:#7fd1a4}}"
)


def chart_of(report: PadReport) -> str:
    """A row for each kind: the share as a dot, its interval as a line, and both as text."""
    rows = [*((each, "live") for each in report.live), *((each, "attack") for each in report.attacks)]
    height = TOP + ROW * len(rows) + BELOW
    bottom = TOP + ROW * len(rows)
    grid = "".join(
        f'<path class="grid" d="M{_x(tick / 100)} {TOP - 6}V{bottom}"/>'
        f'<text x="{_x(tick / 100)}" y="{bottom + 18}" text-anchor="middle">{tick} %</text>'
        for tick in TICKS
    )
    shown = "".join(_row(each, kind, TOP + ROW * number) for number, (each, kind) in enumerate(rows))
    read = "; ".join(f"{each.kind}: {percent_of(each)}" for each, _ in rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="title read"><title id="title">Error rates by kind of presentation</title>'
        f'<desc id="read">{escape(read)}</desc><style>{STYLE}</style>'
        f'<text class="sure" x="{LEFT - 10}" y="22" text-anchor="end">kind</text>'
        f'<text class="sure" x="{LEFT}" y="22">live: refused (BPCER), attacks: passed (APCER), '
        "with 95 % intervals</text>"
        f"{grid}{shown}</svg>\n"
    )


def percent_of(species: SpeciesRate) -> str:
    """A rate with its interval, such as ``7.0 % (4.1 to 11)`` or ``0 of 300, at most 1.0 %``."""
    rate = species.rate
    if rate.events == 0:
        return f"0 of {rate.presentations}, at most {100 * rate.high:.2g} %"
    return f"{100 * rate.share:.2g} % ({100 * rate.low:.2g} to {100 * rate.high:.2g})"


def _row(each: SpeciesRate, kind: str, y: int) -> str:
    middle, rate = y + ROW / 2, each.rate
    return (
        f'<text x="{LEFT - 10}" y="{middle + 4}" text-anchor="end">{escape(each.kind)}</text>'
        f'<path class="range" d="M{_x(rate.low)} {middle}H{_x(rate.high)}"/>'
        f'<circle class="{kind}" cx="{_x(rate.share)}" cy="{middle}" r="5"/>'
        f'<text x="{RIGHT + 12}" y="{middle + 4}">{rate.events}/{rate.presentations}</text>'
    )


def _x(share: float) -> float:
    return round(LEFT + share * (RIGHT - LEFT), 1)
