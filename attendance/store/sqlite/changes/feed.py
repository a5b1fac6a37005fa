"""The feed of changes in the SQLite register, which triggers write; see ``migrations.version_6``."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from attendance.clock import from_milliseconds, to_milliseconds, whole_milliseconds
from attendance.store.sqlite.connecting.connections import Connections
from attendance.values.feed import Feed, FeedEntry, FeedKind, FeedPlace

NUMBER = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'feed'"
LATEST_UP_TO = "SELECT at FROM feed WHERE number <= ? ORDER BY number DESC LIMIT 1"
CLOCK_STEP = timedelta(seconds=1)  # by which a clock that was set may have gone back
OLD_ERASED = "FROM feed WHERE kind = 'erased' AND at < ?"


class SQLiteFeed:
    """Which students, sessions and marks have changed since a place in the feed."""

    _connections: Connections

    def feed(
        self, after: FeedPlace, limit: int, kinds: Collection[FeedKind], *, since: datetime | None = None
    ) -> Feed:
        """See ``Store``; numbers are unique, so the keys of places don't matter."""
        among = ", ".join("?" * len(kinds))
        query = (
            f"SELECT * FROM feed WHERE number > ? AND number <= ? AND kind IN ({among}) "  # noqa: S608
            "ORDER BY number LIMIT ?"
        )
        with self._connections.reading() as connection:
            number = _number(connection)  # first, so that nothing is committed up to it afterwards
            rows = connection.execute(query, (after.number, number, *kinds, limit)).fetchall()
            latest = connection.execute(LATEST_UP_TO, (after.number,)).fetchone()
            state = connection.execute(
                "SELECT * FROM feed_state"
            ).fetchone()  # last: it was valid for all rows
        now = whole_milliseconds(datetime.now(UTC))
        is_of_another = (
            since is not None
            and latest is not None
            and since + CLOCK_STEP < from_milliseconds(latest[0]) <= now
        )
        return Feed(
            name=state["name"],
            entries=tuple(map(_entry, rows)),
            number=number,
            is_known=after.number <= number and not is_of_another,
            forgotten=state["forgotten"],
            read_at=now,
        )

    def feed_number(self) -> int:
        """See ``Store``."""
        with self._connections.reading() as connection:
            return _number(connection)

    def forget_erased(self, before: datetime) -> int:
        """See ``Store``."""
        old = (to_milliseconds(before),)
        with self._connections.erasing() as connection:
            greatest = connection.execute(f"SELECT max(number) {OLD_ERASED}", old).fetchone()[0]
            if greatest is None:
                return 0
            statement = "UPDATE feed_state SET forgotten = max(forgotten, ?)"
            connection.execute(statement, (greatest,))
            return connection.execute(f"DELETE {OLD_ERASED}", old).rowcount


def _number(connection: sqlite3.Connection) -> int:
    number: int = connection.execute(NUMBER).fetchone()[0]
    return number


def _entry(row: sqlite3.Row) -> FeedEntry:
    return FeedEntry(
        number=row["number"],
        kind=FeedKind(row["kind"]),
        session_id=row["session_id"],
        id=row["id"],
        is_new=bool(row["is_new"]),
        at=from_milliseconds(row["at"]),
    )
