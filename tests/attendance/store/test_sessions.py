"""Courses and sessions, on every database."""

from __future__ import annotations

from attendance.store.protocol import Store
from tests.attendance.store.builders import MS, NOON, course, session


def test_a_course_comes_back_as_written(empty_store: Store) -> None:
    courses = [course(), course("empty", roster=()), course("Ü-101", name="Übung 🙂", roster=("b", "a"))]
    for each in courses:
        assert empty_store.add_course(each)
    assert [empty_store.course(each.id) for each in courses] == courses
    assert empty_store.course("unknown") is None


def test_a_course_is_added_once(empty_store: Store) -> None:
    assert empty_store.add_course(course(name="First"))
    assert not empty_store.add_course(course(name="Second"))
    assert empty_store.course("general") == course(name="First")


def test_a_session_comes_back_as_written(empty_store: Store) -> None:
    timed, untimed = session(), session("other", late_at=None)
    for each in (timed, untimed):
        assert empty_store.add_session(each)
    assert empty_store.session("general|2025-11-21") == timed
    assert empty_store.session_by_token("token of other") == untimed


def test_a_session_is_added_once(empty_store: Store) -> None:
    assert empty_store.add_session(session(token="first"))
    assert not empty_store.add_session(session(token="second"))
    assert empty_store.session_by_token("second") is None
    found = empty_store.session("general|2025-11-21")
    assert found is not None
    assert found.token == "first"


def test_a_token_opens_one_session(empty_store: Store) -> None:
    assert empty_store.add_session(session("one", token="same"))
    assert not empty_store.add_session(session("two", token="same"))
    assert empty_store.session("two") is None


def test_no_session_is_found_where_none_is(empty_store: Store) -> None:
    assert empty_store.session("unknown") is None
    assert empty_store.session_by_token("unknown") is None
    assert empty_store.sessions() == []
    assert empty_store.sessions("2025-11-21") == []


def test_sessions_come_by_opening_time(empty_store: Store) -> None:
    for key, delay, day in (("c", 2, "2025-11-21"), ("b", 1000, "2025-11-22"), ("a", 2, "2025-11-21")):
        empty_store.add_session(session(key, opens_at=NOON + delay * MS, day=day))
    empty_store.add_session(session("d", opens_at=NOON - 1000 * MS))
    assert [each.id for each in empty_store.sessions()] == ["d", "a", "c", "b"]
    assert [each.id for each in empty_store.sessions("2025-11-21")] == ["d", "a", "c"]
