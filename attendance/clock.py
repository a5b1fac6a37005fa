"""What time it is, and where a local day begins and ends."""

from __future__ import annotations

import time as system
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
# Linux stops its monotonic clock while a laptop sleeps, and Python's on macOS does the same.
_RUNNING = getattr(system, "CLOCK_BOOTTIME", getattr(system, "CLOCK_MONOTONIC", None))


class Clock(Protocol):
    """The source of the time; tests use one that they set."""

    def now(self) -> datetime:
        """The present moment: aware UTC, whole milliseconds."""
        ...

    def running(self) -> float:
        """Seconds since some moment, whatever the clock is set to meanwhile; sleep counts."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """The present moment: aware UTC, whole milliseconds."""
        return whole_milliseconds(datetime.now(UTC))

    def running(self) -> float:
        """See ``Clock``."""
        return system.monotonic() if _RUNNING is None else system.clock_gettime(_RUNNING)


def to_milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970 in UTC; a fraction of one is cut off.

    Args:
        moment: aware; a naive one is refused.

    Raises:
        ValueError: ``moment`` has no time zone.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; give an aware datetime.")
    return (moment - EPOCH) // MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """The opposite of ``to_milliseconds``, as aware UTC."""
    return EPOCH + milliseconds * MILLISECOND


def whole_milliseconds(moment: datetime) -> datetime:
    """The moment in UTC as every database can store it, without a fraction of a millisecond.

    Args:
        moment: aware; a naive one is refused.

    Raises:
        ValueError: ``moment`` has no time zone.
    """
    return from_milliseconds(to_milliseconds(moment))


def local_day(moment: datetime, zone: tzinfo | None) -> date:
    """The calendar day at the site.

    Args:
        moment: aware.
        zone: the site's time zone; None means the computer's own.
    """
    return moment.astimezone(zone).date()


def local_instant(day: date, at: time, zone: tzinfo | None) -> datetime:
    """When the site's clock shows ``at`` on ``day``, as aware UTC.

    Where the clock is put back over ``at``, its first showing counts; where it is put forward over
    ``at``, the moment of the change or as long after it as ``at`` lies inside the gap.

    Args:
        day: the calendar day at the site.
        at: the naive time on the wall.
        zone: the site's time zone; None means the computer's own.
    """
    wall = datetime.combine(day, at)
    aware = wall.astimezone() if zone is None else wall.replace(tzinfo=zone)
    return aware.astimezone(UTC)
