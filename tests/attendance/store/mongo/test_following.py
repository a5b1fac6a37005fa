"""Change streams: followers are told of each change, and ask for numbers wherever there are no streams.

``stream_server`` speaks MongoDB's protocol as its manual has it. There was no replica set to test on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from queue import Queue

import pytest

from attendance.store.mongo.changes import following
from attendance.store.mongo.changes.following import LOST, NO_STREAMS, ChangeWatcher
from attendance.store.mongo.connection import MongoConnection, connect
from attendance.store.protocols.following import Following
from tests.attendance.store.builders import fill, mark
from tests.attendance.store.conftest import BUILT, REAL
from tests.attendance.store.databases import MongoPlace
from tests.attendance.store.mongo.stream_server import StreamServer, stream_server

# A stand-in for MongoDB has no change streams that pymongo could follow.
UNTRIED = pytest.param("mongodb", marks=pytest.mark.skip(reason="needs TEST_MONGODB_URI"))
SECONDS = 20  # for what a busy machine does in some milliseconds

pytestmark = pytest.mark.server


class Follower:
    """Somebody who is told.

    Attributes:
        news: what was told and not looked at yet.
    """

    def __init__(self) -> None:
        self.news: Queue[str | None] = Queue()

    def next(self) -> str | None:
        return self.news.get(timeout=SECONDS)


@pytest.fixture
def server() -> Iterator[StreamServer]:
    with stream_server() as found:
        yield found


@pytest.fixture
def follower() -> Follower:
    return Follower()


@contextmanager
def watching(server: StreamServer, follower: Follower) -> Iterator[Following]:
    """A process that follows the changes in the database."""
    address = f"mongodb://127.0.0.1:{server.port}/school?replicaSet=rs0&serverSelectionTimeoutMS=2000"
    connection = MongoConnection(address, connect)
    watcher = ChangeWatcher(connection)
    followed = watcher.follow(follower.news.put)
    try:
        yield followed
    finally:
        followed.stop()
        connection.close()


def until(condition: Callable[[], bool]) -> None:
    latest = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < latest
        time.sleep(0.005)


def test_a_collection_that_is_dropped_is_told_and_the_stream_goes_on(
    server: StreamServer, follower: Follower
) -> None:
    with watching(server, follower) as followed:
        assert follower.next() is None
        until(lambda: followed.is_told)
        server.drop("sessions")
        assert follower.next() is None
        server.change("sessions", "physics|2026-11-30")
        assert follower.next() == "physics|2026-11-30"


def test_a_follower_is_told_of_each_change_that_raises_a_counter(
    server: StreamServer, follower: Follower
) -> None:
    with watching(server, follower) as followed:
        assert follower.next() is None  # what changed before
        until(lambda: followed.is_told)
        server.change("marks", "s1|p1")  # which changes its session, too
        server.change("register", "check")
        server.change("sessions", "physics|2026-11-30")
        assert follower.next() == "physics|2026-11-30"
        server.change("courses", "physics")
        assert follower.next() is None
        server.change("register", "people")
        assert follower.next() is None
    assert follower.news.empty()


def test_the_commands_ask_for_what_a_majority_has_and_for_no_content(
    server: StreamServer, follower: Follower
) -> None:
    with watching(server, follower) as followed:
        until(lambda: followed.is_told)
    (opened,) = server.opened()
    assert opened["aggregate"] == 1  # the whole database, with one stream
    assert opened["readConcern"] == {"level": "majority"}
    stages = [next(iter(stage)) for stage in opened["pipeline"]]
    assert stages == ["$changeStream", "$match", "$project"]
    assert opened["pipeline"][2]["$project"] == {"ns.coll": 1, "documentKey": 1}
    more = server.commands[1]
    assert (more["getMore"], more["collection"], more["maxTimeMS"]) == (7, "$cmd.aggregate", 250)


def test_an_interrupted_stream_goes_on_where_it_was(server: StreamServer, follower: Follower) -> None:
    with watching(server, follower) as followed:
        follower.next()
        server.change("sessions", "before")
        assert follower.next() == "before"
        until(lambda: followed.is_told)
        server.interrupt()
        server.change("sessions", "meanwhile")
        told = follower.next() or follower.next()  # None first where it was opened by another command
        assert told == "meanwhile"
    again = server.opened()[-1]["pipeline"][0]["$changeStream"]
    assert again["resumeAfter"] == {"_data": "00000001"}


@pytest.mark.parametrize("code", sorted(LOST))
def test_a_stream_that_cannot_go_on_begins_anew_and_tells_of_everything(
    server: StreamServer, follower: Follower, code: int
) -> None:
    with watching(server, follower) as followed:
        follower.next()
        until(lambda: followed.is_told)
        server.end = code
        assert follower.next() is None
        until(lambda: followed.is_told)
        server.change("sessions", "later")
        assert follower.next() == "later"
    assert "resumeAfter" not in server.opened()[-1]["pipeline"][0]["$changeStream"]


@pytest.mark.parametrize("code", sorted(NO_STREAMS))
def test_a_server_without_streams_is_asked_once(
    server: StreamServer, follower: Follower, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "SECOND_LOOK", 0.01)
    server.refusal = code
    with watching(server, follower) as followed:
        until(lambda: bool(server.opened()))
        time.sleep(0.1)  # in which it would be asked again
        assert not followed.is_told
    assert len(server.opened()) == 1
    assert follower.news.empty()


def test_a_server_that_refuses_for_now_is_asked_again(
    server: StreamServer, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "SECOND_LOOK", 0.01)
    server.refusal = 50  # MaxTimeMSExpired
    with watching(server, follower) as followed:
        until(lambda: len(server.opened()) > 1)
        assert not followed.is_told
        server.refusal = None
        assert follower.next() is None
        until(lambda: followed.is_told)


def test_nobody_relies_on_a_stream_that_has_fallen_silent(server: StreamServer, follower: Follower) -> None:
    with watching(server, follower) as followed:
        until(lambda: followed.is_told)
        server.is_silent = True
        until(lambda: not followed.is_told)
        server.is_silent = False


def test_the_stream_ends_with_the_last_follower(server: StreamServer, follower: Follower) -> None:
    with watching(server, follower):
        follower.next()
    asked = len(server.commands)
    server.change("sessions", "nobody asks")
    time.sleep(0.1)
    assert len(server.commands) == asked
    assert follower.news.empty()


@pytest.mark.parametrize("mongo_place", BUILT, indirect=True)
def test_stand_ins_without_streams_are_found_out(mongo_place: MongoPlace, follower: Follower) -> None:
    with closing(mongo_place.open()) as store:
        fill(store)
        followed = store.follow(follower.news.put)
        store.insert_mark(mark("s1"))
        time.sleep(0.3)
        assert not followed.is_told
        assert follower.news.empty()
        followed.stop()


@pytest.mark.parametrize("mongo_place", REAL or [UNTRIED], indirect=True)
def test_mongodb_tells_of_a_mark_within_a_second(mongo_place: MongoPlace, follower: Follower) -> None:
    with closing(mongo_place.open()) as store, closing(mongo_place.open()) as elsewhere:
        fill(store)
        followed = store.follow(follower.news.put)
        assert follower.next() is None
        until(lambda: followed.is_told)
        elsewhere.insert_mark(mark("s1"))
        assert follower.next() == mark("s1").session_id
        followed.stop()
