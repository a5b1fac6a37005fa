"""Cursors of the feed of changes: a place in the feed of one register, as a text for other software."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from attendance.clock import from_milliseconds, to_milliseconds
from attendance.errors import AttendanceError
from attendance.values.feed import FeedPlace

_MARK = "changes"  # begins the text, to tell it from a cursor of another list
_PARTS = 6
_MOST = 2**53  # more changes than a register ever has


class CursorError(AttendanceError):
    """A text is not a cursor of a feed."""


class CursorTooOldError(AttendanceError):
    """Changes after a cursor are missing, or it is of another register; read from the beginning."""


@dataclass(frozen=True)
class Cursor:
    """A place in the feed of one register.

    Attributes:
        feed: the feed's name.
        began: the feed's last number when its reader began. What was erased before, the reader never saw.
        place: the place.
        since: when the reader was there.
    """

    feed: str
    began: int
    place: FeedPlace
    since: datetime

    def __str__(self) -> str:
        """The text for other software."""
        at = to_milliseconds(self.since)
        text = f"{_MARK} {self.feed} {self.began} {at} {self.place.number} {self.place.key}"
        return base64.urlsafe_b64encode(text.encode()).decode("ascii").rstrip("=")

    @classmethod
    def of(cls, text: str) -> Cursor:
        """The opposite of ``str``.

        Raises:
            CursorError: the text is no cursor, or was changed.
        """
        try:
            padded = text + "=" * (-len(text) % 4)
            plain = base64.b64decode(padded, altchars=b"-_", validate=True).decode("utf-8")
            mark, feed, began, at, number, key = plain.split(" ", _PARTS - 1)
            cursor = cls(feed, int(began), FeedPlace(int(number), key), from_milliseconds(int(at)))
        except (binascii.Error, ValueError, OverflowError, OSError) as error:
            raise CursorError(f"{text[:40]!r} is not a cursor of changes.") from error
        numbers = (cursor.began, cursor.place.number)
        if mark != _MARK or str(cursor) != text or not all(0 <= each < _MOST for each in numbers):
            raise CursorError(f"{text[:40]!r} is not a cursor of changes.")
        return cursor
