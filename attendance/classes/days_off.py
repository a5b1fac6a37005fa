"""Days off: the site's days without classes, and which days of a course have any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from attendance.classes.general_course import GENERAL_COURSE
from attendance.clock import Clock
from attendance.errors import DayOffError, DayOffNotFoundError
from attendance.store.protocol import Store
from attendance.values import Course, DayOff, Session
from attendance.values.roll_numbers import clean_text, is_printable

LONGEST_NAME = 100  # characters
LONGEST_RANGE = timedelta(days=366)


@dataclass(frozen=True)
class SchoolCalendar:
    """The days off of a site.

    Attributes:
        days_off: all of them, by the first day.
    """

    days_off: tuple[DayOff, ...] = ()

    def day_off(self, day: str) -> DayOff | None:
        """The day off that includes a local day, ``YYYY-MM-DD``; None on a day with classes."""
        return next((each for each in self.days_off if each.covers(day)), None)

    def has_classes(self, course: Course, day: str) -> bool:
        """Whether the schedule of a course counts on a local day."""
        return course.runs_on(day) and self.day_off(day) is None


class DaysOff:
    """Adds, lists and removes days off.

    Args:
        store: the register's database.
        clock: the source of the time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def all(self) -> list[DayOff]:
        """All of them, by the first day."""
        return self._store.days_off()

    def get(self, day_off_id: str) -> DayOff:
        """The one with this id.

        Raises:
            DayOffNotFoundError: there is none.
        """
        for each in self._store.days_off():
            if each.id == day_off_id:
                return each
        raise DayOffNotFoundError(f"No day off has the id {day_off_id!r}.")

    def calendar(self) -> SchoolCalendar:
        """All of them, for questions about days."""
        return SchoolCalendar(tuple(self._store.days_off()))

    def add(self, name: str, first_day: str, last_day: str = "", *, by: str) -> DayOff:
        """Add a day or a range of days; the same days once more leave what is there, also under another name.

        Sessions that exist on these days are not changed; see ``sessions_on``.

        Args:
            name: what people call it.
            first_day: ``YYYY-MM-DD``.
            last_day: the same, inclusive; empty means a single day.
            by: who enters it.

        Raises:
            DayOffError: it can't be so; a line for each reason.
        """
        return self.add_all([(name, first_day, last_day)], by=by)[0]

    def add_all(self, entries: Iterable[tuple[str, str, str]], *, by: str) -> list[DayOff]:
        """Add several at once, or none.

        Args:
            entries: name, first day and last day of each, as in ``add``.
            by: who enters them.

        Raises:
            DayOffError: some can't be so; a line for each reason.
        """
        wrong: list[str] = []
        new = [self._checked(name, first, last or first, by, wrong) for name, first, last in entries]
        if wrong:
            raise DayOffError("\n".join(wrong))
        for each in new:
            self._store.add_day_off(each)
        return [self.get(each.id) for each in new]

    def remove(self, day_off_id: str) -> DayOff:
        """Remove one; sessions that were cancelled for it stay cancelled.

        Raises:
            DayOffNotFoundError: there is none.
        """
        removed = self.get(day_off_id)
        self._store.remove_day_off(day_off_id)
        return removed

    def sessions_on(self, day_off: DayOff) -> list[Session]:
        """The sessions on its days that are not cancelled, by opening time; General's count for nobody."""
        found = self._store.sessions_between(day_off.first_day, day_off.last_day)
        return [each for each in found if not each.is_cancelled and each.course_id != GENERAL_COURSE.id]

    def cancelled_for(self, day_off: DayOff) -> list[Session]:
        """The sessions on its days that were cancelled with its name as the reason, by opening time."""
        found = self._store.sessions_between(day_off.first_day, day_off.last_day)
        return [each for each in found if each.cancellation and each.cancellation.why == day_off.name]

    def _checked(self, name: str, first: str, last: str, by: str, wrong: list[str]) -> DayOff:
        called = clean_text(name)
        if not called or len(called) > LONGEST_NAME or not is_printable(called):
            wrong.append(f"A day off needs a name of 1 to {LONGEST_NAME} characters, not {name!r}.")
        days = [_day(text, wrong) for text in dict.fromkeys((first, last))]
        begins, ends = days[0], days[-1]
        if begins and ends and ends < begins:
            wrong.append(f"The last day, {ends}, is before the first, {begins}. Swap them.")
        elif begins and ends and ends - begins > LONGEST_RANGE:
            wrong.append(f"{begins} to {ends} is more than a year. Enter a shorter range.")
        key = f"off-{begins}" if begins == ends else f"off-{begins}-{ends}"
        return DayOff(key, str(begins), str(ends), called, by, self._clock.now())


def day_text(text: str) -> str | None:
    """A day as the register stores it, ``YYYY-MM-DD``; None if the text is no such day."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return None


def _day(text: str, wrong: list[str]) -> date | None:
    day = day_text(text)
    if day is None:
        wrong.append(f"{text!r} is not a valid date. Use YYYY-MM-DD.")
        return None
    return date.fromisoformat(day)
