"""The feed of a MongoDB register while writers and readers stop, or die, between two commands."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any, cast

import mongomock
import pytest
from pymongo.collection import Collection
from pymongo.cursor import Cursor
from pymongo.results import UpdateResult

from attendance.errors import StoreUnavailableError
from attendance.store.mongo.changes import feed as mongo_feed
from attendance.store.mongo.connection import Register
from attendance.store.mongo.store import MongoStore
from attendance.store.protocol import Store
from attendance.store.records import Record
from attendance.values import MarkStatus
from attendance.values.feed import FeedKind
from tests.attendance.store.builders import NOON, fill, mark, session
from tests.attendance.store.databases import MongomockPlace, MongoPlace
from tests.attendance.store.followers import Follower, Seen, mark_of
from tests.attendance.store.mongo.meanwhile import Meanwhile, interrupted

pytestmark = pytest.mark.server
WAIT = 60.0  # seconds, generous for a busy machine
ERASED = (FeedKind.ERASED, "", "s1", False)


class Killed(BaseException):
    """Ends a method as ``kill -9`` would end its process: nothing below it goes on."""


def die() -> None:
    raise Killed


@contextmanager
def killed_at(place: MongoPlace, command: str, collection: str, *, nth: int = 1) -> Iterator[Store]:
    """The store of a process that is killed right before it sends a command for the nth time."""
    at_last = Meanwhile(command, collection, die, nth)
    with closing(interrupted(place, at_last)) as store, pytest.raises(Killed):
        yield store


@pytest.fixture
def other(mongo_place: MongoPlace) -> Iterator[Store]:
    """The store of another process."""
    with closing(mongo_place.open()) as store:
        fill(store)
        yield store


@pytest.fixture
def follower(other: Store) -> Follower:
    """A reader in the other process, who has read all there is."""
    follower = Follower(other)
    follower.read()
    return follower


def test_a_number_that_is_written_late_hides_nothing(
    mongo_place: MongoPlace, other: Store, follower: Follower
) -> None:
    seen: list[Seen] = []
    reads = Meanwhile("update", "marks", lambda: seen.extend(follower.read()))
    other.insert_mark(mark("s1"))
    with closing(interrupted(mongo_place, reads)) as slow:
        slow.feed_number()
    assert seen == [mark_of("s1")]
    other.insert_mark(mark("s2"))
    assert follower.read() == [mark_of("s2")]
    assert Follower(other).read()[-2:] == [mark_of("s1"), mark_of("s2")], "each has one place"


def test_a_change_between_finding_and_numbering_is_told_after_the_number(
    mongo_place: MongoPlace, other: Store, follower: Follower
) -> None:
    late = mark("s1", status=MarkStatus.LATE, version=2)
    seen: list[Seen] = []

    def change_and_read() -> None:
        seen.extend(follower.read())
        assert other.replace_mark(late)
        seen.extend(follower.read())

    other.insert_mark(mark("s1"))
    with closing(interrupted(mongo_place, Meanwhile("update", "marks", change_and_read))) as slow:
        slow.feed_number()
    assert seen == [mark_of("s1"), mark_of("s1", is_new=False)]
    assert other.replace_mark(replace(late, version=3))
    assert follower.read() == [mark_of("s1", is_new=False)]


@pytest.mark.parametrize("is_numbered", [True, False])
def test_a_number_that_is_written_late_does_not_move_a_later_change_back(
    mongo_place: MongoPlace, other: Store, follower: Follower, *, is_numbered: bool
) -> None:
    seen: list[Seen] = []

    def read_then_change() -> None:
        seen.extend(follower.read())
        assert other.replace_mark(mark("s1", status=MarkStatus.LATE, version=2))
        if is_numbered:
            other.feed_number()

    other.insert_mark(mark("s1"))
    with closing(interrupted(mongo_place, Meanwhile("update", "marks", read_then_change))) as slow:
        slow.feed_number()
    assert seen == [mark_of("s1")]
    assert follower.read() == [mark_of("s1", is_new=False)]


def test_a_place_is_not_after_a_number_that_is_taken_and_not_written(
    mongo_place: MongoPlace, other: Store, follower: Follower
) -> None:
    """One reader has found nothing; now a mark is written, and another reader takes a number for it."""
    has_number, may_go_on = threading.Event(), threading.Event()

    def stop() -> None:
        has_number.set()
        assert may_go_on.wait(WAIT)

    stopped = interrupted(mongo_place, Meanwhile("update", "marks", stop))
    numbering = threading.Thread(target=stopped.feed_number)

    def write_and_number() -> None:
        other.insert_mark(mark("s1"))
        numbering.start()
        assert has_number.wait(WAIT)

    # The first one is at the start, and the second one reads the number to go on from.
    looked = Meanwhile("find", "register", write_and_number, nth=3)
    with closing(interrupted(mongo_place, looked)) as store:
        reader = Follower(store)
        reader.place = follower.place
        seen = reader.read()
        may_go_on.set()
        numbering.join()
        seen += reader.read()
    stopped.close()
    assert seen == [mark_of("s1")]


class Lagging:
    """A collection in which a majority has not stored a number yet, so that reads don't show it.

    Args:
        collection: the collection as its primary has it.
        reads: how many reads don't show it.
    """

    def __init__(self, collection: Collection[Record], reads: int) -> None:
        self._collection = collection
        self._before = list(collection.find())
        self.left = reads

    def find(self, wanted: Record, fields: tuple[str, ...]) -> Cursor[Record]:
        """What a majority has."""
        if not self.left:
            return self._collection.find(wanted, fields)
        self.left -= 1
        older: Collection[Record] = mongomock.MongoClient()["older"]["marks"]
        older.insert_many(self._before)
        return older.find(wanted, fields)

    def update_many(self, wanted: Record, change: Record) -> UpdateResult:
        """Writes go to the primary."""
        return self._collection.update_many(wanted, change)


def test_a_number_that_no_majority_has_yet_is_waited_for() -> None:
    place = MongomockPlace()
    with closing(place.open()) as store:
        assert isinstance(store, MongoStore)
        fill(store)
        store.feed_number()
        store.insert_mark(mark("s1"))
        with store._connection.register() as register:
            marks = Lagging(register["marks"], reads=5)
            taken = store.feed_number()
            names = ("register", "students", "sessions", "erased")
            others: dict[str, Any] = {name: register[name] for name in names}
            assert mongo_feed.settle(cast("Register", others | {"marks": marks})) >= taken
            assert marks.left == 0, "the place would be after a number that reads don't show"


def test_a_writer_that_is_stopped_after_its_write_holds_up_nobody(
    mongo_place: MongoPlace, other: Store, follower: Follower
) -> None:
    seen: list[list[Seen]] = []

    def read_twice() -> None:
        other.insert_mark(mark("s2"))
        seen.extend([follower.read(), follower.read()])

    with closing(interrupted(mongo_place, Meanwhile("find", "students", read_twice))) as slow:
        assert slow.insert_mark(mark("s1"))
    assert {*seen[0]} == {mark_of("s1"), mark_of("s2")}
    assert seen[1] == follower.read() == []


def test_a_writer_that_is_killed_after_its_write_has_written(
    mongo_place: MongoPlace, other: Store, follower: Follower
) -> None:
    with killed_at(mongo_place, "find", "students") as killed:
        killed.insert_mark(mark("s1"))
    assert other.mark(session().id, "s1") is not None
    assert follower.read() == [mark_of("s1")]
    assert follower.read() == []


def test_a_reader_that_is_killed_with_a_number_holds_up_nobody(
    mongo_place: MongoPlace, other: Store, follower: Follower
) -> None:
    other.insert_mark(mark("s1"))
    with killed_at(mongo_place, "update", "marks") as killed:
        killed.feed_number()
    assert follower.read() == [mark_of("s1")]


def test_nobody_is_told_of_an_erasure_that_did_not_happen(
    mongo_place: MongoPlace, other: Store, follower: Follower
) -> None:
    with killed_at(mongo_place, "delete", "students") as killed:
        killed.remove_student("s1")
    assert follower.read() == [(FeedKind.STUDENT, "", "s1", False)], "without a face"
    other.remove_student("s1")
    assert follower.read() == [ERASED]


def test_an_erasure_is_told_although_its_process_dies_right_after_it(
    mongo_place: MongoPlace, other: Store, follower: Follower
) -> None:
    with killed_at(mongo_place, "update", "erased", nth=2) as killed:  # the second one confirms
        killed.remove_student("s1")
    assert other.student("s1") is None
    assert follower.read() == [ERASED]


def test_a_cancellation_reaches_the_marks_although_a_reader_dies_on_the_way(
    mongo_place: MongoPlace, other: Store, follower: Follower
) -> None:
    other.insert_mark(mark("s1"))
    follower.read()
    assert other.replace_session(replace(session(), cancelled_at=NOON, version=2))
    for collection in ("marks", "sessions"):
        with killed_at(mongo_place, "update", collection) as killed:
            killed.feed_number()
    assert {*follower.read()} == {(FeedKind.SESSION, "", session().id, False), mark_of("s1", is_new=False)}
    assert follower.read() == []


def test_more_changes_than_get_one_number_are_all_told(
    other: Store, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mongo_feed, "AT_ONCE", 2)
    for number in range(5):
        other.add_session(session(f"general|{number}"))
    before = other.feed_number()
    assert len(follower.read()) == 5
    assert other.feed_number() == before


def test_a_lost_document_of_the_feed_is_said(other: Store, register: Register) -> None:
    register["register"].delete_one({"_id": "feed"})
    with pytest.raises(StoreUnavailableError, match="feed"):
        other.feed_number()
