"""Notices, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.errors import StudentNotFoundError
from attendance.store.protocol import Store
from attendance.values import NoticeKind, NoticeState
from tests.attendance.store.builders import MS, NOON, notice
from tests.attendance.store.databases import Place


def test_a_notice_comes_back_as_written(store: Store, place: Place) -> None:
    about_session = notice("absent|s1|Zoë")
    about_course = notice(
        "below|s2|small",
        student_id="s2",
        kind=NoticeKind.BELOW_LIMIT,
        session_id=None,
        to="zoë@exämple.org",
        created_at=NOON + MS,
        state=NoticeState.FAILED,
        sent_at=NOON + 2 * MS,
        problem="550 no such mailbox 李",
        version=3,
    )
    for each in (about_session, about_course):
        assert store.claim_notice(each)
    again = place.open()
    assert [again.notice(each.key) for each in (about_session, about_course)] == [about_session, about_course]
    assert again.notices() == [about_session, about_course]
    again.close()


def test_a_notice_is_held_back_and_forgotten_by_who_has_seen_the_last_version(store: Store) -> None:
    held = notice("n1", state=NoticeState.HELD, held_by="u1")
    assert store.claim_notice(held)
    assert not store.claim_notice(notice("n1"))
    assert store.notices() == [held]
    assert not store.forget_notice(replace(held, version=2))
    assert store.forget_notice(held)
    assert not store.forget_notice(held)
    assert store.notices() == []
    assert store.claim_notice(notice("n1"))


def test_no_notice_is_found_where_none_is(store: Store) -> None:
    assert store.notice("n1") is None
    assert store.notices() == []
    assert store.notices_of("s1") == []


def test_nobody_is_told_twice(store: Store) -> None:
    first = notice("n1")
    assert store.claim_notice(first)
    assert not store.claim_notice(replace(first, to="somebody-else@example.org", version=1))
    assert store.notices() == [first]


def test_a_notice_is_changed_by_who_has_seen_the_last_version(store: Store) -> None:
    first = notice("n1")
    store.claim_notice(first)
    sent = replace(first, state=NoticeState.SENT, sent_at=NOON + 5 * MS, version=2)
    assert store.replace_notice(sent)
    assert not store.replace_notice(replace(first, state=NoticeState.FAILED, problem="late", version=2))
    assert not store.replace_notice(replace(first, version=4))
    assert not store.replace_notice(notice("unknown", version=2))
    assert store.notices() == [sent]


def test_notices_come_in_the_order_they_were_made(store: Store) -> None:
    for key, delay in (("late", 5), ("b", 2), ("a", 2), ("first", 0)):
        store.claim_notice(notice(key, created_at=NOON + delay * MS))
    assert [each.key for each in store.notices()] == ["first", "a", "b", "late"]
    assert [each.key for each in store.notices(NOON + 2 * MS)] == ["a", "b", "late"]
    assert [each.key for each in store.notices(NOON + timedelta(days=1))] == []


def test_notices_of_a_student_are_no_other_students(store: Store) -> None:
    for key, student_id, delay in (("b", "s1", 1), ("c", "s2", 0), ("a", "s1", 1), ("d", "s1", 0)):
        store.claim_notice(notice(key, student_id=student_id, created_at=NOON + delay * MS))
    assert [each.key for each in store.notices_of("s1")] == ["d", "a", "b"]
    assert [each.key for each in store.notices_of("s2")] == ["c"]
    assert store.notices_of("unknown") == []


def test_erasing_a_student_erases_what_they_were_told(store: Store) -> None:
    for key, student_id in (("n1", "s1"), ("n2", "s2")):
        store.claim_notice(notice(key, student_id=student_id))
    store.remove_student("s1")
    assert [each.key for each in store.notices()] == ["n2"]
    assert store.notices_of("s1") == []
    assert not store.replace_notice(notice("n1", state=NoticeState.SENT, version=2))
    assert store.notice("n1") is None


def test_nobody_who_is_not_in_the_register_is_told_anything(store: Store) -> None:
    store.remove_student("s1")
    for student_id in ("s1", "unknown"):
        with pytest.raises(StudentNotFoundError, match=student_id):
            store.claim_notice(notice("n1", student_id=student_id))
    assert store.notices() == []


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="time zone"):
        store.claim_notice(notice("n1", created_at=NOON.replace(tzinfo=None)))
    assert store.notices() == []
