"""What time it is, and where a local day begins and ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from typing import Protocol


class Clock(Protocol):
    """Tells the time; tests bring one that stands still."""

    def now(self) -> datetime:
        """The present moment: aware UTC, whole milliseconds."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """The present moment: aware UTC, whole milliseconds."""
        return to_milliseconds(datetime.now(UTC))


def to_milliseconds(moment: datetime) -> datetime:
    """The moment in UTC without the part that not every database can keep.

    Args:
        moment: aware; a naive one is refused.

    Raises:
        ValueError: ``moment`` has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; give an aware datetime.")
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


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
