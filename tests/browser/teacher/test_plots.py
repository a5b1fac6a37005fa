"""No two labels of a plot meet, and none is cut off, whatever it shows and however wide the screen is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, get_template_attribute

from attendance.settings.settings import Settings
from client import create_app
from client.teacher.reports.plots import Bar, Plot, sessions_plot, students_plot
from tests.attendance.fake_engines import open_fake_register
from tests.browser.conftest import OpenWindow

pytestmark = pytest.mark.browser

STYLES = Path(__file__).parents[3] / "client" / "static"
WIDTHS = (320, 390, 440, 639, 900, 1280, 1920)  # around each width at which the plots change
LABELS = (
    "29 Nov",
    "Mon 12 September 2026 in the afternoon",
    "WWWWWWWWWWWWWWWWWWWWWW",
    "第十二周星期三的会议",
)
BARS = (*range(3, 13), 20, 31, 45, 60, 100, 150, 200)
LIMITS = (0, 1, 5, 10, 12.5, 16, 25, 50, 66.667, 75, 88, 90, 95, 99, 100)
FOUND = """() => [...document.querySelectorAll("figure")].flatMap((figure) => {
  const frame = figure.querySelector("svg").getBoundingClientRect();
  const texts = [...figure.querySelectorAll("svg text")];
  const boxes = texts.map((text) => text.getBoundingClientRect());
  const words = (at) => `${figure.title}: ${texts[at].textContent}`;
  const isOut = (box) =>
    box.left < frame.left - 1 || box.right > frame.right + 1 ||
    box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
  const meet = (one, other) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  return boxes.flatMap((box, at) => [
    ...(isOut(box) ? [`${words(at)} is cut off`] : []),
    ...boxes.flatMap((other, its) =>
      its > at && meet(box, other) ? [`${words(at)} meets ${words(its)}`] : []),
  ]);
})"""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """An app whose templates draw the plots."""
    settings = Settings(config=tmp_path / "config", models=tmp_path / "models", data=tmp_path / "data")
    app = create_app(register=open_fake_register(settings))
    with app.test_request_context():
        yield app


def plots() -> Iterator[tuple[str, Plot]]:
    """Plots of every size, each with a title."""
    for count in BARS:
        for label in LABELS:
            bars = [Bar(label, "h", 50.0)] * count
            yield f"{count} x {label}", sessions_plot(bars, limit=75, description="d")
    for limit in LIMITS:
        bars = [Bar("29 Nov", "h", 50.0)] * 9
        yield f"limit {limit}", sessions_plot(bars, limit=limit, description="d")
    for count in (1, 2, 3, 5, 13, 500, 20_000, 123_456):
        yield f"{count} students", students_plot([50.0] * count + [80.0], limit=75, description="d")


@pytest.mark.usefixtures("app")
def test_labels_of_plots_never_meet(open_window: OpenWindow) -> None:
    drawn = get_template_attribute("teacher/reports/plot.html", "drawn")
    figures = [
        f'<figure class="card" title="{title}">{drawn(plot, f"plot-{at}", "T")}</figure>'
        for at, (title, plot) in enumerate(plots())
    ]
    css = "".join((STYLES / name).read_text("utf-8") for name in ("tokens.css", "teacher.css", "reports.css"))
    body = f'<main class="report"><div class="plots">{"".join(figures)}</div></main>'
    with open_window() as window:
        page = window.new_page()
        page.set_content(f"<!doctype html><style>{css}</style>{body}")
        assert page.locator("svg text").count() > 600
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            for media in ("screen", "print"):
                page.emulate_media(media=media)
                assert page.evaluate(FOUND) == [], f"{width} px, {media}"
