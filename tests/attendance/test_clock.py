"""Time is UTC in whole milliseconds, and a local day is as long as it really is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.clock import SystemClock, local_day, local_instant, whole_milliseconds

BERLIN = ZoneInfo("Europe/Berlin")
CAIRO = ZoneInfo("Africa/Cairo")  # its clocks go forward at midnight, so that 00:00 does not exist


def test_now_is_utc_in_whole_milliseconds() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
    assert abs(datetime.now(UTC) - now) < timedelta(seconds=5)


@given(st.datetimes(timezones=st.just(BERLIN)))
def test_milliseconds_are_cut_and_never_rounded_up(moment: datetime) -> None:
    cut = whole_milliseconds(moment)
    assert timedelta(0) <= moment.astimezone(UTC) - cut < timedelta(milliseconds=1)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        whole_milliseconds(datetime.now())  # noqa: DTZ005


def test_the_day_changes_at_the_sites_midnight() -> None:
    assert local_day(datetime(2026, 11, 21, 22, 59, tzinfo=UTC), BERLIN) == date(2026, 11, 21)
    assert local_day(datetime(2026, 11, 21, 23, 0, tzinfo=UTC), BERLIN) == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 21), 24)],
)
def test_a_day_on_which_the_clocks_change_is_longer_or_shorter(day: date, hours: int) -> None:
    length = local_instant(day + timedelta(days=1), time(), BERLIN) - local_instant(day, time(), BERLIN)
    assert length == timedelta(hours=hours)


def test_a_day_without_a_midnight_begins_when_the_clocks_change() -> None:
    begin = local_instant(date(2026, 4, 24), time(), CAIRO)
    assert local_day(begin, CAIRO) == date(2026, 4, 24)
    assert local_day(begin - timedelta(milliseconds=1), CAIRO) == date(2026, 4, 23)


def test_without_a_zone_the_computers_own_holds() -> None:
    begin = local_instant(date(2026, 11, 21), time(), None)
    assert begin.astimezone().time() == time()
    assert local_day(begin, None) == date(2026, 11, 21)
