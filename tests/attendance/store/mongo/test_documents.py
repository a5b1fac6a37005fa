"""The documents of MongoDB are those of earlier schema versions, migrated."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bson import json_util

from attendance.store.mongo.audit.chain import AUDIT, CHANGE, PENDING
from attendance.store.mongo.connection import Client
from attendance.store.mongo.migrations.version_6 import version_6
from attendance.store.mongo.migrations.version_7 import version_7
from attendance.store.mongo.schema import BEFORE
from attendance.store.mongo.store import MongoStore
from attendance.store.protocol import Store
from attendance.values import LivenessMode
from tests.attendance.store import frozen
from tests.attendance.store.builders import course
from tests.attendance.store.databases import client_in_memory

FILES = Path(__file__).parent  # version_3.json and so on: MongoDB's Extended JSON, which keeps types


@pytest.fixture
def client() -> Client:
    return client_in_memory()


def frozen_documents(version: int) -> dict[str, list[dict[str, Any]]]:
    text = (FILES / f"version_{version}.json").read_text(encoding="utf-8")
    exact = json_util.JSONOptions(json_mode=json_util.JSONMode.CANONICAL)
    documents: dict[str, list[dict[str, Any]]] = json_util.loads(text, json_options=exact)
    return documents


def open_register(client: Client) -> MongoStore:
    return MongoStore("mongodb://in.memory/attendance", connect=lambda _uri: client)


def bring_back(client: Client, version: int) -> None:
    for collection, documents in frozen_documents(version).items():
        client["attendance"][collection].insert_many(documents)


@pytest.mark.parametrize("version", [3, 4, 5, 6, 7, 8])
def test_the_documents_of_an_earlier_version_are_read(version: int, client: Client) -> None:
    bring_back(client, version)
    with closing(open_register(client)) as store:
        frozen.assert_read(store, version=version)


@pytest.mark.parametrize(
    ("version", "write"),
    [
        (3, frozen.write),
        (4, frozen.write_up_to_4),
        (5, frozen.write_up_to_5),
        (6, frozen.write_up_to_6),
        (7, frozen.write_up_to_7),
        (8, frozen.write_all),
    ],
)
def test_a_new_register_is_written_as_a_migrated_one_is(
    version: int, write: Callable[[Store], None], client: Client
) -> None:
    bring_back(client, version)
    open_register(client).close()
    new = client_in_memory()
    with closing(open_register(new)) as store:
        write(store)
    assert _documents(new) == _documents(client)


def test_all_that_version_5_wrote_is_in_the_feed_and_in_the_copy(client: Client) -> None:
    bring_back(client, 5)
    with closing(open_register(client)) as store:
        version_6(client["attendance"])  # as if its process had died before it could write that it is done
        for name, documents in frozen_documents(5).items():
            copied = list(client["attendance"][BEFORE + name].find())
            assert all(document in copied for document in documents)
        frozen.assert_fed(store)


@pytest.mark.parametrize("version", [6, 7, 8])
def test_the_feed_goes_on(version: int, client: Client) -> None:
    bring_back(client, version)
    with closing(open_register(client)) as store:
        frozen.assert_fed(store, version=version)


def test_what_version_7_brought_stays_if_its_migration_runs_twice(client: Client) -> None:
    bring_back(client, 6)
    with closing(open_register(client)) as store:
        assert [each.liveness for each in store.courses()] == [LivenessMode.FLAG] * 3
        asking = replace(store.courses()[0], liveness=LivenessMode.OFF, movements=2, version=2)
        assert store.replace_course(asking)
        assert store.update_student(replace(frozen.COMPLETE, movement_exempt=True))
        version_7(client["attendance"])  # as if its process had died before it could write that it is done
        assert store.course(asking.id) == asking
        assert [each.movement_exempt for each in store.students()] == [True, False, False]
        assert store.add_course(course("new"))
        assert store.course("new") == course("new", liveness=LivenessMode.REQUIRED)


def _documents(client: Client) -> str:
    register = client["attendance"]
    names = [name for name in register.list_collection_names() if not name.startswith((BEFORE, AUDIT))]
    of_feed, of_audit = ("change", "changed", "changed_at", "is_new", "marks_too"), (CHANGE, PENDING)
    without = dict.fromkeys((*of_feed, *of_audit), 0)
    others = {"_id": {"$nin": ["copy", "feed"]}}
    found = {name: list(register[name].find(others, without).sort("_id")) for name in names}
    return _exact({name: documents for name, documents in found.items() if documents})


def _exact(documents: dict[str, list[dict[str, Any]]]) -> str:
    """The documents with the types of numbers, independent of the order of fields."""
    return json_util.dumps(documents, json_options=json_util.CANONICAL_JSON_OPTIONS, sort_keys=True)
