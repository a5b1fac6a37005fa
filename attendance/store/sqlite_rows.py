"""Records as rows of SQLite, and rows as records."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
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
