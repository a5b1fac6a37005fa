"""Reads all records out of a copy of an SQLite register, and writes a new register of such records."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from attendance.errors import SchemaError
from attendance.store.portable.kinds import (
    ENGINE,
    ERASED_STUDENTS,
    FED,
    FEED_STATE,
    GALLERY_VERSION,
    INSIDE,
    KINDS,
    MARKS,
    PEOPLE_VERSION,
    SEAL,
    SESSIONS,
    STUDENTS,
    PortableKind,
    ReadKind,
)
from attendance.store.records import Record, nested_names
from attendance.store.sqlite.changes.feed import NUMBER
from attendance.store.sqlite.connecting.opening import connect, transaction
from attendance.store.sqlite.copying.whole_copies import check_whole
from attendance.store.sqlite.errors import translated
from attendance.store.sqlite.rows import insertion, to_json
from attendance.store.sqlite.schema import prepare
from attendance.values.feed import FeedKind, new_feed_name

AT_ONCE = 500  # rows in one statement
ORDERS = {
    "marks": "session_id, student_id",
    "portraits": "student_id",
    "answers": "grant_id, digest",
    "one_time_links": "purpose, digest",
    "login_failures": "at, key",
    "audit": "number",
    "audit_keys": "student_id",
}
"""What the records of a kind are read by, unless it is their id."""
ONLY_ROW = (ENGINE, SEAL, GALLERY_VERSION, PEOPLE_VERSION)  # tables of one row, numbered 1
VERSION_OF = {GALLERY_VERSION: "version", PEOPLE_VERSION: "changes"}  # the column that is its version
IN_FEED: dict[PortableKind, tuple[FeedKind, str, str]] = {
    STUDENTS: (FeedKind.STUDENT, "", "id"),
    SESSIONS: (FeedKind.SESSION, "", "id"),
    MARKS: (FeedKind.MARK, "session_id", "student_id"),
    ERASED_STUDENTS: (FeedKind.ERASED, "", "id"),
}
"""What the feed calls a kind, and the columns with the session and the id of its entry."""
_STATE = f"SELECT name, forgotten, 0 AS is_shared, ({NUMBER}) AS number FROM feed_state"  # noqa: S608 - ours
_FEED = "INSERT INTO feed (number, kind, session_id, id, is_new, at) VALUES (?, ?, ?, ?, ?, ?)"
_ERASED = (
    "SELECT id, number AS changed, at AS changed_at, is_new FROM feed "  # noqa: S608 - ours
    f"WHERE kind = '{FeedKind.ERASED.value}' ORDER BY id"
)
_GONE = ("students", "users")  # of whom a server may have something left that nobody will ever see


def records_of(path: Path, kind: PortableKind) -> Iterator[Record]:
    """The records of a kind in a copy, one after the other.

    Raises:
        SchemaError: the copy is damaged.
        StoreUnavailableError: it can't be read.
    """
    with translated(path), closing(connect(path)) as connection:
        for row in connection.execute(_query(kind)):
            record = _decoded(dict(row), kind.nested)
            if kind == STUDENTS:
                record |= {name: _inside(connection, name, record["id"]) for name in INSIDE}
            yield kind.read(record)


def write_register(path: Path, read: ReadKind) -> None:
    """Write a new register of records, and check it as a whole.

    Args:
        path: where nothing is yet, in a folder that nobody else uses.
        read: gives the records of each kind.

    Raises:
        SchemaError: records contradict each other.
        StoreUnavailableError: there is no space.
    """
    prepare(path)
    with translated(path), closing(connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        # Nobody needs half of this file, so that no journal is needed either.
        connection.execute("PRAGMA journal_mode = OFF").fetchall()
        with transaction(connection):
            triggers = _without_triggers(connection)
            try:
                writer = _Writer(connection)
                for kind in KINDS:
                    writer.write(kind, read(kind))
            except sqlite3.IntegrityError as error:
                raise SchemaError(
                    f"Two records of the register contradict each other ({error}), so it can't be moved. "
                    "Correct one of them where the register is now, and export it again."
                ) from error
            _leave_out_orphans(connection)
            for trigger in triggers:
                connection.execute(trigger)
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()  # one file that is complete
    check_whole(path)


class _Writer:
    """Inserts records into empty tables, without their triggers.

    Args:
        connection: inside a transaction.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._keeps_numbers = True

    def write(self, kind: PortableKind, records: Iterable[Record]) -> None:
        """Insert all records of a kind."""
        if kind == FEED_STATE:
            self._begin_feed(next(iter(records)))
            return
        rest = iter(records)
        while some := list(islice(rest, AT_ONCE)):
            if kind in IN_FEED:
                self._connection.executemany(_FEED, [self._entry(kind, record) for record in some])
            if kind != ERASED_STUDENTS:
                self._insert(kind.name, [_row(kind, record) for record in some], kind.nested)
            for name, value in INSIDE.items() if kind == STUDENTS else ():
                self._insert(name, [each for record in some for each in record[name]], nested_names(value))

    def _begin_feed(self, state: Record) -> None:
        """Keep the feed, unless changes share numbers: then all get new ones, and followers begin again."""
        self._keeps_numbers = not state["is_shared"]
        name, forgotten = state["name"], state["forgotten"]
        if not self._keeps_numbers:
            name, forgotten = new_feed_name(), 0
        self._connection.execute("DELETE FROM sqlite_sequence WHERE name = 'feed'")
        self._connection.execute("INSERT INTO sqlite_sequence VALUES ('feed', ?)", (state["number"],))
        self._insert(FEED_STATE.name, [{"only_row": 1, "name": name, "forgotten": forgotten}])

    def _entry(self, kind: PortableKind, record: Record) -> tuple[object, ...]:
        called, session, key = IN_FEED[kind]
        number, at, is_new = (record[name] for name in FED)
        of_session = record[session] if session else ""
        return (number if self._keeps_numbers else None, called.value, of_session, record[key], is_new, at)

    def _insert(self, table: str, rows: list[Record], nested: tuple[str, ...] = ()) -> None:
        if rows:
            encoded = [_encoded(row, nested) for row in rows]
            self._connection.executemany(insertion(table, encoded[0]), encoded)


