"""Traces of check-ins, alarms, and who was seen in rooms, in every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from attendance.errors import SessionNotFoundError
from attendance.store.protocol import Store
from attendance.values import (
    AlarmKind,
    LivenessResult,
    MarkEvidence,
    Place,
    RoomPicture,
    Session,
    SpotCheck,
)
from tests.attendance.store.builders import MS, NOON, alarm, mark, review, session, student, trace

TODAY, TOMORROW = "general|2025-11-21", "general|2025-11-22"
EVIDENCE = MarkEvidence(Place.THIS_NETWORK, LivenessResult.FAILED, ("too_little", "wrong_way"), signed=True)


@pytest.fixture(autouse=True)
def another_session(store: Store) -> None:
    store.add_session(session(TOMORROW))


def test_a_trace_is_kept_once(store: Store) -> None:
    nobody = trace("g2", student_id=None, device=None, address=None, picture=None, at=NOON + MS)
    assert store.add_trace(trace())
    assert store.add_trace(nobody)
    assert not store.add_trace(trace(digest="e" * 64))
    assert store.traces_of_session(TODAY) == [trace(), nobody]
    assert store.traces_of_session(TOMORROW) == []


def test_where_a_sessions_students_were(store: Store) -> None:
    later = trace("later", student_id="s2", at=NOON + MS, address="there")
    left_out = [trace("nobody", student_id=None), trace("forgotten", address=None)]
    for each in (later, *left_out, trace("first", address="here"), trace("other", session_id=TOMORROW)):
        assert store.add_trace(each)
    assert store.addresses_of_session(TODAY) == [("s1", "here"), ("s2", "there")]
    assert store.addresses_of_session("unknown") == []


def test_the_traces_of_a_device_are_those_of_all_sessions_in_order(store: Store) -> None:
    later = trace("later", session_id=TOMORROW, student_id="s2", at=NOON + timedelta(days=1))
    for each in (later, trace("b"), trace("a"), trace("other", device="key:another")):
        assert store.add_trace(each)
    assert store.traces_of_device("key:phone") == [trace("a"), trace("b"), later]
    assert store.traces_of_device("unknown") == []


def test_copies_are_found_by_their_bytes(store: Store) -> None:
    early = trace("early", at=NOON - MS, picture=b"\xff" * 32)
    for each in (
        trace(),
        early,
        trace("faceless", picture=None),
        trace("else", digest="e" * 64, at=NOON + MS),
    ):
        store.add_trace(each)
    assert store.trace_with_digest("d" * 64) == early
    assert store.trace_with_digest("0" * 64) is None


def test_addresses_go_before_the_rest_of_a_trace(store: Store) -> None:
    for each in (trace("a"), trace("b", at=NOON + MS), trace("none", address=None)):
        store.add_trace(each)
    assert store.forget_addresses(NOON) == 0
    assert store.forget_addresses(NOON + MS) == 1
    left = [trace("a", address=None), trace("none", address=None), trace("b", at=NOON + MS)]
    assert store.traces_of_session(TODAY) == left
    assert store.purge_traces(NOON + MS) == 2
    assert store.traces_of_session(TODAY) == left[2:]


def test_there_is_one_alarm_of_a_kind_about_a_subject_in_a_session(store: Store) -> None:
    others = [
        alarm(kind=AlarmKind.TWO_PHONES, detail=("2", "7"), at=NOON + MS),
        alarm("s2", student_ids=("s2",), at=NOON + 2 * MS),
    ]
    elsewhere = alarm(session_id=TOMORROW)
    for each in (alarm(), *others, elsewhere):
        assert store.add_alarm(each)
    assert not store.add_alarm(alarm(at=NOON + MS))
    assert store.alarms_of(TODAY) == [alarm(), *others]
    assert store.alarm(elsewhere.id) == elsewhere
    assert store.alarm("unknown") is None
    with pytest.raises(SessionNotFoundError, match="nowhere"):
        store.add_alarm(alarm(session_id="nowhere"))


def test_an_alarm_is_settled_once_and_can_be_settled_for_good_afterwards(store: Store) -> None:
    store.add_alarm(alarm())
    settled = replace(alarm(), settled_at=NOON + MS, settled_by="u1")
    assert store.settle_alarm(alarm().id, by="u1", at=NOON + MS, for_good=False) == settled
    assert store.settle_alarm(alarm().id, by="u2", at=NOON, for_good=False) is None
    assert not store.settled_for_good(AlarmKind.SHARED_PHONE, "s1+s2")
    for_good = replace(settled, settled_at=NOON + 2 * MS, settled_by="u2", for_good=True)
    assert store.settle_alarm(alarm().id, by="u2", at=NOON + 2 * MS, for_good=True) == for_good
    assert store.settle_alarm(alarm().id, by="u1", at=NOON, for_good=True) is None
    assert store.settle_alarm("unknown", by="u1", at=NOON, for_good=True) is None
    assert store.alarms_of(TODAY) == [for_good]


def test_a_settled_alarm_can_be_opened_again(store: Store) -> None:
    store.add_alarm(alarm())
    assert store.reopen_alarm(alarm().id) is None
    assert store.reopen_alarm("unknown") is None
    for for_good in (False, True):
        store.settle_alarm(alarm().id, by="u1", at=NOON, for_good=for_good)
        before = store.session_changes(TODAY)
        assert store.reopen_alarm(alarm().id) == alarm()
        assert store.alarms_of(TODAY) == [alarm()]
        assert store.session_changes(TODAY) > before
        assert not store.settled_for_good(AlarmKind.SHARED_PHONE, "s1+s2")


def test_the_traces_of_a_student_are_those_of_all_sessions_in_order(store: Store) -> None:
    later = trace("later", session_id=TOMORROW, device=None, at=NOON + timedelta(days=1))
    for each in (later, trace("b"), trace("a"), trace("other", student_id="s2")):
        store.add_trace(each)
    assert store.traces_of_student("s1") == [trace("a"), trace("b"), later]
    assert store.traces_of_student("unknown") == []


def test_what_is_settled_for_good_is_so_in_every_session(store: Store) -> None:
    store.add_alarm(alarm())
    store.settle_alarm(alarm().id, by="u1", at=NOON, for_good=True)
    assert store.settled_for_good(AlarmKind.SHARED_PHONE, "s1+s2")
    assert not store.settled_for_good(AlarmKind.TWO_PHONES, "s1+s2")
    assert not store.settled_for_good(AlarmKind.SHARED_PHONE, "s1")


def test_old_alarms_go_except_those_settled_for_good(store: Store) -> None:
    siblings, settled, new = alarm(), alarm("s2", student_ids=("s2",)), alarm("s1", at=NOON + MS)
    for each in (siblings, settled, new):
        store.add_alarm(each)
    store.settle_alarm(siblings.id, by="u1", at=NOON, for_good=True)
    store.settle_alarm(settled.id, by="u1", at=NOON, for_good=False)
    assert store.purge_alarms(NOON + MS) == 1
    assert [each.id for each in store.alarms_of(TODAY)] == [siblings.id, new.id]


def test_a_board_changes_with_its_alarms(store: Store) -> None:
    before = store.session_changes(TODAY)
    store.add_alarm(alarm())
    added = store.session_changes(TODAY)
    store.settle_alarm(alarm().id, by="u1", at=NOON, for_good=False)
    assert before < added < store.session_changes(TODAY)
    elsewhere = store.session_changes(TOMORROW)
    store.add_alarm(alarm("s1"))
    assert store.session_changes(TOMORROW) == elsewhere


def test_who_is_erased_is_in_no_trace_and_no_alarm(store: Store) -> None:
    for each in (trace(), trace("of two", student_id="s2"), trace("of nobody", student_id=None)):
        store.add_trace(each)
    store.add_alarm(alarm())
    alone = alarm("s2", student_ids=("s2",))
    store.add_alarm(alone)
    erasure = store.remove_student("s1")
    assert (erasure.traces, erasure.alarms) == (1, 1)
    assert [each.student_id for each in store.traces_of_session(TODAY)] == [None, "s2"]
    assert store.alarms_of(TODAY) == [alone]
    assert not store.add_trace(trace("late"))
    assert not store.add_alarm(alarm("late"))
    assert store.alarms_of(TODAY) == [alone]


def in_room(**changes: Any) -> Session:
    pictures = (RoomPicture(NOON, "u1", ("s1", "s2")), RoomPicture(NOON + MS, "u2", ("s2",)))
    checks = (SpotCheck(NOON, "u1", ("s2", "s1")),)
    return replace(session(room_pictures=pictures, spot_checks=checks, version=2), **changes)


def test_who_was_seen_in_a_room_and_who_was_called_out_is_kept_with_the_session(store: Store) -> None:
    assert store.replace_session(in_room())
    assert store.session(TODAY) == in_room()


def test_who_is_erased_was_seen_nowhere(store: Store) -> None:
    store.replace_session(in_room())
    stale = store.session(TODAY)
    assert stale is not None
    assert store.remove_student("s1").sessions == 1
    left = in_room(
        room_pictures=(RoomPicture(NOON, "u1", ("s2",)), RoomPicture(NOON + MS, "u2", ("s2",))),
        spot_checks=(SpotCheck(NOON, "u1", ("s2",)),),
        version=3,
    )
    assert store.session(TODAY) == left
    assert not store.replace_session(replace(stale, late_at=None, version=3)), (
        "it would bring the student back"
    )
    assert store.replace_session(replace(stale, version=4))
    assert store.session(TODAY) == replace(left, version=4), "nor does a session that was read before"


def test_what_speaks_for_a_mark_and_for_a_review_is_kept(store: Store) -> None:
    store.insert_mark(mark("s1", evidence=EVIDENCE))
    seen = replace(mark("s1", evidence=replace(EVIDENCE, place=Place.ROOM_PHOTO)), version=2)
    assert store.replace_mark(seen)
    assert store.marks(TODAY) == [seen]
    store.hold_review(review(evidence=EVIDENCE))
    assert store.reviews() == [review(evidence=EVIDENCE)]


def test_an_exemption_is_kept(store: Store) -> None:
    assert store.update_student(student("s1", movement_exempt=True))
    assert store.student("s1") == student("s1", movement_exempt=True)
