"""The documents of MongoDB are those of schema version 3, with what later versions added."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import mongomock
import pytest
from bson import json_util

from attendance.store.mongo.connection import Client
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


def test_new_documents_are_written_as_migrated_ones_of_version_3(client: Client) -> None:
    older: Client = mongomock.MongoClient(tz_aware=True)
    bring_back(older)
    open_register(older).close()
    with closing(open_register(client)) as store:
        frozen.write(store)
    written, migrated = _documents(client), _documents(older)
    assert _exact(written) == _exact({name: [] for name in written} | migrated)


def _documents(client: Client) -> dict[str, list[dict[str, Any]]]:
    register = client["attendance"]
    return {name: list(register[name].find().sort("_id")) for name in register.list_collection_names()}


def _exact(documents: dict[str, list[dict[str, Any]]]) -> str:
    """The documents with the types of numbers, independent of the order of fields."""
    return json_util.dumps(documents, json_options=json_util.CANONICAL_JSON_OPTIONS, sort_keys=True)
