"""Readers of the feed of changes, as other software reads it, and what they see."""

from __future__ import annotations

from attendance.store.protocol import Store
from attendance.values.feed import FeedKind, FeedPlace
from tests.attendance.store.builders import session

TODAY = session().id
START = FeedPlace()
Seen = tuple[FeedKind, str, str, bool]

STUDENT_1, STUDENT_2 = ((FeedKind.STUDENT, "", each, True) for each in ("s1", "s2"))
NEW_SESSION = (FeedKind.SESSION, "", TODAY, True)


def mark_of(student_id: str, *, is_new: bool = True) -> Seen:
    return (FeedKind.MARK, TODAY, student_id, is_new)


class Follower:
    """Reads a feed as other software does: a few entries at once, each time from where it stopped.

    Args:
        store: whose feed.
        at_once: the number of entries at once.
    """

    def __init__(self, store: Store, at_once: int = 2) -> None:
        self._store = store
        self._at_once = at_once
        self.place = START

    def read(self, *kinds: FeedKind) -> list[Seen]:
        """All that has changed since the last time, in order."""
        seen: list[Seen] = []
        while True:
            part = self._store.feed(self.place, self._at_once, kinds or tuple(FeedKind))
            assert part.is_known
            seen += [(each.kind, each.session_id, each.id, each.is_new) for each in part.entries]
            if len(part.entries) < self._at_once:
                self.place = FeedPlace(part.number)
                return seen
            self.place = part.entries[-1].place
