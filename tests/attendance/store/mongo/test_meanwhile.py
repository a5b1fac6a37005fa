"""What other processes do to a MongoDB register between two commands of one of its methods."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from attendance.clock import EPOCH
from attendance.errors import StudentNotFoundError
from attendance.store.protocol import Store
from attendance.store.whole_check_ins import CheckInRecord
from attendance.values import Course, RoomPicture
from tests.attendance.store.builders import NOON, alarm, answer, fill, mark, session, trace
from tests.attendance.store.databases import MongoPlace, NXServer
from tests.attendance.store.mongo.meanwhile import Meanwhile, interrupted

TODAY = "general|2025-11-21"


@pytest.fixture
def mongo_place(nx_server: NXServer) -> MongoPlace:
    return nx_server.place()


@pytest.fixture
def other(mongo_place: MongoPlace) -> Iterator[Store]:
    """The store of another process, with the course ``small`` that ``s2`` is in."""
    with closing(mongo_place.open()) as store:
        fill(store)
        store.add_course(Course("small", "Small", roster=("s2",)))
        yield store


def small(store: Store) -> Course:
    found = store.course("small")
    assert found is not None
    return found


def test_who_is_removed_while_being_put_on_a_roster_is_on_none(mongo_place: MongoPlace, other: Store) -> None:
    removal = Meanwhile("update", "courses", lambda: other.remove_student("s1"))
    with closing(interrupted(mongo_place, removal)) as store, pytest.raises(StudentNotFoundError, match="s1"):
        store.add_to_roster("small", ["s1"])
    assert small(other).roster == ("s2",)


def test_who_is_put_on_a_roster_while_being_removed_is_on_none(mongo_place: MongoPlace, other: Store) -> None:
    addition = Meanwhile("delete", "students", lambda: other.add_to_roster("small", ["s1"]))
    with closing(interrupted(mongo_place, addition)) as store:
        store.remove_student("s1")
    assert small(other).roster == ("s2",)
    assert small(other).version == 3, "it was there for a moment"


def test_no_phone_is_answered_with_the_name_of_who_checks_in_while_being_removed(
    mongo_place: MongoPlace, other: Store
) -> None:
    named = replace(answer(), answer={"student_id": "s1", "student_name": "Eileen Collins"})
    check_in = CheckInRecord(named, NOON, mark("s1"))
    checking_in = Meanwhile("delete", "students", lambda: other.record_check_in(check_in))
    with closing(interrupted(mongo_place, checking_in)) as store:
        store.remove_student("s1")
    assert other.marks(TODAY) == []
    assert other.answer(named.grant_id, named.digest, EPOCH) is None


def test_marks_of_who_is_removed_while_many_are_written_are_taken_back(
    mongo_place: MongoPlace, other: Store
) -> None:
    removal = Meanwhile("insert", "marks", lambda: other.remove_student("s1"))
    with closing(interrupted(mongo_place, removal)) as store:
        assert store.insert_marks([mark("s1"), mark("s2")]) == [mark("s2")]
    assert other.marks(TODAY) == [mark("s2")]


def test_a_roster_is_written_again_over_what_others_changed_meanwhile(
    mongo_place: MongoPlace, other: Store
) -> None:
    renaming = replace(small(other), name="New name", version=2)
    change = Meanwhile("update", "courses", lambda: other.replace_course(renaming))
    with closing(interrupted(mongo_place, change)) as store:
        changed = store.add_to_roster("small", ["s1"])
    assert changed == small(other) == Course("small", "New name", roster=("s2", "s1"), version=3)


def test_traces_and_alarms_of_who_is_removed_meanwhile_are_taken_back(
    mongo_place: MongoPlace, other: Store
) -> None:
    removal = Meanwhile("insert", "traces", lambda: other.remove_student("s1"))
    with closing(interrupted(mongo_place, removal)) as store:
        assert not store.add_trace(trace())
        assert other.traces_of_session(TODAY) == []
    removal = Meanwhile("insert", "alarms", lambda: other.remove_student("s2"))
    with closing(interrupted(mongo_place, removal)) as store:
        assert not store.add_alarm(alarm(student_ids=("s2",)))
        assert other.alarms_of(TODAY) == []


def test_who_is_removed_while_being_seen_in_a_room_was_not_seen(
    mongo_place: MongoPlace, other: Store
) -> None:
    removal = Meanwhile("update", "sessions", lambda: other.remove_student("s1"))
    seen = session(room_pictures=(RoomPicture(NOON, "u1", ("s1", "s2")),), version=2)
    with closing(interrupted(mongo_place, removal)) as store:
        assert store.replace_session(seen)
    found = other.session(TODAY)
    assert found is not None
    assert found.room_pictures == (RoomPicture(NOON, "u1", ("s2",)),)


def test_who_is_seen_in_a_room_while_being_removed_was_not_seen(
    mongo_place: MongoPlace, other: Store
) -> None:
    seen = session(room_pictures=(RoomPicture(NOON, "u1", ("s1", "s2")),), version=2)
    sighting = Meanwhile("delete", "students", lambda: other.replace_session(seen))
    with closing(interrupted(mongo_place, sighting)) as store:
        store.remove_student("s1")
    found = other.session(TODAY)
    assert found is not None
    assert found.room_pictures == (RoomPicture(NOON, "u1", ("s2",)),)
    assert found.version == 3, "the student was seen for a moment"
