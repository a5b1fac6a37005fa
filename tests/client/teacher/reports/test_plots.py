"""Plots are drawings that a page may hold: no styles, no scripts, and every value in words too."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from client.teacher.reports.plots import BIN, FEWEST_SLOTS, MOST_LABELS, Bar, sessions_plot, students_plot

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "defs", "pattern", "g", "rect", "path", "text", "title"}


@pytest.fixture(autouse=True)
def request_of_a_page(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def drawn(plot: Markup) -> ET.Element:
    return ET.fromstring(plot)


def bars_of(plot: Markup, series: int = 0) -> list[ET.Element]:
    groups = [one for one in drawn(plot).iter(f"{SVG}g") if f"serie-{series}" in one.get("class", "")]
    return [one for group in groups for one in group.iter(f"{SVG}g") if one.get("class") == "bar"]


def hints_of(plot: Markup, series: int = 0) -> list[str | None]:
    return [bar.findtext(f"{SVG}title") for bar in bars_of(plot, series)]


def height(bar: ET.Element) -> float:
    rect = bar.find(f"{SVG}rect")
    assert rect is not None
    return float(rect.get("height", ""))


def test_nothing_in_a_plot_is_a_style_a_script_or_an_address() -> None:
    for plot in (
        sessions_plot([Bar("1 Sep", "Tue", 80.0)], limit=75, title="T"),
        students_plot([10.0, 80.0], limit=75, title="T"),
    ):
        for element in drawn(plot).iter():
            assert element.tag.removeprefix(SVG) in ALLOWED
            assert not {name for name in element.attrib if name == "style" or name.startswith("on")}
        assert "http" not in plot.replace("http://www.w3.org/2000/svg", "")


def test_a_screen_reader_gets_one_sentence_and_names_stay_text() -> None:
    plot = sessions_plot([Bar("<b>", '<i>"', 80.0)], limit=75, title='<script>"&')
    assert drawn(plot).get("role") == "img"
    assert drawn(plot).get("aria-label") == '<script>"&'
    assert hints_of(plot) == ['<i>"']
    assert "<b>" in [text.text for text in drawn(plot).iter(f"{SVG}text")]


def test_bars_are_as_high_as_the_attendance() -> None:
    values = (0.0, 25.0, 50.0, 100.0)
    heights = [
        height(bar)
        for bar in bars_of(sessions_plot([Bar("", "x", value) for value in values], limit=75, title="T"))
    ]
    assert heights[0] == 0
    assert heights[1] * 4 == pytest.approx(heights[3], abs=1)
    assert heights[2] * 2 == pytest.approx(heights[3], abs=1)


def test_the_line_at_the_limit_stands_in_front_of_the_bars() -> None:
    root = drawn(sessions_plot([Bar("", "x", 80.0)], limit=60, title="T"))
    order = [one.get("class", "").split()[0] for one in root.iter() if one.get("class")]
    assert order.index("limit") > order.index("bar")
    assert "60 %" in [text.text for text in root.iter(f"{SVG}text")]


def test_one_session_is_no_bar_as_wide_as_the_page() -> None:
    (bar,) = bars_of(sessions_plot([Bar("1 Sep", "Tue", 80.0)], limit=75, title="T"))
    rect = bar.find(f"{SVG}rect")
    assert rect is not None
    assert float(rect.get("width", "")) < 400 / FEWEST_SLOTS


def test_only_a_few_sessions_have_their_day_below() -> None:
    plot = sessions_plot([Bar(f"d{n}", f"h{n}", 80.0) for n in range(60)], limit=75, title="T")
    labels = [text.text for text in drawn(plot).iter(f"{SVG}text") if (text.text or "").startswith("d")]
    assert labels[0] == "d0"
    assert len(labels) <= MOST_LABELS
    assert len(bars_of(plot)) == 60


def test_those_below_the_limit_are_told_apart_by_a_pattern_and_in_words() -> None:
    plot = students_plot([74.9, 75.0, 79.0, 100.0], limit=75, title="T")
    assert hints_of(plot, 0) == ["70 - 80 %, below 75 %: 1 student"]
    assert hints_of(plot, 1) == [
        "70 - 80 %, at or above 75 %: 2 students",
        "90 - 100 %, at or above 75 %: 1 student",
    ]
    (pattern,) = drawn(plot).iter(f"{SVG}pattern")
    fills = [
        [rect.get("fill") for bar in bars_of(plot, n) for rect in bar.iter(f"{SVG}rect")] for n in (0, 1)
    ]
    assert fills == [[f"url(#{pattern.get('id')})"], [None, None]]


@given(st.lists(st.floats(0, 100), max_size=40), st.sampled_from([0, 5, 50, 75, 87.5, 100]))
def test_every_student_is_in_one_bar(percents: list[float], limit: float) -> None:
    plot = students_plot(percents, limit=limit, title="T")
    counted = [int((hint or "").split(": ")[1].split()[0]) for n in (0, 1) for hint in hints_of(plot, n)]
    assert sum(counted) == len(percents)
    assert len(hints_of(plot, 0)) <= 100 // BIN


@given(st.lists(st.one_of(st.none(), st.floats(0, 100)), max_size=70), st.sampled_from([0, 10, 75, 99, 100]))
def test_every_session_has_its_bar(values: list[float | None], limit: float) -> None:
    plot = sessions_plot(
        [Bar(str(n), f"h{n}", value) for n, value in enumerate(values)], limit=limit, title="T"
    )
    assert hints_of(plot) == [f"h{n}" for n in range(len(values))]
