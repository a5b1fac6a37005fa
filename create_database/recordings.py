"""The times of a recording, so that its marks have the time at which students appear in it."""

from __future__ import annotations

from datetime import date, datetime

import click

from attendance.cameras.watching import Watch
from attendance.clock import local_instant
from attendance.values import Session
from create_database.context import AdminContext
from create_database.errors import AdminError
from face_detection.face_detect_video import VideoSource

STARTS = ("%H:%M", "%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
"""The accepted formats of ``--started-at``."""

_NO_DAY = date(1900, 1, 1)  # the date that strptime gives a time without a date


def recording_began(
    context: AdminContext, session: Session, video: VideoSource, started_at: datetime | None
) -> datetime | None:
    """When a recording began, as aware UTC; None if ``--started-at`` is not given.

    Args:
        context: gives the site's time zone and the current time.
        session: gives the day if ``started_at`` has none.
        video: the opened video.
        started_at: naive local time of the site, as given with ``--started-at``.

    Raises:
        AdminError: the time is in the future.
        click.UsageError: the video is live.
    """
    if started_at is None:
        return None
    if video.live:
        raise click.UsageError("--started-at is only for recordings. A camera or stream is live.")
    day = started_at.date() if started_at.date() != _NO_DAY else date.fromisoformat(session.day)
    began = local_instant(day, started_at.time(), context.settings.time_zone)
    if began > context.register.clock.now():
        raise AdminError(
            f"--started-at {day} {started_at:%H:%M} is in the future. Give the time when the recording began."
        )
    return began


def seconds_to_skip(context: AdminContext, watching: Watch) -> float:
    """The seconds of a recording that precede the session; prints a note if there are any."""
    began, opens_at = watching.terms.began_at, watching.session.opens_at
    if began is None or began >= opens_at:
        return 0.0
    context.screen.note(f"Skipping what was recorded before the session opened at {context.local(opens_at)}.")
    return (opens_at - began).total_seconds()
