"""Records as rows of SQLite, and rows as records."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from attendance.store.records import Record

NESTED = frozenset(  # columns that hold JSON
    {"consent", "roster", "teachers", "schedule", "history", "candidates", "answer", "scopes", "withdrawn"}
)


def to_row(record: Mapping[str, Any]) -> Record:
    """Nested values become JSON."""
    return {column: _to_column(value) for column, value in record.items()}


def to_record(row: sqlite3.Row) -> Record:
    """The opposite of ``to_row``."""
    record: Record = dict(zip(row.keys(), row, strict=True))
    for column in NESTED & record.keys():
        if record[column] is not None:
            record[column] = json.loads(record[column])
    return record


def to_json(value: object) -> str:
    """A nested value as text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _to_column(value: object) -> object:
    if isinstance(value, dict | list):
        return to_json(value)
    return value


def insertion(table: str, record: Mapping[str, Any]) -> str:
    """The statement that inserts a record whose fields are the table's columns."""
    columns = ", ".join(record)
    values = ", ".join(f":{column}" for column in record)
    return f"INSERT INTO {table} ({columns}) VALUES ({values})"  # noqa: S608 - names are ours, values are bound


def assignments(record: Mapping[str, Any]) -> str:
    """What stands behind SET in an update by these fields."""
    return ", ".join(f"{column} = :{column}" for column in record)


def insert_once(connection: sqlite3.Connection, table: str, record: Mapping[str, Any]) -> bool:
    """Whether the record was inserted; False where a unique key of it is taken."""
    row = to_row(record)
    return connection.execute(f"{insertion(table, row)} ON CONFLICT DO NOTHING", row).rowcount == 1


def exchange(
    connection: sqlite3.Connection, table: str, record: Mapping[str, Any], key: Sequence[str] = ("id",)
) -> bool:
    """Write the next version of a record, unless others have; whether it was written.

    Args:
        connection: inside a transaction.
        table: where the record is.
        record: as it shall be; its version is one more than that of the record it was made of.
        key: the columns that name it.
    """
    row = to_row(record)
    seen = " AND ".join([*(f"{column} = :{column}" for column in key), "version = :version - 1"])
    statement = f"UPDATE {table} SET {assignments(row)} WHERE {seen}"  # noqa: S608 - names are ours
    return connection.execute(statement, row).rowcount == 1
