"""Names and times as people at the site read them."""

from __future__ import annotations

from datetime import date, datetime, tzinfo


def local(moment: datetime, zone: tzinfo | None) -> datetime:
    """The moment in the site's time zone; None means the computer's own."""
    return moment.astimezone(zone)


def clock_time(moment: datetime) -> str:
    """The time on the wall, such as ``9:02``."""
    return f"{moment.hour}:{moment.minute:02d}"


def day_name(day: date) -> str:
    """A day as one says it, such as ``Saturday 21 November``."""
    return f"{day:%A} {day.day} {day:%B}"
