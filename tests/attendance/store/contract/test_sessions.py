"""Sessions, on every database."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from attendance.store.protocol import Store
from attendance.values import Session, SessionAct, SessionEvent
from tests.attendance.store.builders import MS, NOON, session

CANCELLED = SessionEvent(NOON, SessionAct.CANCELLED, "u1", "teacher ill 🙂")
RESTORED = SessionEvent(NOON + MS, SessionAct.RESTORED, "api:Timetable")


def test_a_session_comes_back_as_written(empty_store: Store) -> None:
    timed, untimed = session(), session("other", late_at=None)
    full = session("full", opened_by="u1", closed_at=NOON + MS, planned=True, version=3)
    was_off = session(
        "off", by_hand=True, cancelled_at=NOON + 2 * MS, history=(CANCELLED, RESTORED, CANCELLED)
    )
    for each in (timed, untimed, full, was_off):
        assert empty_store.add_session(each)
    assert empty_store.session("off") == was_off
    assert empty_store.session("general|2025-11-21") == timed
    assert empty_store.session_by_token("token of other") == untimed
    assert empty_store.session("full") == full


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


def test_a_session_is_replaced_by_who_has_seen_the_last_version(empty_store: Store) -> None:
    empty_store.add_session(session())
    closed = session(closed_at=NOON + MS, closes_at=NOON + MS, token="new", opened_by="u2", version=2)
    assert empty_store.replace_session(closed)
    assert not empty_store.replace_session(session(token="too late", version=2))
    assert not empty_store.replace_session(session(token="too early", version=4))
    assert not empty_store.replace_session(session("unknown", token="unknown", version=2))
    assert empty_store.sessions() == [closed]
    opened_again = replace(closed, closed_at=None, version=3)
    assert empty_store.replace_session(opened_again)
    assert empty_store.session_by_token("new") == opened_again


def test_a_session_does_not_get_the_token_of_another(empty_store: Store) -> None:
    empty_store.add_session(session("one", token="same"))
    empty_store.add_session(session("two", token="another"))
    with pytest.raises(ValueError, match="two"):
        empty_store.replace_session(session("two", token="same", version=2))
    assert empty_store.session("two") == session("two", token="another")


def test_sessions_of_a_span_of_days(empty_store: Store) -> None:
    for number in range(4):
        opens_at = NOON - timedelta(days=number)
        empty_store.add_session(session(str(number), day=opens_at.date().isoformat(), opens_at=opens_at))
    assert [each.id for each in empty_store.sessions_between("2025-11-19", "2025-11-20")] == ["2", "1"]
    assert [each.id for each in empty_store.sessions_between("2025-11-21", "2025-12-31")] == ["0"]
    assert empty_store.sessions_between("2025-11-20", "2025-11-19") == []


def test_sessions_of_a_course(empty_store: Store) -> None:
    for key, course_id, delay in (("b", "physics", 0), ("c", "general", 0), ("a", "physics", -1)):
        empty_store.add_session(session(key, course_id=course_id, opens_at=NOON + delay * MS))
    assert [each.id for each in empty_store.sessions_of("physics")] == ["a", "b"]
    assert empty_store.sessions_of("unknown") == []


def test_sessions_that_nobody_has_closed(empty_store: Store) -> None:
    empty_store.add_session(session("over", opens_at=NOON - timedelta(days=3), closes_at=NOON - MS))
    empty_store.add_session(session("under way"))
    empty_store.add_session(session("closed", closed_at=NOON))
    empty_store.add_session(session("later", opens_at=NOON + MS))
    assert [each.id for each in empty_store.unclosed_sessions(NOON)] == ["over", "under way"]
    assert [each.id for each in empty_store.unclosed_sessions(NOON + MS)] == ["over", "under way", "later"]
    empty_store.replace_session(session("under way", closed_at=NOON, version=2))
    assert [each.id for each in empty_store.unclosed_sessions(NOON)] == ["over"]
    empty_store.replace_session(session("over", cancelled_at=NOON, history=(CANCELLED,), version=2))
    assert empty_store.unclosed_sessions(NOON) == []


def test_a_session_is_open_between_its_times_unless_it_was_closed() -> None:
    plain = session()
    assert [plain.is_open(NOON + delay) for delay in (-MS, 0 * MS, timedelta(hours=2))] == [
        False,
        True,
        False,
    ]
    assert not session(closed_at=NOON + MS).is_open(NOON)


def test_each_session_has_a_secret_of_its_own_that_is_not_shown() -> None:
    known = {
        field.name: getattr(session(), field.name) for field in fields(Session) if field.name != "secret"
    }
    first, second = Session(**known), Session(**known)
    assert first.secret != second.secret
    assert len(bytes.fromhex(first.secret)) == 32
    assert first.secret not in repr(first)
