"""The part of the `Store` protocol about the feed of changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from attendance.values.feed import Feed, FeedKind, FeedPlace


class FeedStore(Protocol):
    """Which students, sessions and marks have changed since a place in the feed.

    Whatever method writes one of these, the feed shows it. A change that is not there yet gets a number
    greater than the ``Feed.number`` that was returned, however long its writer takes.
    """

    def feed(
        self, after: FeedPlace, limit: int, kinds: Collection[FeedKind], *, since: datetime | None = None
    ) -> Feed:
        """The first entries of some kinds after a place.

        Args:
            after: the place.
            limit: the maximum number of entries.
            kinds: what they are about.
            since: the ``Feed.read_at`` of the part that ended at the place, for ``Feed.is_known``.
        """
        ...

    def feed_number(self) -> int:
        """``Feed.number`` now, without reading any entry."""
        ...

    def forget_erased(self, before: datetime) -> int:
        """Delete the entries of students who were erased before a time; returns their number."""
        ...