def _query(kind: PortableKind) -> str:
    if kind == FEED_STATE:
        return _STATE
    if kind == ERASED_STUDENTS:
        return _ERASED
    if kind in VERSION_OF:
        return f"SELECT {VERSION_OF[kind]} AS version FROM {kind.name}"  # noqa: S608 - names are ours
    if kind in ONLY_ROW:
        return f"SELECT * FROM {kind.name}"  # noqa: S608 - likewise
    order = ORDERS.get(kind.name, "id")
    if kind not in IN_FEED:
        return f"SELECT * FROM {kind.name} ORDER BY {order}"  # noqa: S608 - likewise
    called, session, key = IN_FEED[kind]
    of_session = f"it.{session}" if session else "''"
    sorted_by = ", ".join(f"it.{column}" for column in order.split(", "))
    return (
        "SELECT it.*, feed.number AS changed, coalesce(feed.at, 0) AS changed_at, feed.is_new "  # noqa: S608 - likewise
        f"FROM {kind.name} AS it LEFT JOIN feed ON feed.kind = '{called.value}' "
        f"AND feed.session_id = {of_session} AND feed.id = it.{key} ORDER BY {sorted_by}"
    )


def _inside(connection: sqlite3.Connection, table: str, student_id: str) -> list[Record]:
    query = f"SELECT * FROM {table} WHERE student_id = ? ORDER BY 1, 2"  # noqa: S608 - names are ours
    return [
        _decoded(dict(row), nested_names(INSIDE[table])) for row in connection.execute(query, (student_id,))
    ]


def _row(kind: PortableKind, record: Record) -> Record:
    """The row of a record: without what is in other tables."""
    if kind in VERSION_OF:
        return {"only_row": 1, VERSION_OF[kind]: record["version"]}
    elsewhere = {*(FED if kind in IN_FEED else ()), *(INSIDE if kind == STUDENTS else ())}
    row = {name: field for name, field in record.items() if name not in elsewhere}
    return {"only_row": 1, **row} if kind in ONLY_ROW else row


def _decoded(row: Record, nested: Iterable[str]) -> Record:
    return row | {name: json.loads(row[name]) for name in nested if row.get(name) is not None}


def _encoded(row: Record, nested: Iterable[str]) -> Record:
    return row | {name: to_json(row[name]) for name in nested if row.get(name) is not None}


def _without_triggers(connection: sqlite3.Connection) -> list[str]:
    """Drop all triggers and what a new register contains; returns the statements that make the triggers."""
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for row in found:
        connection.execute(f"DROP TRIGGER {row['name']}")
    for table in ("feed_state", "gallery", "people", "audit", "audit_keys"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names are ours
    return [str(row["sql"]) for row in found]


def _leave_out_orphans(connection: sqlite3.Connection) -> None:
    """Delete what belongs to somebody who is gone, which a server without foreign keys may still have."""
    while found := connection.execute("PRAGMA foreign_key_check").fetchall():
        for table, row, parent, _ in map(tuple, found):
            if parent not in _GONE:
                raise SchemaError(f"A record of {table} belongs to one of {parent} that isn't there.")
            connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))  # noqa: S608 - names are ours
