"""The MongoDB register's server, change counters and errors."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest

from attendance.errors import (
    RollNumberTakenError,
    SchemaError,
    SettingsError,
    StoreUnavailableError,
    StudentNotFoundError,
)
from attendance.store.mongo.changes.counters import LONGEST_CHANGE
from attendance.store.mongo.connection import Register, connect, masked
from attendance.store.mongo.migrations.names import SCHEMA
from attendance.store.mongo.store import MongoStore
from tests.attendance.store.builders import fill, mark, student
from tests.attendance.store.databases import MongoPlace, NXServer, client_in_memory, real_uri
from tools.database_servers.programs import PROGRAMS

TODAY = "general|2025-11-21"
AWAY = "mongodb://teacher:hunter2@127.0.0.1:1/school?serverSelectionTimeoutMS=200"


def test_it_is_named_for_people(mongo_place: MongoPlace) -> None:
    with closing(mongo_place.open()) as store:
        assert store.name == "mongodb"
        store.check()


# --- the server -------------------------------------------------------------------------------------


@pytest.mark.server
def test_a_server_that_died_is_an_error_and_one_that_came_back_is_not(tmp_path: Path) -> None:
    server = NXServer(tmp_path)
    server.start()
    try:
        with closing(server.place().open()) as store:
            fill(store)
            assert store.insert_mark(mark("s1"))
            server.kill()
            with pytest.raises(StoreUnavailableError, match=r"127\.0\.0\.1"):
                store.check()
            with pytest.raises(StoreUnavailableError):
                store.insert_mark(mark("s2"))
            server.start()
            store.check()
            assert store.mark("general|2025-11-21", "s1") == mark("s1")
            assert store.insert_mark(mark("s2"))
    finally:
        server.kill()


def test_a_server_that_is_away_shows_without_the_password() -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        MongoStore(AWAY)
    message = str(caught.value)
    assert "mongodb://127.0.0.1:1/school" in message
    assert "MONGODB_URI" in message
    assert "hunter2" not in message
    assert "teacher" not in message
    assert "Topology" not in message


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("mongodb://localhost", "mongodb://localhost"),
        ("mongodb://a:secret@h1:1,h2:2/db?x=y", "mongodb://h1:1,h2:2/db"),
        ("mongodb+srv://a:se/cr@et@host/db", "mongodb+srv://host/db"),
        ("mongodb://a:sec?ret@host/db", "mongodb://(hidden)"),
        ("mongodb://host/db?authMechanismProperties=AWS_SESSION_TOKEN:se@cret", "mongodb://(hidden)"),
    ],
)
def test_an_address_is_shown_without_its_secrets(uri: str, shown: str) -> None:
    assert masked(uri) == shown


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://",
        "mongodb://u:secret@host:port",
        "mongodb://u:s@cret@host",
        "redis://u:secret@host",
    ],
)
def test_what_is_no_address_is_an_error_without_the_password(uri: str) -> None:
    with pytest.raises(SettingsError, match="MONGODB_URI") as caught:
        MongoStore(uri)
    assert "cret" not in str(caught.value)


def test_the_address_may_name_other_waits() -> None:
    with connect("mongodb://127.0.0.1:1/?serverselectiontimeoutms=123") as client:
        assert client.options.server_selection_timeout == 0.123
        assert client.options.pool_options.connect_timeout == 3


def test_a_majority_has_what_was_written_and_what_is_read(mongo_place: MongoPlace) -> None:
    store = MongoStore(mongo_place.address)
    with closing(store), store._connection.register() as register:
        assert register.write_concern.document == {"w": "majority", "j": True, "wtimeout": 10_000}
        assert register.read_concern.level == "majority"
        assert register.read_preference.name == "Primary"


def test_a_database_that_is_not_named_is_called_attendance() -> None:
    client = client_in_memory()
    MongoStore("mongodb://in.memory", connect=lambda _uri: client).close()
    assert client.list_database_names() == ["attendance"]


def test_a_closed_store_says_so(mongo_place: MongoPlace) -> None:
    store = mongo_place.open()
    store.close()
    store.close()
    with pytest.raises(StoreUnavailableError, match="was closed"):
        store.students()


# --- the gallery's version --------------------------------------------------------------------------


def test_a_change_that_a_dead_process_announced_is_ended_once(
    register: Register, mongo_place: MongoPlace
) -> None:
    with closing(mongo_place.open()) as store:
        before = store.gallery_version()
        left = f"{time.time() - LONGEST_CHANGE - 1:.3f}:of the dead"
        register["register"].update_one({"_id": "gallery"}, {"$push": {"changes": left}})
        assert store.gallery_version() == before + 1
        assert store.gallery_version() == before + 1


def test_a_change_under_way_is_left_to_its_process(register: Register, mongo_place: MongoPlace) -> None:
    with closing(mongo_place.open()) as store:
        before = store.gallery_version()
        under_way = f"{time.time():.3f}:of the living"
        register["register"].update_one({"_id": "gallery"}, {"$push": {"changes": under_way}})
        assert store.gallery_version() == before
        gallery = register["register"].find_one({"_id": "gallery"})
        assert gallery is not None
        assert gallery["changes"] == [under_way]


def test_no_announcement_stays_behind(register: Register, mongo_place: MongoPlace) -> None:
    with closing(mongo_place.open()) as store:
        fill(store)
        store.update_student(student("s1", active=False))
        store.remove_student("s1")
    gallery = register["register"].find_one({"_id": "gallery"})
    assert gallery is not None
    assert gallery["changes"] == []


def test_a_mark_whose_writer_died_shows_on_the_board_in_the_end(
    register: Register, mongo_place: MongoPlace
) -> None:
    with closing(mongo_place.open()) as store:
        fill(store)
        before = store.session_changes(TODAY)
        left = f"{time.time() - LONGEST_CHANGE - 1:.3f}:of the dead"
        register["sessions"].update_one({"_id": TODAY}, {"$push": {"changes": left}})
        assert store.session_changes(TODAY) == before + 1
        assert store.session_changes(TODAY) == before + 1


def test_what_is_refused_leaves_no_announcement(register: Register, mongo_place: MongoPlace) -> None:
    with closing(mongo_place.open()) as store:
        fill(store)
        store.insert_mark(mark("s1"))
        store.insert_mark(mark("s1"))
        with pytest.raises(StudentNotFoundError):
            store.insert_mark(mark("unknown"))
        with pytest.raises(RollNumberTakenError):
            store.add_student(student("s3", roll_number="roll s1"))
    for collection, key in (("sessions", TODAY), ("register", "people")):
        found = register[collection].find_one({"_id": key})
        assert found is not None
        assert found["changes"] == []


def test_the_contract_is_held_by_other_servers_too(kinds_of_place: list[object]) -> None:
    assert {program.name for program in PROGRAMS} <= set(kinds_of_place)
    if real_uri() is None:
        pytest.skip("needs TEST_MONGODB_URI (a real MongoDB server), for the whole contract")
    assert "mongodb" in kinds_of_place


def test_who_only_looks_neither_makes_nor_migrates_a_register() -> None:
    client = client_in_memory()
    uri = "mongodb://in.memory"

    def everything() -> str:
        database = client["attendance"]
        return repr({name: list(database[name].find()) for name in sorted(database.list_collection_names())})

    def look() -> None:
        MongoStore(uri, connect=lambda _uri: client, prepares=False).close()

    with pytest.raises(SchemaError, match="There is no register on"):
        look()
    assert client["attendance"].list_collection_names() == []
    MongoStore(uri, connect=lambda _uri: client).close()
    look()
    client["attendance"]["register"].update_one({"_id": SCHEMA}, {"$set": {"version": 7}})
    before = everything()
    with pytest.raises(SchemaError, match="has schema version 7"):
        look()
    assert everything() == before
