"""The documents of MongoDB are still those of schema version 4, and those of version 3 are read."""

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
VERSION_4_FILE = Path(__file__).with_name("version_4.json")


@pytest.fixture
def client() -> Client:
    memory: Client = mongomock.MongoClient(tz_aware=True)
    return memory


def frozen_documents(file: Path) -> dict[str, list[dict[str, Any]]]:
    text = file.read_text(encoding="utf-8")
    exact = json_util.JSONOptions(json_mode=json_util.JSONMode.CANONICAL)
    documents: dict[str, list[dict[str, Any]]] = json_util.loads(text, json_options=exact)
    return documents


def open_register(client: Client) -> MongoStore:
    return MongoStore("mongodb://in.memory/attendance", connect=lambda _uri: client)


@pytest.mark.parametrize("file", [VERSION_3_FILE, VERSION_4_FILE], ids=lambda file: file.stem)
def test_the_documents_are_read(file: Path, client: Client) -> None:
    for collection, documents in frozen_documents(file).items():
        client["attendance"][collection].insert_many(documents)
    with closing(open_register(client)) as store:
        frozen.assert_read(store)


def test_the_documents_of_version_4_are_written(client: Client) -> None:
    with closing(open_register(client)) as store:
        frozen.write(store)
    register = client["attendance"]
    written = {name: list(register[name].find().sort("_id")) for name in register.list_collection_names()}
    assert _exact(written) == _exact({name: [] for name in written} | frozen_documents(VERSION_4_FILE))


def _exact(documents: dict[str, list[dict[str, Any]]]) -> str:
    """The documents with the types of numbers, independent of the order of fields."""
    return json_util.dumps(documents, json_options=json_util.CANONICAL_JSON_OPTIONS, sort_keys=True)
