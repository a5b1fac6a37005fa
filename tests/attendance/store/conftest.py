"""Fixtures of the contract suite: the same tests on every database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient

from attendance.store.mongo.connection import Client, Register
from attendance.store.protocol import Store
from tests.attendance.store.builders import fill
from tests.attendance.store.databases import (
    MongomockPlace,
    MongoPlace,
    NXServer,
    Place,
    SQLitePlace,
    real_place,
    real_uri,
)

NX27017 = pytest.param("nx27017", marks=pytest.mark.server)
REAL = [] if real_uri() is None else [pytest.param("mongodb", marks=pytest.mark.server)]
EVERYWHERE = ("sqlite", NX27017, "mongomock", *REAL)
SEVERAL_PROCESSES = ("sqlite", NX27017, *REAL)  # mongomock lives in one process


@pytest.fixture(scope="session")
def nx_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NXServer]:
    """One server for all tests; each test uses its own database."""
    server = NXServer(tmp_path_factory.mktemp("nx"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(params=EVERYWHERE)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty database of each kind."""
    yield from place_of_kind(request.param, request, tmp_path)


@pytest.fixture
def kinds_of_place() -> list[object]:
    """The names of what ``place`` may be."""
    return [value for kind in EVERYWHERE for value in getattr(kind, "values", [kind])]


@pytest.fixture(params=SEVERAL_PROCESSES)
def shared_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty database of each kind that several processes can use."""
    yield from place_of_kind(request.param, request, tmp_path)


@pytest.fixture
def empty_store(place: Place) -> Iterator[Store]:
    """A new register."""
    store = place.open()
    yield store
    store.close()


@pytest.fixture
def store(empty_store: Store) -> Store:
    """A register with the students ``s1`` and ``s2`` and today's session of ``general``."""
    fill(empty_store)
    return empty_store


@pytest.fixture
def mongo_place(nx_server: NXServer) -> MongoPlace:
    return nx_server.place()


@pytest.fixture
def register(mongo_place: MongoPlace) -> Iterator[Register]:
    """The database behind the store, as pymongo sees it."""
    client: Client = MongoClient(mongo_place.address)
    with client:
        yield client.get_default_database()


def place_of_kind(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if kind == "sqlite":
        yield SQLitePlace(tmp_path / "attendance.sqlite3")
    elif kind == "mongomock":
        yield MongomockPlace()
    elif kind == "nx27017":
        server: NXServer = request.getfixturevalue("nx_server")
        yield server.place()
    else:
        uri = real_uri()
        assert uri is not None
        real = real_place(uri)
        yield real
        real.drop()
