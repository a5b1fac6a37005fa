"""What the MongoDB store asks of servers, in the commands that it sends."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from pymongo import MongoClient
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from attendance.errors import SchemaError, StoreUnavailableError
from attendance.store.mongo import connection, server_time
from attendance.store.mongo.connection import OPTIONS, Register, connect
from attendance.store.mongo.schema import MIGRATIONS
from attendance.store.mongo.store import MongoStore
from tests.attendance.store.builders import NOON, answer, course, fill, mark, photo_job, student
from tests.attendance.store.databases import MongoPlace

WRITES = ("insert", "update", "delete", "findAndModify")
READS = ("find", "aggregate", "distinct")
HOUSEKEEPING = ("createIndexes", "listIndexes", "endSessions", "hello", "ismaster")
MAJORITY = {"w": "majority", "wtimeout": 10_000, "j": True}


class Sent(CommandListener):
    """Keeps each command."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, dict[str, Any]]] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.commands.append((event.command_name, dict(event.command)))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


def use(store: MongoStore) -> None:
    """A class with everything that matters to somebody who waits."""
    fill(store)
    store.insert_mark(mark("s1"))
    store.replace_mark(mark("s1", version=2))
    store.insert_marks([mark("s2")])
    store.spend_grant("g1", "d1", NOON)
    store.keep_answer(answer())
    store.update_student(student("s1", active=False))
    store.replace_course(replace(course(), version=2))
    store.add_job(photo_job())
    store.claim_job(photo_job().id, "reader", now=NOON, until=NOON)
    store.session_changes("general|2025-11-21")
    store.gallery_version()
    store.marks("general|2025-11-21")
    store.feed_number()
    store.remove_student("s1")


def test_writes_wait_for_a_majority_and_reads_see_only_what_one_has(
    mongo_place: MongoPlace,
) -> None:
    sent = Sent()
    store = MongoStore(mongo_place.address, lambda uri: MongoClient(uri, event_listeners=[sent], **OPTIONS))
    with closing(store):
        use(store)
    names = {name for name, _ in sent.commands}
    assert names <= {*WRITES, *READS, *HOUSEKEEPING}, "each command is known here, so that its rules are"
    assert {*WRITES, "find"} <= names
    for name, command in sent.commands:
        if name in WRITES:
            assert command["writeConcern"] == MAJORITY, command
        if name in READS:
            assert command["readConcern"] == {"level": "majority"}, command


def test_options_of_a_replica_set_are_kept_and_the_others_are_ours() -> None:
    address = "mongodb://u:p@one.example,two.example:27018/school?replicaSet=rs0&tls=true&maxPoolSize=5"
    with connect(f"{address}&connect=false") as client:
        options = client.options
        assert (options.replica_set_name, options.pool_options.max_pool_size) == ("rs0", 5)
        assert (options.retry_writes, options.retry_reads) == (True, True)
        assert options.pool_options.wait_queue_timeout == 10.0
        assert options.pool_options.socket_timeout == 15.0
        assert options.server_selection_timeout == 3.0
        assert client.get_default_database().name == "school"
    with connect("mongodb://one.example/?connect=false&retryWrites=false") as client:
        assert (client.options.retry_writes, client.options.pool_options.max_pool_size) == (False, 32)


@pytest.fixture
def _looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SCHEMA_SECONDS", 0.0)


@pytest.mark.usefixtures("_looks_each_time")
def test_a_process_stops_at_a_schema_that_is_newer_than_it_knows(
    register: Register, mongo_place: MongoPlace
) -> None:
    with closing(mongo_place.open()) as store:
        fill(store)
        register["register"].update_one({"_id": "schema"}, {"$inc": {"version": 1}})
        for _ in range(2):
            with pytest.raises(SchemaError, match=rf"version {len(MIGRATIONS) + 1}.*up to {len(MIGRATIONS)}"):
                store.insert_mark(mark("s1"))
        assert register["marks"].find_one({}) is None
        register["register"].update_one({"_id": "schema"}, {"$inc": {"version": -1}})
        assert store.insert_mark(mark("s1"))


@pytest.mark.usefixtures("_looks_each_time")
def test_a_process_stops_at_a_database_that_was_exchanged_for_an_older_one_or_dropped(
    register: Register, mongo_place: MongoPlace
) -> None:
    with closing(mongo_place.open()) as store:
        fill(store)
        schema = register["register"].find_one({"_id": "schema"})
        assert schema is not None
        register["register"].update_one({"_id": "schema"}, {"$inc": {"version": -1}})
        with pytest.raises(
            SchemaError, match=rf"version {len(MIGRATIONS) - 1} now, and had {len(MIGRATIONS)}"
        ):
            store.insert_mark(mark("s1"))
        register["register"].delete_one({"_id": "schema"})
        for _ in range(2):
            with pytest.raises(SchemaError, match="is gone"):
                store.check()
        assert register["marks"].find_one({}) is None
        register["register"].insert_one(schema)
        assert store.insert_mark(mark("s1"))


class SetClock:
    """The module `time`, as it is on a computer whose clock somebody sets."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.monotonic = time.monotonic

    def time(self) -> float:
        """The wrong time."""
        return time.time() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """The clock of the computer that opens stores."""
    clock = SetClock()
    for module in (connection, server_time):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.mark.parametrize("days", [1, -1])
def test_a_process_stops_while_its_clock_is_not_that_of_the_database_server(
    register: Register, mongo_place: MongoPlace, clock: SetClock, days: int
) -> None:
    wrong = f"clock of this computer shows {datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"
    with closing(mongo_place.open()) as store:
        fill(store)
        clock.ahead = days * 86_400.0
        for _ in range(2):
            with pytest.raises(StoreUnavailableError, match=wrong):
                store.insert_mark(mark("s1"))
        with pytest.raises(StoreUnavailableError, match=wrong):
            mongo_place.open()
        assert register["marks"].find_one({}) is None
        clock.ahead = 200.0
        assert store.insert_mark(mark("s1"))
        mongo_place.open().close()


@pytest.mark.parametrize(("ahead", "words"), [(40.0, "40 s ahead of that"), (-40.0, "40 s behind that")])
def test_clocks_that_differ_a_little_are_in_the_log_once_until_they_agree(
    mongo_place: MongoPlace, clock: SetClock, caplog: pytest.LogCaptureFixture, ahead: float, words: str
) -> None:
    with closing(mongo_place.open()) as store:
        fill(store)
        assert not caplog.records
        for number in (1, 2):
            clock.ahead = ahead
            store.insert_mark(mark(f"s{number}"))
            clock.ahead = ahead + 4.0  # so that it is looked at again
            store.insert_mark(mark(f"s{number}"))
            assert len(caplog.records) == number
            assert words in caplog.text
            clock.ahead = 0.5
            store.insert_mark(mark(f"s{number}"))


def test_a_server_that_answers_late_has_the_same_time(caplog: pytest.LogCaptureFixture) -> None:
    class Slow:
        def command(self, name: str) -> dict[str, Any]:
            assert name == "ismaster"
            own.ahead += 4.0
            return {"localTime": datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=2)}

    own = SetClock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server_time, "time", own)
        server_time.ServerTime("mongodb://db").compare(cast("Register", Slow()))
    assert not caplog.records
