"""The feed of a MongoDB register while writers and readers stop, or die, between two commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from attendance.errors import StoreUnavailableError
from attendance.store.mongo.changes import feed as mongo_feed
from attendance.store.mongo.connection import Register
from attendance.store.protocol import Store
from attendance.values import MarkStatus
from attendance.values.feed import FeedKind
from tests.attendance.store.builders import NOON, fill, mark, session
from tests.attendance.store.databases import MongoPlace
from tests.attendance.store.followers import Follower, Seen, mark_of
from tests.attendance.store.mongo.meanwhile import Meanwhile, interrupted

pytestmark = pytest.mark.server
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
