"""When a recording was made that the command watch looks at later, so that marks get its times."""

from __future__ import annotations

from datetime import date, datetime

from attendance.cameras.watching import Watch
from attendance.clock import local_instant
from attendance.values import Session
from create_database.context import Desk
from create_database.errors import AdminError
from face_detection.face_detect_video import VideoSource

STARTS = ("%H:%M", "%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
"""How the beginning of a recording may be written."""

_NO_DAY = date(1900, 1, 1)  # what a time without a day is read as


def recording_began(
    desk: Desk, session: Session, video: VideoSource, wall: datetime | None
) -> datetime | None:
    """When a recording began, as aware UTC; None where nothing is said of it.

    Args:
        desk: knows the site's time zone and the time.
        session: on whose day a time without a day is.
        video: what is looked at.
        wall: what the site's clock showed, as it was typed; naive.

    Raises:
        AdminError: it is no recording, or would begin in the future.
    """
    if wall is None:
        return None
    if video.live:
        raise AdminError("--started-at is for a recording; a camera or stream shows what happens now.")
    day = wall.date() if wall.date() != _NO_DAY else date.fromisoformat(session.day)
    began = local_instant(day, wall.time(), desk.settings.time_zone)
    if began > desk.register.clock.now():
        raise AdminError(f"--started-at {day} {wall:%H:%M} lies in the future. Say when the recording began.")
    return began


def before_the_session(desk: Desk, watching: Watch) -> float:
    """How many seconds of a recording are passed over because the session had not opened; tells of them."""
    began, opens_at = watching.terms.began_at, watching.session.opens_at
    if began is None or began >= opens_at:
        return 0.0
    desk.screen.note(f"What was recorded before the session opened at {desk.local(opens_at)} is passed over.")
    return (opens_at - began).total_seconds()
