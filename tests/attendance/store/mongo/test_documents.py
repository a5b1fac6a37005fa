"""The documents of MongoDB are those of schema version 3, migrated."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import mongomock
import pytest
from bson import json_util

from attendance.store.mongo.connection import Client
from attendance.store.mongo.schema import BEFORE
from attendance.store.mongo.store import MongoStore
from tests.attendance.store import frozen

VERSION_3_FILE = Path(__file__).with_name("version_3.json")  # MongoDB's Extended JSON, which keeps types


@pytest.fixture
def client() -> Client:
    memory: Client = mongomock.MongoClient(tz_aware=True)
    return memory


def frozen_documents() -> dict[str, list[dict[str, Any]]]:
    text = VERSION_3_FILE.read_text(encoding="utf-8")
    exact = json_util.JSONOptions(json_mode=json_util.JSONMode.CANONICAL)
    documents: dict[str, list[dict[str, Any]]] = json_util.loads(text, json_options=exact)
    return documents


def open_register(client: Client) -> MongoStore:
    return MongoStore("mongodb://in.memory/attendance", connect=lambda _uri: client)


def bring_back(client: Client) -> None:
    for collection, documents in frozen_documents().items():
        client["attendance"][collection].insert_many(documents)


def test_the_documents_of_version_3_are_read(client: Client) -> None:
    bring_back(client)
    with closing(open_register(client)) as store:
        frozen.assert_read(store)


def test_a_new_register_is_written_as_a_migrated_one_of_version_3_is(client: Client) -> None:
    for collection, documents in frozen_documents().items():
        client["attendance"][collection].insert_many(documents)
    open_register(client).close()
    new: Client = mongomock.MongoClient(tz_aware=True)
    with closing(open_register(new)) as store:
        frozen.write(store)
    assert _documents(new) == _documents(client)


def _documents(client: Client) -> str:
    register = client["attendance"]
    names = [name for name in register.list_collection_names() if not name.startswith(BEFORE)]
    found = {name: list(register[name].find({"_id": {"$ne": "copy"}}).sort("_id")) for name in names}
    return _exact({name: documents for name, documents in found.items() if documents})


def _exact(documents: dict[str, list[dict[str, Any]]]) -> str:
    """The documents with the types of numbers, independent of the order of fields."""
    return json_util.dumps(documents, json_options=json_util.CANONICAL_JSON_OPTIONS, sort_keys=True)
