"""Times and dates follow the site's time zone and the page's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale

from client.web import wording

NINE = datetime(2026, 11, 21, 8, 2, tzinfo=UTC)  # 9:02 in Berlin, where the tests' site is
LATE = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # the next day there
DAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _in_the_app(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("write", "english", "german", "japanese"),
    [
        (wording.day_name, "Saturday 21 November", "Samstag, 21. November", "11月21日(土曜日)"),
        (
            wording.full_date,
            "Saturday 21 November 2026",
            "Samstag, 21. November 2026",
            "2026年11月21日(土曜日)",
        ),
        (wording.weekday_date, "Sat 21 Nov 2026", "Sa., 21. Nov. 2026", "2026年11月21日(土)"),
        (wording.long_date, "21 November 2026", "21. November 2026", "2026年11月21日"),
        (wording.medium_date, "21 Nov 2026", "21. Nov. 2026", "2026年11月21日"),
        (wording.short_date, "21 Nov", "21. Nov.", "11月21日"),
        (wording.month_name, "November 2026", "November 2026", "2026年11月"),
        (wording.short_month_name, "Nov 2026", "Nov. 2026", "2026年11月"),
    ],
)
def test_a_day_has_the_order_and_the_names_of_the_language(
    write: Callable[[date | str], str], english: str, german: str, japanese: str
) -> None:
    assert write(DAY) == write("2026-11-21") == english
    with force_locale("de"):
        assert write(DAY) == write("2026-11-21") == german
    with force_locale("ja"):
        assert write(DAY) == japanese


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "9:02"), ("en_US", "9:02"), ("de", "09:02"), ("fi", "9.02")]
)
def test_a_time_is_that_of_the_site_on_a_24_hour_clock(language: str, shown: str) -> None:
    with force_locale(language):
        assert wording.clock_time(NINE) == shown


def test_the_day_of_a_moment_is_the_day_at_the_site() -> None:
    assert wording.short_date(LATE) == "22 Nov"


def test_a_moment_is_a_day_and_a_time() -> None:
    assert wording.date_and_time(NINE) == "21 Nov 2026, 9:02"
    with force_locale("de"):
        assert wording.date_and_time(NINE) == "21. Nov. 2026, 09:02"


def test_the_week_begins_on_monday_in_every_language() -> None:
    assert wording.weekday_names()[0] == "Monday"
    with force_locale("fr"):
        assert wording.weekday_names() == (
            "lundi",
            "mardi",
            "mercredi",
            "jeudi",
            "vendredi",
            "samedi",
            "dimanche",
        )


def test_templates_have_them_as_filters() -> None:
    page = "{{ now | clock_time }} · {{ now | date_and_time }} · {{ day | weekday_date }}"
    assert (
        render_template_string(page, now=NINE, day="2026-11-21")
        == "9:02 · 21 Nov 2026, 9:02 · Sat 21 Nov 2026"
    )
