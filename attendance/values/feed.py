"""The feed of changes: which students, sessions and marks changed, in order."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NAME_BYTES = 8
LAST = "~"
"""The ``key`` of a place after all entries with a number."""


def new_feed_name() -> str:
    """What tells the feed of one register from those of all others, in hex digits."""
    return secrets.token_hex(NAME_BYTES)


class FeedKind(StrEnum):
    """What an entry is about; entries with the same number come in this order."""

    ERASED = "erased"  # a student, with all marks
    STUDENT = "student"
    SESSION = "session"
    MARK = "mark"


@dataclass(frozen=True)
class FeedPlace:
    """A place in the feed: right after an entry.

    Attributes:
        number: that of the entry; 0 is before the first one.
        key: the entry's among those with the same number, or ``LAST``.
    """

    number: int = 0
    key: str = LAST


@dataclass(frozen=True)
class FeedEntry:
    """The latest change of one thing. Each thing has one entry, which moves to the end at each change.

    Attributes:
        number: grows with each change. In MongoDB, changes that are found at once have the same one.
        session_id: of a mark; empty for everything else.
        id: of the session or the student; for a mark, the student's.
        is_new: whether nothing has changed since it was created.
        at: when it changed. What is older than the feed has the time at which the feed began.
    """

    number: int
    kind: FeedKind
    session_id: str
    id: str
    is_new: bool
    at: datetime

    @property
    def place(self) -> FeedPlace:
        """The place right after it."""
        rank = list(FeedKind).index(self.kind)
        key = f"{self.session_id}|{self.id}" if self.kind is FeedKind.MARK else self.id
        return FeedPlace(self.number, f"{rank}{key}")


@dataclass(frozen=True)
class Feed:
    """A part of the feed.

    Attributes:
        name: tells this register's feed from those of all others.
        entries: in order.
        number: entries up to this number are complete, whoever was writing; later ones get greater numbers.
        is_known: whether the part begins at a place of this feed: not of one that a backup has replaced, as
            far as that can be seen.
        forgotten: the greatest number of an erased student whose entry was deleted.
        read_at: when it was read, by the clock that ``FeedEntry.at`` comes from.
    """

    name: str
    entries: tuple[FeedEntry, ...]
    number: int
    is_known: bool
    forgotten: int
    read_at: datetime
