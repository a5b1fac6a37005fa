"""Plots are drawings that a page may hold: no styles, no scripts, and every value in words too."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from flask import Flask, get_template_attribute
from hypothesis import given
from hypothesis import strategies as st

from client.teacher.reports.plots import (
    BIN,
    FEWEST_SLOTS,
    GAP,
    MOST_LABELS,
    WIDTH,
    Bar,
    Plot,
    sessions_plot,
    students_plot,
    width_of,
)

ALLOWED = {"svg", "defs", "pattern", "g", "rect", "path", "text", "title", "desc"}


@pytest.fixture(autouse=True)
def request_of_a_page(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def svg(plot: Plot, title: str = "T") -> str:
    """What stands in the page."""
    return str(get_template_attribute("teacher/reports/plot.html", "drawn")(plot, "plot", title))


def drawn(plot: Plot, title: str = "T") -> ET.Element:
    return ET.fromstring(svg(plot, title))


def bars_of(plot: Plot, series: str = "bar") -> list[ET.Element]:
    return [one for one in drawn(plot).iter("g") if one.get("class") == series]


def hints_of(plot: Plot, series: str = "bar") -> list[str | None]:
    return [bar.findtext("title") for bar in bars_of(plot, series)]


def texts_of(plot: Plot) -> list[str]:
    return [text.text or "" for text in drawn(plot).iter("text")]


def height(bar: ET.Element) -> float:
    rect = bar.find("rect")
    assert rect is not None
    return float(rect.get("height", ""))


def test_nothing_in_a_plot_is_a_style_a_script_or_an_address() -> None:
    for plot in (
        sessions_plot([Bar("1 Sep", "Tue", 80.0)], limit=75, description="D"),
        students_plot([10.0, 80.0], limit=75, description="D"),
    ):
        for element in drawn(plot).iter():
            assert element.tag in ALLOWED
            assert not {name for name in element.attrib if name == "style" or name.startswith("on")}
        assert "http" not in svg(plot)


def test_a_screen_reader_gets_a_name_and_one_sentence_and_names_stay_text() -> None:
    plot = sessions_plot([Bar("<b>", '<i>"', 80.0)], limit=75, description='<script>"&')
    root = drawn(plot, "<u>")
    assert root.get("role") == "img"
    words = {one.get("id"): one.text for one in root}
    assert words[root.get("aria-labelledby")] == "<u>"
    assert words[root.get("aria-describedby")] == '<script>"&'
    assert hints_of(plot) == ['<i>"']
    assert "<b>" in texts_of(plot)


def test_bars_are_as_high_as_the_attendance() -> None:
    values = (0.0, 25.0, 50.0, 100.0)
    heights = [
        height(bar)
        for bar in bars_of(
            sessions_plot([Bar("", "x", value) for value in values], limit=75, description="D")
        )
    ]
    assert heights[0] == 0
    assert heights[1] * 4 == pytest.approx(heights[3], abs=1)
    assert heights[2] * 2 == pytest.approx(heights[3], abs=1)


def test_the_line_at_the_limit_stands_in_front_of_the_bars() -> None:
    plot = sessions_plot([Bar("", "x", 80.0)], limit=60, description="D")
    order = [one.get("class", "").split()[0] for one in drawn(plot).iter() if one.get("class")]
    assert order.index("limit") > order.index("bar")
    assert "60 %" in texts_of(plot)


def test_one_session_is_no_bar_as_wide_as_the_page() -> None:
    (bar,) = bars_of(sessions_plot([Bar("1 Sep", "Tue", 80.0)], limit=75, description="D"))
    rect = bar.find("rect")
    assert rect is not None
    assert float(rect.get("width", "")) < 400 / FEWEST_SLOTS


def test_only_a_few_sessions_have_their_day_below() -> None:
    plot = sessions_plot([Bar(f"d{n}", f"h{n}", 80.0) for n in range(60)], limit=75, description="D")
    labels = [text for text in texts_of(plot) if text.startswith("d")]
    assert labels[0] == "d0"
    assert len(labels) <= MOST_LABELS
    assert len(bars_of(plot)) == 60


def test_those_below_the_limit_are_told_apart_by_a_pattern_and_in_words() -> None:
    plot = students_plot([74.9, 75.0, 79.0, 100.0], limit=75, description="D")
    assert hints_of(plot, "bar below") == ["70 - 80 %, below 75 %: 1 student"]
    assert hints_of(plot) == [
        "70 - 80 %, at or above 75 %: 2 students",
        "90 - 100 %, at or above 75 %: 1 student",
    ]
    (pattern,) = drawn(plot).iter("pattern")
    fills = [
        [rect.get("fill") for bar in bars_of(plot, series) for rect in bar.iter("rect")]
        for series in ("bar below", "bar")
    ]
    assert fills == [[f"url(#{pattern.get('id')})"], [None, None]]


@given(st.lists(st.floats(0, 100), max_size=40), st.sampled_from([0, 5, 50, 75, 87.5, 100]))
def test_every_student_is_in_one_bar(percents: list[float], limit: float) -> None:
    plot = students_plot(percents, limit=limit, description="D")
    counted = [
        int((hint or "").split(": ")[1].split()[0])
        for series in ("bar below", "bar")
        for hint in hints_of(plot, series)
    ]
    assert sum(counted) == len(percents)
    assert len(hints_of(plot, "bar below")) <= 100 // BIN


@given(st.lists(st.one_of(st.none(), st.floats(0, 100)), max_size=70), st.sampled_from([0, 10, 75, 99, 100]))
def test_every_session_has_its_bar(values: list[float | None], limit: float) -> None:
    plot = sessions_plot(
        [Bar(str(n), f"h{n}", value) for n, value in enumerate(values)], limit=limit, description="D"
    )
    assert hints_of(plot) == [f"h{n}" for n in range(len(values))]


@given(st.integers(1, 70), st.text("iW1 月", max_size=60))
def test_no_label_runs_into_another_or_out_of_the_picture(number: int, label: str) -> None:
    plot = sessions_plot([Bar(label, "x", 80.0)] * number, limit=75, description="D")
    halves = [width_of(one.text) / 2 for one in plot.labels]
    edges = [(one.at - half, one.at + half) for one, half in zip(plot.labels, halves, strict=True)]
    assert len(edges) >= 1
    assert edges[0][0] >= -0.1
    assert edges[-1][1] <= WIDTH + 0.1
    assert all(after[0] - before[1] >= GAP - 0.2 for before, after in pairwise(edges))


def test_the_number_at_the_limit_takes_the_place_of_its_neighbours() -> None:
    plot = sessions_plot([Bar("", "x", 80.0)], limit=80, description="D")
    assert [text for text in texts_of(plot) if "%" in text] == ["0 %", "25 %", "50 %", "100 %", "80 %"]
