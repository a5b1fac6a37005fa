"""Reads the all-day events of a calendar file (.ics, RFC 5545), such as a list of school holidays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from attendance.classes.days_off import LONGEST_NAME, LONGEST_RANGE
from attendance.errors import DayOffError
from attendance.values.roll_numbers import clean_note

LARGEST_CALENDAR = 1_000_000  # bytes; a country's holidays of ten years are a tenth of it
_BEGIN = "BEGIN:VCALENDAR"
# A name, parameters, a value. There is one way to divide a line, so that none takes long to be found wrong.
_LINE = re.compile(r'([A-Za-z-]+)((?:;[^:;"]*(?:"[^"]*"[^:;"]*)*)*):(.*)', re.DOTALL)
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_LENGTH = re.compile(r"\+?P(?:(\d{1,3})W)?(?:(\d{1,4})D)?", re.ASCII)
_ESCAPED = re.compile(r"\\([\\;,nN])")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CalendarDays:
    """Days of a calendar.

    Attributes:
        name: of the event.
        first_day: ``YYYY-MM-DD``.
        last_day: the same, inclusive.
    """

    name: str
    first_day: str
    last_day: str


@dataclass(frozen=True)
class CalendarFile:
    """What a calendar file has.

    Attributes:
        days: its all-day events, by their first day, each once.
        left_out: a sentence for each other event, with the reason.
    """

    days: tuple[CalendarDays, ...]
    left_out: tuple[str, ...]


def read_calendar(data: bytes) -> CalendarFile:
    """Read a calendar file.

    Args:
        data: its bytes, in UTF-8.

    Raises:
        DayOffError: it is too large, or no calendar.
    """
    if len(data) > LARGEST_CALENDAR:
        raise DayOffError("The file is larger than 1 MB. Choose a calendar that has only the days off.")
    try:
        lines = _unfolded(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DayOffError("The file is not a calendar in UTF-8. Export it again as .ics.") from error
    if not lines or lines[0].strip().upper() != _BEGIN:
        raise DayOffError(f"The file is not a calendar (.ics): it doesn't begin with {_BEGIN}.")
    days: dict[CalendarDays, None] = {}
    left_out = []
    for event in _events(lines):
        read = _read(event)
        if isinstance(read, CalendarDays):
            days[read] = None
        else:
            left_out.append(read)
    return CalendarFile(tuple(sorted(days, key=lambda each: (each.first_day, each.name))), tuple(left_out))


def _unfolded(text: str) -> list[str]:
    """The lines of the file, with those joined that were folded."""
    return re.sub(r"\r?\n[ \t]", "", text).replace("\r\n", "\n").split("\n")


def _events(lines: list[str]) -> Iterator[dict[str, str]]:
    """The properties of each event, without those of what lies in it, such as a reminder."""
    inside: list[str] = []
    event: dict[str, str] = {}
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        name, value = found[1].upper(), found[3]
        if name == "BEGIN":
            inside.append(value.strip().upper())
            if inside[-1] == "VEVENT":
                event = {}
        elif name == "END":
            if inside and inside.pop() == "VEVENT":
                yield event
        elif inside and inside[-1] == "VEVENT":
            event.setdefault(name, value.strip())


def _read(event: dict[str, str]) -> CalendarDays | str:
    """The days of an event, or why it is left out."""
    name = clean_note(_ESCAPED.sub(_unescaped, event.get("SUMMARY", "")))
    if not name or len(name) > LONGEST_NAME:
        return f"An event needs a name of 1 to {LONGEST_NAME} characters, not {name[:40]!r}."
    if event.get("STATUS", "").upper() == "CANCELLED":
        return f"{name}: the event is cancelled."
    first = _day(event.get("DTSTART", ""))
    if first is None:
        return f"{name}: only events of whole days are days off."
    if "RRULE" in event or "RDATE" in event:
        return f"{name}: the event repeats. Enter its days by hand."
    last = _last_day(event, first)
    if last is None or not first <= last <= first + LONGEST_RANGE:
        return f"{name}: its end can't be read, is before its beginning, or is more than a year later."
    return CalendarDays(name, first.isoformat(), last.isoformat())


def _unescaped(found: re.Match[str]) -> str:
    return " " if found[1] in "nN" else found[1]


def _last_day(event: dict[str, str], first: date) -> date | None:
    """The last day of an event, inclusive; the end that a calendar gives is the day after."""
    try:
        if "DTEND" in event:
            end = _day(event["DTEND"])
            # Some programs give the same day for both, which stands for one day.
            return None if end is None else end - (_ONE_DAY if end > first else timedelta())
        if "DURATION" in event:
            found = _LENGTH.fullmatch(event["DURATION"])
            length = timedelta(weeks=int(found[1] or 0), days=int(found[2] or 0)) if found else timedelta()
            return first + length - _ONE_DAY if length else None
    except OverflowError:
        return None
    return first


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
