"""The state of the seal in the SQLite register, and rewriting what is sealed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from attendance.store.protocols.jobs import PhotoJob
from attendance.store.protocols.sealing import Change, SealState
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.migrations.old_copies import delete_copies
from attendance.store.sqlite.rows import assignments, exchange, from_row, insert_once, to_row
from attendance.values import (
    CheckInTrace,
    FaceCrop,
    GrantAnswer,
    Notice,
    Portrait,
    Session,
    Student,
    Template,
)

AT_ONCE = 200  # records in one transaction, so that writers of marks don't wait for long


class _Table(NamedTuple):
    table: str
    key: Sequence[str] = ("id",)


PLACES: Mapping[type, _Table] = {
    Student: _Table("students"),
    Template: _Table("templates", ("student_id", "id")),
    FaceCrop: _Table("crops", ("student_id", "source")),
    Portrait: _Table("portraits", ("student_id",)),
    Session: _Table("sessions"),
    Notice: _Table("notices"),
    GrantAnswer: _Table("answers", ("grant_id", "digest")),
    CheckInTrace: _Table("traces"),
    PhotoJob: _Table("photo_jobs"),
}


class SQLiteSealing:
    """The state of the seal, and rewriting what is sealed."""

    _connections: Connections

    def seal_state(self) -> SealState | None:
        """See ``Store``."""
        return self._connections.read_one(SealState, "SELECT * FROM sealing")

    def begin_sealing(self, state: SealState) -> SealState:
        """See ``Store``."""
        with self._connections.writing() as connection:
            insert_once(connection, "sealing", {"only_row": 1, **to_row(state)})
            return from_row(SealState, connection.execute("SELECT * FROM sealing").fetchone())

    def replace_seal_state(self, state: SealState) -> bool:
        """See ``Store``."""
        with self._connections.writing() as connection:
            return exchange(connection, "sealing", to_row(state), key=("register_id",))

    def rewrite(self, kind: type, change: Change) -> int:
        """See ``Store``."""
        place, written = PLACES[kind], 0
        keys = self._next_keys(place)
        while keys:
            with self._connections.erasing(is_noted=False) as connection:
                for key in keys:
                    written += _rewritten(connection, kind, place, key, change)
            keys = self._next_keys(place, keys[-1])
        return written

    def _next_keys(self, place: _Table, after: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
        """The next keys of a table, so that many are never in memory at once."""
        columns = ", ".join(place.key)
        later = f"WHERE ({columns}) > ({', '.join('?' * len(after))})" if after else ""
        query = f"SELECT {columns} FROM {place.table} {later} ORDER BY {columns} LIMIT {AT_ONCE}"  # noqa: S608 - names are ours
        with self._connections.reading() as connection:
            return [tuple(row) for row in connection.execute(query, after).fetchall()]

    def forget_copies(self) -> bool:
        """See ``Store``."""
        return delete_copies(self._connections.path)


def _rewritten(
    connection: sqlite3.Connection, kind: type, place: _Table, key: tuple[str, ...], change: Change
) -> bool:
    where = " AND ".join(f"{column} = ?" for column in place.key)
    query = f"SELECT * FROM {place.table} WHERE {where}"  # noqa: S608 - names are ours, values are bound
    found = connection.execute(query, key).fetchone()
    if found is None:  # deleted meanwhile
        return False
    value: Any = from_row(kind, found)
    new = change(value)
    if new is value:
        return False
    if new is None:
        connection.execute(f"DELETE FROM {place.table} WHERE {where}", key)  # noqa: S608 - as above
        return True
    row = to_row(new)
    changed = {name: field for name, field in row.items() if field != found[name]}
    if not changed:
        return False
    named = " AND ".join(f"{column} = :{column}" for column in place.key)
    statement = f"UPDATE {place.table} SET {assignments(changed)} WHERE {named}"  # noqa: S608 - as above
    connection.execute(statement, row)
    return True
