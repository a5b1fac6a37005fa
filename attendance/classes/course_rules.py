"""What a course may be, checked as a whole so that a form can show everything that is wrong at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from attendance.classes.days_off import day_text
from attendance.classes.entering.typed_code import CODE_INTERVALS
from attendance.errors import CourseError
from attendance.values import Course, ScheduleRule
from attendance.values.roll_numbers import is_printable

LONGEST_NAME = 100  # characters; must fit on a projector
LONGEST_SESSION = 24 * 60  # minutes
MOVEMENTS = (1, 2)  # that phones can ask for
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_WEEK = 7 * 24 * 60  # minutes


def check_course(course: Course) -> None:
    """Refuse a course that can't be.

    Raises:
        CourseError: with a line for each thing that is wrong.
    """
    wrong = list(_wrong_with(course))
    if wrong:
        raise CourseError("\n".join(wrong))


def check_minutes(minutes: int) -> None:
    """Refuse a session that is open for no time, or for more than a day.

    Raises:
        CourseError: ``minutes`` is out of range.
    """
    if not 1 <= minutes <= LONGEST_SESSION:
        raise CourseError(f"A session is open for 1 to {LONGEST_SESSION} minutes, not {minutes}.")


def check_start(start: str) -> None:
    """Refuse what is not a time of day.

    Raises:
        CourseError: ``start`` is not ``HH:MM``.
    """
    if not _TIME.fullmatch(start):
        raise CourseError(f"{start!r} is not a valid time of day. Use HH:MM, such as 09:15.")


def _wrong_with(course: Course) -> Iterator[str]:
    if not course.name or len(course.name) > LONGEST_NAME or not is_printable(course.name):
        yield f"A course needs a name of 1 to {LONGEST_NAME} characters, not {course.name!r}."
    late = course.late_after_minutes
    if late is not None and not 0 <= late <= LONGEST_SESSION:
        yield f"Students are late after 0 to {LONGEST_SESSION} minutes, not {late}."
    if not 1 <= course.closes_after_minutes <= LONGEST_SESSION:
        yield f"A session is open for 1 to {LONGEST_SESSION} minutes, not {course.closes_after_minutes}."
    if course.code_interval not in CODE_INTERVALS:
        choices = ", ".join(map(str, CODE_INTERVALS))
        yield f"The code changes every {choices} seconds, not every {course.code_interval}."
    if course.movements not in MOVEMENTS:
        yield f"Phones ask for 1 or 2 movements, not {course.movements}."
    yield from _wrong_days(course)
    wrong_rules = [line for rule in course.schedule for line in _wrong_with_rule(rule)]
    yield from wrong_rules
    if not wrong_rules:
        yield from _overlaps(course.schedule)


def _wrong_days(course: Course) -> Iterator[str]:
    days = (course.first_day, course.last_day)
    wrong = [day for day in days if day is not None and day_text(day) != day]
    yield from (f"{day!r} is not a valid date. Use YYYY-MM-DD." for day in wrong)
    if not wrong and None not in days and days != tuple(sorted(map(str, days))):
        yield f"The last day, {course.last_day}, is before the first, {course.first_day}. Swap them."


def _wrong_with_rule(rule: ScheduleRule) -> Iterator[str]:
    if not 0 <= rule.weekday <= 6:
        yield f"A day of the week is 0 (Monday) to 6, not {rule.weekday}."
    if not _TIME.fullmatch(rule.start):
        yield f"{rule.start!r} is not a valid time of day. Use HH:MM, such as 09:15."
    if not 1 <= rule.minutes <= LONGEST_SESSION:
        yield f"A session is open for 1 to {LONGEST_SESSION} minutes, not {rule.minutes}."


def _overlaps(schedule: tuple[ScheduleRule, ...]) -> Iterator[str]:
    spans = sorted((begin, begin + rule.minutes) for rule in schedule for begin in [_minute_of_week(rule)])
    around = [*spans, *((begin + _WEEK, end + _WEEK) for begin, end in spans[:1])]
    if any(ends > begins for (_, ends), (begins, _) in pairwise(around)):
        yield "Two meetings of the schedule overlap. A course can have only one session at a time."


def _minute_of_week(rule: ScheduleRule) -> int:
    hours, minutes = rule.start.split(":")
    return (rule.weekday * 24 + int(hours)) * 60 + int(minutes)
