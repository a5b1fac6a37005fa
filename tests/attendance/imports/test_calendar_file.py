"""Calendars with school holidays: whole days are read, everything else is left out with the reason."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.errors import DayOffError
from attendance.imports.calendar_file import LARGEST_CALENDAR, CalendarDays, read_calendar


def calendar(*events: str) -> bytes:
    """A calendar of these events; ``|`` ends a line."""
    bodies = (f"BEGIN:VEVENT|UID:{number}|{event}|END:VEVENT" for number, event in enumerate(events))
    return (
        "|".join(("BEGIN:VCALENDAR", "VERSION:2.0", *bodies, "END:VCALENDAR", ""))
        .replace("|", "\r\n")
        .encode()
    )


def read(event: str) -> list[tuple[str, str, str]]:
    return [(each.name, each.first_day, each.last_day) for each in read_calendar(calendar(event)).days]


@pytest.mark.parametrize(
    ("event", "days"),
    [
        ("SUMMARY:Snow|DTSTART;VALUE=DATE:20261123|DTEND;VALUE=DATE:20261124", ("2026-11-23", "2026-11-23")),
        ("SUMMARY:Snow|DTSTART;VALUE=DATE:20261123", ("2026-11-23", "2026-11-23")),
        ("SUMMARY:Snow|DTSTART:20261123|DTEND:20261123", ("2026-11-23", "2026-11-23")),
        ("SUMMARY:Snow|DTSTART;VALUE=DATE:20261221|DTEND;VALUE=DATE:20270104", ("2026-12-21", "2027-01-03")),
        ("SUMMARY:Snow|DTSTART;VALUE=DATE:20261221|DURATION:P2W", ("2026-12-21", "2027-01-03")),
        ("SUMMARY:Snow|DTSTART;VALUE=DATE:20261221|DURATION:P1D", ("2026-12-21", "2026-12-21")),
        ('SUMMARY;X-A="a:b;c":Snow|DTSTART;VALUE=DATE:20261123', ("2026-11-23", "2026-11-23")),
    ],
)
def test_whole_days_are_read_and_the_end_is_the_day_after(event: str, days: tuple[str, str]) -> None:
    assert read(event) == [("Snow", *days)]


def test_names_are_unfolded_and_unescaped_and_reminders_are_no_part_of_them() -> None:
    event = (
        "SUMMARY:Weihnachts| ferien\\, Bayern\\n2026|DTSTART;VALUE=DATE:20261224|"
        "BEGIN:VALARM|SUMMARY:Reminder|DTSTART:20260101|END:VALARM"
    )
    assert read(event) == [("Weihnachtsferien, Bayern 2026", "2026-12-24", "2026-12-24")]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("SUMMARY:Exam|DTSTART:20261123T090000Z", "Exam: only events of whole days"),
        ("SUMMARY:Exam", "Exam: only events of whole days"),
        ("SUMMARY:Exam|DTSTART;VALUE=DATE:20261332", "Exam: only events of whole days"),
        ("DTSTART;VALUE=DATE:20261123", "An event needs a name"),
        (f"SUMMARY:{'x' * 101}|DTSTART;VALUE=DATE:20261123", "An event needs a name of 1 to 100"),
        ("SUMMARY:Friday|DTSTART;VALUE=DATE:20261123|RRULE:FREQ=WEEKLY", "Friday: the event repeats"),
        ("SUMMARY:Off|DTSTART;VALUE=DATE:20261123|STATUS:CANCELLED", "Off: the event is cancelled"),
        ("SUMMARY:Off|DTSTART;VALUE=DATE:20261123|DTEND;VALUE=DATE:20261101", "Off: its end"),
        ("SUMMARY:Off|DTSTART;VALUE=DATE:20261123|DTEND;VALUE=DATE:20291101", "Off: its end"),
        ("SUMMARY:Off|DTSTART;VALUE=DATE:20261123|DTEND:soon", "Off: its end"),
        ("SUMMARY:Off|DTSTART;VALUE=DATE:99991231|DURATION:P999W", "Off: its end"),
    ],
)
def test_everything_else_is_left_out_with_the_reason(event: str, said: str) -> None:
    found = read_calendar(calendar("SUMMARY:Snow|DTSTART:20261101", event))
    assert found.days == (CalendarDays("Snow", "2026-11-01", "2026-11-01"),)
    assert len(found.left_out) == 1
    assert said in found.left_out[0]


def test_days_come_in_order_and_once() -> None:
    later, sooner = "SUMMARY:Later|DTSTART:20261201", "SUMMARY:Sooner|DTSTART:20261101"
    assert [each.name for each in read_calendar(calendar(later, sooner, later)).days] == ["Sooner", "Later"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is not a calendar"),
        (b"first,last,name\n2026-11-23,,Snow\n", "is not a calendar"),
        (b"PK\x03\x04\xff\xfe", "not a calendar in UTF-8"),
        (b"BEGIN:VCALENDAR\n" + b"x" * LARGEST_CALENDAR, "larger than 1 MB"),
    ],
)
def test_what_is_no_calendar_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(DayOffError, match=said):
        read_calendar(data)


@given(st.lists(st.text(max_size=30), max_size=6))
def test_no_line_makes_it_fail(lines: list[str]) -> None:
    read_calendar(calendar("|".join(lines)))


@pytest.mark.parametrize("line", ["X" + ";aaaa" * 10, f"X;{'a' * 20_000}"])
def test_a_line_that_is_nearly_one_is_passed_over_at_once(line: str) -> None:
    begin = time.process_time()
    assert read(f"{line}|SUMMARY:Snow|DTSTART:20261123") == [("Snow", "2026-11-23", "2026-11-23")]
    assert time.process_time() - begin < 1
