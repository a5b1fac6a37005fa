"""Values as rows of SQLite, rows as values, and the statements that write rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from attendance.store.records import Declared, Record, Value, from_record, nested_names, to_record
from attendance.store.refusals import UNREADABLE, unreadable
from attendance.values import Course, Session

REMEMBERED = frozenset({Course, Session})
"""Values that are read again and again while they stay the same, and that nobody can change in place: the
same row gives the same value, without reading the JSON of a roster for each check-in."""
MOST_REMEMBERED = 256


def to_row(value: Declared) -> Record:
    """The row of a value: its record, with nested values as JSON."""
    row = to_record(value)
    for column in nested_names(type(value)):
        if row[column] is not None:
            row[column] = to_json(row[column])
    return row


def from_row(kind: type[Value], row: sqlite3.Row) -> Value:
    """The opposite of ``to_row``.

    Raises:
        SchemaError: the row isn't what this program writes.
    """
    read = _remembered if kind in REMEMBERED else _read
    try:
        return cast("Value", read(kind, tuple(row.keys()), tuple(row)))
    except UNREADABLE as error:
        raise unreadable(kind, error) from error


def _read(kind: type[Value], columns: tuple[str, ...], cells: tuple[Any, ...]) -> Value:
    record = dict(zip(columns, cells, strict=True))
    for column in nested_names(kind):
        if record.get(column) is not None:
            record[column] = json.loads(record[column])
    return from_record(kind, record)


_remembered = lru_cache(MOST_REMEMBERED)(_read)


def to_json(value: object) -> str:
    """A nested value as text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def insertion(table: str, row: Mapping[str, Any]) -> str:
    """The statement that inserts a row."""
    columns = ", ".join(row)
    values = ", ".join(f":{column}" for column in row)
    return f"INSERT INTO {table} ({columns}) VALUES ({values})"  # noqa: S608 - names are ours, values are bound


def assignments(row: Mapping[str, Any]) -> str:
    """What follows SET in an update with this row."""
    return ", ".join(f"{column} = :{column}" for column in row)


def insert_once(connection: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> bool:
    """Insert a row unless one of its unique keys is taken; returns whether it was inserted."""
    return connection.execute(f"{insertion(table, row)} ON CONFLICT DO NOTHING", row).rowcount == 1


def exchange(
    connection: sqlite3.Connection, table: str, row: Mapping[str, Any], key: Sequence[str] = ("id",)
) -> bool:
    """Write the next version of a row unless it was changed meanwhile; returns whether it was written.

    Args:
        connection: inside a transaction.
        table: the row's table.
        row: the new row; its version is one more than that of the row it was made from.
        key: the columns that identify it.
    """
    seen = " AND ".join([*(f"{column} = :{column}" for column in key), "version = :version - 1"])
    statement = f"UPDATE {table} SET {assignments(row)} WHERE {seen}"  # noqa: S608 - names are ours
    return connection.execute(statement, row).rowcount == 1
