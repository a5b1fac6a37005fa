"""All of a register is in the records that move it: whatever the schema has, the table of kinds has too."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from attendance.errors import SchemaError
from attendance.store.mongo.audit.chain import CHANGE, EVENT
from attendance.store.mongo.changes.feed import IS_GONE
from attendance.store.mongo.migrations.names import BOARD, CHECK, ERASED, LISTS, LOCK, SCHEMA
from attendance.store.mongo.schema import MIGRATIONS as ON_A_SERVER
from attendance.store.mongo.store import MongoStore
from attendance.store.open_store import FILE_NAME
from attendance.store.portable.kinds import INSIDE, KINDS, MARKS, STUDENTS, PortableKind
from attendance.store.records import field_names
from attendance.store.sqlite.schema import MIGRATIONS
from attendance.store.sqlite.store import SQLiteStore
from attendance.store.whole_register import SCHEMA as BOTH
from tests.attendance.store.databases import MongomockPlace
from tests.attendance.store.everything import fill_everything

MONGO = Path(__file__).resolve().parents[4] / "attendance" / "store" / "mongo"
BY_NAME = {kind.name: kind for kind in KINDS}
ELSEWHERE = {
    "only_row": "says that a table has one row",
    "feed.kind": "in which kind's records an entry of the feed is",
    "feed.session_id": "the same",
    "feed.id": "the same",
    "feed.number": "`changed` of the record",
    "feed.at": "`changed_at` of the record",
    "people.changes": "`version` of the record",
    "templates.dimension": "computed from the embedding",
}
"""Columns that no record has under their name, and what they become."""
COMPUTED = {
    "_id": "the id, or made of other fields",
    "revision": "lets a writer of templates notice another one",
    "changes": "announcements of writers that are at work",
    BOARD: "`changes` of the record",
    CHANGE: "lets the audit trail's writers notice each other",
    EVENT: "`id` of an entry",
    "best": "the first candidate",
    LISTS: "the lists of a student as text",
    "slot": "a place among the reviews of a device, for writers in the same moment",
    "links": "the records of links",
    IS_GONE: "true of who is erased",
}
"""Fields that only documents have, and what becomes of them."""
OF_THE_SERVER = {
    SCHEMA: "the schema's version, which the database itself needs",
    LOCK: "of a migration at work",
    CHECK: "what `check` counts",
    "copy": "that there is a copy of an older version",
}
"""Documents of the collection `register` that belong to the database and not to the site."""


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A register with a record of every kind."""
    with closing(SQLiteStore(tmp_path / FILE_NAME)) as store:
        fill_everything(store)
    return tmp_path / FILE_NAME


@pytest.fixture
def on_a_server() -> Iterator[MongoStore]:
    """The same in MongoDB."""
    store = MongomockPlace().open()
    assert isinstance(store, MongoStore)
    fill_everything(store)
    store.audit_head()  # so that nothing is pending
    yield store
    store.close()


def columns_of(connection: sqlite3.Connection) -> dict[str, list[str]]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    tables = [name for (name,) in connection.execute(query)]
    return {table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")] for table in tables}


def fields_of(table: str) -> frozenset[str]:
    if table == "feed":
        return BY_NAME["erased"].fields
    if table in INSIDE:
        return frozenset(field_names(INSIDE[table]))
    return BY_NAME[table].fields if table in BY_NAME else frozenset()


def test_every_column_of_every_table_is_in_a_record(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        found = {(table, name) for table, names in columns_of(connection).items() for name in names}
    left = {
        f"{table}.{name}"
        for table, name in found
        if name not in fields_of(table) and not {name, f"{table}.{name}"} & ELSEWHERE.keys()
    }
    assert left == set(), "a new column or table has to be in KINDS, or an export loses it"


def test_the_register_of_these_tests_has_something_in_every_column(filled: Path) -> None:
    """Otherwise comparing what was moved would prove nothing about a column."""
    with closing(sqlite3.connect(filled)) as connection:
        empty = [
            f"{table}.{name}"
            for table, names in columns_of(connection).items()
            for name in names
            if connection.execute(f'SELECT count("{name}") FROM {table}').fetchone()[0] == 0
        ]
    assert empty == [], "fill_everything has to write it"


def test_every_collection_of_the_code_is_a_kind() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in MONGO.rglob("*.py"))
    named = set(re.findall(r'register\["(\w+)"\]', source))
    assert {"students", "marks", "register"} <= named
    assert named - BY_NAME.keys() == {"register"}
    assert ERASED in BY_NAME


def test_every_field_of_every_document_is_in_a_record(on_a_server: MongoStore) -> None:
    with on_a_server._connection.register() as register:
        documents = {
            name: list(register[name].find())
            for name in register.list_collection_names()
            if name != "register"
        }
        state = [each["_id"] for each in register["register"].find()]
    assert {name for name, found in documents.items() if found} == set(BY_NAME) - {
        *("feed_state", "gallery", "people", "engine_pin", "sealing")
    }
    assert set(state) - OF_THE_SERVER.keys() == {"feed", "gallery", "people", "engine_pin", "sealing"}
    left = {
        f"{name}.{field}"
        for name, found in documents.items()
        for document in found
        for field in document
        if field not in BY_NAME[name].fields and field not in COMPUTED
    }
    assert left == set(), "a new field has to be in KINDS, or an export loses it"


def test_every_field_of_a_value_is_in_its_record() -> None:
    for kind in KINDS:
        if kind.value is not None:
            assert set(field_names(kind.value)) <= kind.fields
    assert set(INSIDE) <= STUDENTS.fields


def test_both_databases_have_the_same_versions_of_the_schema() -> None:
    assert len(MIGRATIONS) == len(ON_A_SERVER) == BOTH


def test_a_record_without_a_field_or_with_a_wrong_one_is_refused() -> None:
    with pytest.raises(SchemaError, match="damaged"):
        PortableKind("grants", more=("id", "digest")).read({"id": "g"})
    with pytest.raises(SchemaError, match="Mark"):
        MARKS.read({"session_id": "s", "student_id": "x", "changed": 1, "changed_at": 2, "is_new": 0})
