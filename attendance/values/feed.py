"""The feed of changes: which marks, sessions and students changed, in order."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NAME_BYTES = 8


def new_feed_name() -> str:
    """What tells the feed of one register from those of all others, in hex digits."""
    return secrets.token_hex(NAME_BYTES)


class FeedKind(StrEnum):
    """What a change is about; where several changes have one number, in this order."""

    STUDENT = "student"
    SESSION = "session"
    MARK = "mark"


class Happening(StrEnum):
    """What happened to it; only the latest is known."""

    CREATED = "created"
    CHANGED = "changed"
    ERASED = "erased"  # a student, with all marks


@dataclass(frozen=True)
class FeedPlace:
    """A place in the feed: right after one entry.

    Attributes:
        number: the number of that entry; 0 is before the first.
        key: what it is about, in the order of entries with the same number; ``LAST`` is after all of them.
    """

    number: int
    key: str


LAST = "~"
"""A ``key`` after all others."""
START = FeedPlace(0, LAST)


@dataclass(frozen=True)
class FeedEntry:
    """The latest change of one thing. Each thing has one entry, which moves to the end with each change.

    Attributes:
        number: grows with each change; in MongoDB, changes found at the same time have the same one.
        kind: what changed.
        session_id: of a mark; empty for others.
        id: of the session, or of the student, also for marks.
        what: what happened.
        at: when.
    """

    number: int
    kind: FeedKind
    session_id: str
    id: str
    what: Happening
    at: datetime

    @property
    def key(self) -> str:
        """What it is about: the order of entries with the same number. Erased students come first."""
        rank = 0 if self.what is Happening.ERASED else 1 + list(FeedKind).index(self.kind)
        return f"{rank}{self.session_id}|{self.id}" if self.session_id else f"{rank}{self.id}"

    @property
    def place(self) -> FeedPlace:
        """The place right after it."""
        return FeedPlace(self.number, self.key)


@dataclass(frozen=True)
class FeedState:
    """The whole feed.

    Attributes:
        name: tells this register's feed from those of others.
        number: all changes up to this number are there; those to come have greater ones.
        forgotten: the greatest number of an erased student whose entry was deleted.
    """

    name: str
    number: int
    forgotten: int
