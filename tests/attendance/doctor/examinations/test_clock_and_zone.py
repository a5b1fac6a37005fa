"""The clock against the register's last entry, and the zone in which days begin."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from attendance.doctor.examinations.clock_and_zone import LONGEST_PAUSE, SLACK, examine
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from tests.attendance.doctor.examined import NOTE, OK, PROBLEM, grades, site_of, words
from tests.attendance.store.builders import student


@pytest.fixture
def in_berlin(settings: Settings) -> Settings:
    """A site whose zone is set."""
    return replace(settings, time_zone=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A computer whose zone is UTC, such as a container."""
    if not hasattr(time, "tzset"):  # Windows takes its zone from elsewhere
        yield
        return
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("later", "expected", "said"),
    [
        (timedelta(hours=1), OK, "after the register's last entry"),
        (-SLACK, OK, "after the register's last entry"),
        (-SLACK - timedelta(seconds=1), PROBLEM, "was set back"),
        (LONGEST_PAUSE + timedelta(days=1), NOTE, "far ahead"),
    ],
    ids=["just now", "another computer's", "set back", "far ahead"],
)
def test_the_clock_is_compared_with_the_last_entry(
    later: timedelta, expected: str, said: str, in_berlin: Settings, register: Store
) -> None:
    register.add_student(student("s1"))
    last = register.audit_head()
    assert last is not None
    found = list(examine(site_of(in_berlin, store=register, now=last.at + later)))
    assert grades(found) == [expected, OK]
    assert said in words(found)


def test_without_an_entry_the_clock_is_shown(in_berlin: Settings) -> None:
    found = list(examine(site_of(in_berlin)))
    assert grades(found) == [OK, OK]
    assert "2026-11-23 10:00+01:00" in words(found)
    assert "midnight of Europe/Berlin" in words(found)


@pytest.mark.usefixtures("in_utc")
def test_a_computer_in_utc_is_a_note_where_no_zone_is_set(settings: Settings) -> None:
    found = list(examine(site_of(settings)))
    if hasattr(time, "tzset"):
        assert grades(found) == [OK, NOTE]
        assert "ATTENDANCE_TIMEZONE" in words(found)
    else:
        assert len(found) == 2
