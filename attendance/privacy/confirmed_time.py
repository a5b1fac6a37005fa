"""A time that is certainly over, by which people's data may be erased even where the clock was set wrong."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from attendance.clock import Clock, from_milliseconds, to_milliseconds
from attendance.daily_turn import DAY
from attendance.files.private_folder import make_private
from attendance.files.whole_file import write_whole

FILE_NAME = "seen-times.json"  # in the data folder
LEAST_PASSED = DAY - timedelta(
    hours=1
)  # clocks that are corrected by minutes each day must not delay it for ever
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # of Linux; another one after each start of the computer


@dataclass(frozen=True)
class _Seen:
    """What the clock showed before.

    Attributes:
        since: the first time that it showed after ``confirmed``.
        confirmed: the latest time that was a day ago or more when the clock was looked at; None: none yet.
        boot: which start of the computer ``running`` counts from.
        running: the seconds that the computer had run at ``since``.
    """

    since: datetime
    confirmed: datetime | None
    boot: str
    running: float

    def at(self, now: datetime, boot: str, running: float) -> _Seen:
        """What is known at another time."""
        confirmed = self.confirmed if self.confirmed is None else min(self.confirmed, now)
        if now < self.since:  # the clock was set back: what it showed since then was wrong
            return _Seen(now, confirmed, boot, running)
        passed = running - self.running if boot == self.boot else LEAST_PASSED.total_seconds()
        if now - self.since >= DAY and passed >= LEAST_PASSED.total_seconds():
            return _Seen(now, self.since, boot, running)
        return _Seen(self.since, confirmed, self.boot, self.running)


class ConfirmedTime:
    """Remembers what the clock showed, across restarts.

    A time counts once the clock has gone on from it for a day and was not set back. So a clock that is set
    ahead, however far and however often, erases nothing if it is set right within a day: it has to be a day
    that really passed, as far as the computer wasn't started again meanwhile.

    Args:
        folder: the data folder.
        clock: knows what time has really passed.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._path = folder / FILE_NAME
        self._clock = clock
        self._boot = _boot()

    def at(self, now: datetime) -> datetime | None:
        """The latest time that counts; None: none yet, as on a new site.

        Args:
            now: what the clock shows, aware UTC.

        Raises:
            OSError: it can't be remembered.
        """
        before, running = self._read(), self._clock.running()
        fresh = _Seen(now, None, self._boot, running)
        seen = fresh if before is None else before.at(now, self._boot, running)
        if seen != before:
            confirmed = None if seen.confirmed is None else to_milliseconds(seen.confirmed)
            make_private(self._path.parent)
            content = {
                "since": to_milliseconds(seen.since),
                "confirmed": confirmed,
                "boot": seen.boot,
                "running": seen.running,
            }
            write_whole(self._path, json.dumps(content).encode())
        return seen.confirmed

    def _read(self) -> _Seen | None:
        """What was remembered; a damaged file counts as none."""
        try:
            content = json.loads(self._path.read_bytes())
            confirmed = content["confirmed"]
            return _Seen(
                from_milliseconds(content["since"]),
                None if confirmed is None else from_milliseconds(confirmed),
                str(content.get("boot", "")),
                float(content.get("running", 0.0)),
            )
        except (FileNotFoundError, ValueError, KeyError, TypeError, OverflowError):
            return None


def _boot() -> str:
    """What stays the same while the computer runs; elsewhere than on Linux, while this program does."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except (OSError, ValueError):
        return secrets.token_hex(16)
