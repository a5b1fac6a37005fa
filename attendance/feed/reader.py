"""Reads the feed of changes: what happened to which student, session and mark, and what it is like now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from attendance.clock import Clock
from attendance.feed.cursors import Cursor, CursorTooOldError
from attendance.store.protocol import Store
from attendance.values import Mark, MarkStatus, Session, Student
from attendance.values.feed import Feed, FeedEntry, FeedKind, FeedPlace

ERASED_KEPT = timedelta(days=90)
"""How long the ids of erased students stay in the feed; who reads less often has to begin again."""


class What(StrEnum):
    """What happened to something."""

    CREATED = "created"
    CHANGED = "changed"
    CANCELLED = "cancelled"  # a session
    REMOVED = "removed"  # a mark that was withdrawn, or whose session is cancelled: it counts for nothing
    ERASED = "erased"  # a student, with all marks


@dataclass(frozen=True)
class MarkState:
    """A mark, and whose it is."""

    mark: Mark
    student: Student


@dataclass(frozen=True)
class Change:
    """The latest change of one thing.

    Attributes:
        state: as it is now, which may already include later changes; None for an erased student.
        cursor: the place right after it.
    """

    entry: FeedEntry
    what: What
    state: Student | Session | MarkState | None
    cursor: str


@dataclass(frozen=True)
class Changes:
    """A part of the feed.

    Attributes:
        changes: in order.
        cursor: where to go on.
        there_are_more: whether more changes are there already.
    """

    changes: tuple[Change, ...]
    cursor: str
    there_are_more: bool


class ChangesReader:
    """Reads what has changed.

    Args:
        store: the register's database.
        clock: for what is too old to be kept.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def number(self) -> int:
        """A number that grows with each change; all processes read the same."""
        return self._store.feed_number()

    def now(self) -> str:
        """The cursor after everything that is there."""
        number = self._store.feed_number()
        feed = self._store.feed(FeedPlace(number), 1, ())
        return str(Cursor(feed.name, number, FeedPlace(number), feed.read_at))

    def read(
        self, after: str | None, limit: int, kinds: Collection[FeedKind], *, course_id: str | None = None
    ) -> Changes:
        """The changes after a cursor.

        Args:
            after: where to go on; None begins with everything that is there.
            limit: how many entries are read; of these, only those of the course are returned.
            kinds: what they are about.
            course_id: only sessions and marks of this course, and erased students.

        Raises:
            CursorError: ``after`` is no cursor.
            CursorTooOldError: changes after it are missing.
        """
        cursor = None if after is None else Cursor.of(after)
        place, since = (FeedPlace(), None) if cursor is None else (cursor.place, cursor.since)
        feed = self._store.feed(place, limit, kinds, since=since)
        if cursor is None:
            cursor = Cursor(feed.name, feed.number, place, feed.read_at)
        _require_known(cursor, feed)
        cursor = replace(cursor, since=feed.read_at)
        sessions = _Sessions(self._store)
        changes = [
            change
            for entry in feed.entries
            if (change := self._change(entry, replace(cursor, place=entry.place), sessions, course_id))
        ]
        there_are_more = len(feed.entries) == limit
        end = feed.entries[-1].place if there_are_more else FeedPlace(max(feed.number, place.number))
        return Changes(tuple(changes), str(replace(cursor, place=end)), there_are_more)

    def purge(self) -> int:
        """Forget the ids of students who were erased long ago; returns their number."""
        return self._store.forget_erased(self._clock.now() - ERASED_KEPT)

    def _change(
        self, entry: FeedEntry, cursor: Cursor, sessions: _Sessions, course_id: str | None
    ) -> Change | None:
        """The change with the current state; None if it is gone, or not of the course."""
        what = What.CREATED if entry.is_new else What.CHANGED
        state: Student | Session | MarkState | None = None
        if entry.kind is FeedKind.ERASED:
            return Change(entry, What.ERASED, None, str(cursor))
        if entry.kind is FeedKind.STUDENT:
            state = None if course_id is not None else self._store.student(entry.id)
        else:
            session = sessions.get(entry.session_id or entry.id)
            if session is None or course_id not in (None, session.course_id):
                return None
            if entry.kind is FeedKind.SESSION:
                state, what = session, What.CANCELLED if session.is_cancelled else what
            else:
                state = self._mark(entry)
                if state and (session.is_cancelled or state.mark.status is MarkStatus.WITHDRAWN):
                    what = What.REMOVED
        return None if state is None else Change(entry, what, state, str(cursor))

    def _mark(self, entry: FeedEntry) -> MarkState | None:
        mark, student = self._store.mark(entry.session_id, entry.id), self._store.student(entry.id)
        return None if mark is None or student is None else MarkState(mark, student)


class _Sessions:
    """Reads each session once for all its marks."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Session | None] = {}

    def get(self, session_id: str) -> Session | None:
        if session_id not in self._known:
            self._known[session_id] = self._store.session(session_id)
        return self._known[session_id]


def _require_known(cursor: Cursor, feed: Feed) -> None:
    if cursor.feed != feed.name:
        raise CursorTooOldError("The cursor is of another register.")
    if not feed.is_known:
        raise CursorTooOldError("The register was restored from a backup after the cursor was given out.")
    if max(cursor.began, cursor.place.number) < feed.forgotten:
        raise CursorTooOldError(
            f"The cursor is older than {ERASED_KEPT.days} days, and students erased since then are no longer "
            "listed."
        )
