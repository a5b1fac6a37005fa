"""A schedule in local times gives the right moments on every day, also when the clock is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.classes.schedule import meeting_at, meetings_of
from attendance.values import Course, ScheduleRule

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [BERLIN, ZoneInfo("America/St_Johns"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Apia")]
MONDAY_TEN, FRIDAY_EIGHT = ScheduleRule(0, "10:00", 90), ScheduleRule(4, "08:15", 45)


def test_meetings_come_in_order_on_their_days() -> None:
    course = Course("physics", "Physics", schedule=(FRIDAY_EIGHT, MONDAY_TEN))
    meetings = meetings_of(course, date(2026, 11, 23), date(2026, 11, 30), BERLIN)
    assert [(meeting.day, meeting.start) for meeting in meetings] == [
        ("2026-11-23", "10:00"),
        ("2026-11-27", "08:15"),
        ("2026-11-30", "10:00"),
    ]
    assert meetings[0].session_id == "physics|2026-11-23|10:00"
    assert meetings[0].opens_at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert meetings[0].closes_at == datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "start", "opens"),
    [
        (date(2026, 3, 28), "09:00", datetime(2026, 3, 28, 8, 0, tzinfo=UTC)),
        (date(2026, 3, 29), "09:00", datetime(2026, 3, 29, 7, 0, tzinfo=UTC)),
        (date(2026, 10, 24), "09:00", datetime(2026, 10, 24, 7, 0, tzinfo=UTC)),
        (date(2026, 10, 25), "09:00", datetime(2026, 10, 25, 8, 0, tzinfo=UTC)),
        (date(2026, 3, 29), "02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # is 03:30 on the wall
        (date(2026, 10, 25), "02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first of two
    ],
)
def test_the_wall_says_the_same_time_before_and_after_the_change(
    day: date, start: str, opens: datetime
) -> None:
    assert meeting_at("physics", day, start, 60, BERLIN).opens_at == opens


def test_a_night_with_a_change_is_as_long_as_the_rule_says() -> None:
    meeting = meeting_at("watch", date(2026, 10, 24), "23:00", 240, BERLIN)
    assert meeting.closes_at - meeting.opens_at == timedelta(hours=4)
    assert meeting.closes_at.astimezone(BERLIN).hour == 2


@given(
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(1, 1440),
    st.sampled_from(ZONES),
)
def test_a_meeting_begins_on_its_local_day_and_is_as_long_as_it_says(
    day: date, hour: int, minute: int, minutes: int, zone: ZoneInfo
) -> None:
    meeting = meeting_at("physics", day, f"{hour:02}:{minute:02}", minutes, zone)
    assert meeting.opens_at.astimezone(zone).date() == day
    assert meeting.closes_at - meeting.opens_at == timedelta(minutes=minutes)
    assert meeting.is_on(meeting.opens_at)
    assert not meeting.is_on(meeting.closes_at)
