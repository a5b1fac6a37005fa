"""Fixtures of the contract suite: the same tests on every database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient

from attendance.store.mongo.connection import Client, Register
from attendance.store.protocol import Store
from tests.attendance.store.builders import fill
from tests.attendance.store.databases import (
    SHORT,
    MongomockPlace,
    MongoPlace,
    NXServer,
    Place,
    ReusedPlace,
    SealedPlace,
    SQLitePlace,
    new_address,
    real_uri,
    started_server,
)
from tests.attendance.store.differences import wrong_on
from tools.database_servers.programs import FERRETDB, PROGRAMS
from tools.database_servers.running import RunningServer

NX27017 = pytest.param("nx27017", marks=pytest.mark.server)
BUILT = [pytest.param(program.name, marks=pytest.mark.server) for program in PROGRAMS]
REAL = [] if real_uri() is None else [pytest.param("mongodb", marks=pytest.mark.server)]
# Where both are built, a third server would only repeat what they show.
SERVERS = (*([] if all(program.is_built for program in PROGRAMS) else [NX27017]), *BUILT, *REAL)
IN_THIS_PROCESS = ("sqlite", "sealed", "mongomock")
EVERYWHERE = (*IN_THIS_PROCESS, *SERVERS)
AT_ONCE = ("sqlite", NX27017, *(each for each in BUILT if FERRETDB.name not in each.values), *REAL)
SEVERAL_PROCESSES = ("sqlite", NX27017, *REAL)  # mongomock lives in one process

ServerOf = Callable[[str], RunningServer]


@pytest.fixture(scope="session")
def nx_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NXServer]:
    """One server for all tests; each test uses its own database."""
    server = NXServer(tmp_path_factory.mktemp("nx"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def server_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerOf]:
    """Starts each of the servers that `./test` builds when a test first asks for it."""
    running: dict[str, RunningServer] = {}

    def started(name: str) -> RunningServer:
        if name not in running:
            running[name] = started_server(name, tmp_path_factory.mktemp(name))
        return running[name]

    yield started
    for server in running.values():
        server.kill()


@pytest.fixture(scope="session")
def used_places() -> Iterator[dict[str, ReusedPlace]]:
    """For each server, the database that tests of one process use one after the other."""
    places: dict[str, ReusedPlace] = {}
    yield places
    for kind, place in places.items():
        if kind == "mongodb":  # the others end with their servers
            place.drop()
        place.close()


@pytest.fixture(params=EVERYWHERE)
def place(
    request: pytest.FixtureRequest, tmp_path: Path, used_places: dict[str, ReusedPlace]
) -> Iterator[Place]:
    """An empty database of each kind, for this process."""
    kind = request.param
    if kind in IN_THIS_PROCESS:
        yield from place_of_kind(kind, request, tmp_path)
        return
    mark_if_wrong(kind, request)
    if kind not in used_places:
        used_places[kind] = ReusedPlace(address_of(kind, request))
    yield used_places[kind]
    used_places[kind].empty()


@pytest.fixture
def kinds_of_place() -> list[object]:
    """The names of what ``place`` may be."""
    return [value for kind in EVERYWHERE for value in getattr(kind, "values", [kind])]


@pytest.fixture(params=AT_ONCE)
def raced_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty database of each kind that does several things at once."""
    yield from place_of_kind(request.param, request, tmp_path)


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


@pytest.fixture(params=SERVERS)
def mongo_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty database on each server with MongoDB's protocol."""
    mark_if_wrong(request.param, request)
    yield from place_of_kind(request.param, request, tmp_path)


@pytest.fixture
def register(mongo_place: MongoPlace) -> Iterator[Register]:
    """The database behind the store, as pymongo sees it."""
    client: Client = MongoClient(mongo_place.address)
    with client:
        yield client.get_default_database()


def place_of_kind(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A database of its own."""
    if kind == "sqlite":
        yield SQLitePlace(tmp_path / "attendance.sqlite3")
    elif kind == "sealed":
        yield SealedPlace(tmp_path)
    elif kind == "mongomock":
        yield MongomockPlace()
    else:
        place = MongoPlace(address_of(kind, request))
        yield place
        place.drop()


def address_of(kind: str, request: pytest.FixtureRequest) -> str:
    """The address of a new database on a server; a test that can't pass there has to fail from now on."""
    if kind == "nx27017":
        nx_server: NXServer = request.getfixturevalue("nx_server")
        return nx_server.new_address()
    if kind == "mongodb":
        uri = real_uri()
        assert uri is not None
        return new_address(uri)
    server_of: ServerOf = request.getfixturevalue("server_of")
    return new_address(f"{server_of(kind).uri}?{SHORT}")


def mark_if_wrong(kind: str, request: pytest.FixtureRequest) -> None:
    """Demand that a test fails where the server is known to be wrong."""
    reason = wrong_on(kind, request.node)
    if reason is not None:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
