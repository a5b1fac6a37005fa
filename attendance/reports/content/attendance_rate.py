"""Attendance rates: counted exactly, rounded only for display."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from operator import add

from attendance.values import MarkStatus


class Standing(StrEnum):
    """A student's status in one session of a report."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    EXCUSED = "excused"
    UNDER_REVIEW = "under_review"  # not decided yet; counts for nothing until then
    NO_MARK = "no_mark"  # no mark, or it was withdrawn; counts for nothing


THERE = (Standing.PRESENT, Standing.LATE)
STANDING_OF = {
    MarkStatus.PRESENT: Standing.PRESENT,
    MarkStatus.LATE: Standing.LATE,
    MarkStatus.ABSENT: Standing.ABSENT,
    MarkStatus.EXCUSED: Standing.EXCUSED,
}


@lru_cache(maxsize=4096)
def _share(there: int, counted: int) -> Fraction | None:
    """``there / counted``; a report of 10,000 students asks for the same few again and again."""
    return Fraction(there, counted) if counted else None


@dataclass(frozen=True)
class Counts:
    """How often each status occurs."""

    present: int = 0
    late: int = 0
    absent: int = 0
    excused: int = 0
    under_review: int = 0
    no_mark: int = 0

    @classmethod
    def of(cls, standings: Iterable[Standing]) -> Counts:
        """Count each status."""
        found = dict.fromkeys(Standing, 0)
        for standing in standings:
            found[standing] += 1
        return cls(**{standing.value: number for standing, number in found.items()})

    @property
    def numbers(self) -> tuple[int, ...]:
        """The counts in the order of ``Standing``."""
        return (self.present, self.late, self.absent, self.excused, self.under_review, self.no_mark)

    @property
    def there(self) -> int:
        """Present or late."""
        return self.present + self.late

    @property
    def counted(self) -> int:
        """The sessions that count: there or absent."""
        return self.there + self.absent

    @property
    def share(self) -> Fraction | None:
        """``there / counted``, exact; None where nothing counts."""
        return _share(self.there, self.counted)

    def __add__(self, other: Counts) -> Counts:
        return Counts(*map(add, self.numbers, other.numbers))


@dataclass(frozen=True)
class AbsenceRuns:
    """Absences in a row; there ends a run, everything else neither ends nor lengthens it.

    Attributes:
        current: how long the run is that lasts at the end of the range; 0 where the student came last.
        longest: the longest one of the range.
    """

    current: int = 0
    longest: int = 0

    @classmethod
    def of(cls, standings: Iterable[Standing]) -> AbsenceRuns:
        """Find the runs in statuses in the order of time."""
        current = longest = 0
        for standing in standings:
            if standing is Standing.ABSENT:
                current += 1
                longest = max(longest, current)
            elif standing in THERE:
                current = 0
        return cls(current, longest)


def tenths(share: Fraction) -> int:
    """The rate in tenths of a percent, rounded half up."""
    numerator, denominator = share.as_integer_ratio()
    return (2000 * numerator + denominator) // (2 * denominator)


def percent(share: Fraction | None) -> str:
    """The rate for display, such as ``87.5``, without the sign; empty for None."""
    if share is None:
        return ""
    whole, tenth = divmod(tenths(share), 10)
    return f"{whole}.{tenth}"


def is_below(share: Fraction | None, limit: Fraction) -> bool:
    """Whether the exact rate is below the limit; False without a rate."""
    return share is not None and share < limit
