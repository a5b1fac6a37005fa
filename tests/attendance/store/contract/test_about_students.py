"""What sessions, reviews, alarms and answers say of a student can be found, in every database."""

from __future__ import annotations

from dataclasses import replace

from attendance.store.protocol import Store
from attendance.values import ReviewDecision, RoomPicture, SpotCheck
from tests.attendance.store.builders import MS, NOON, alarm, answer, review, session

DAYS = [f"general|2025-11-{day}" for day in (22, 23, 24)]


def test_reviews_about_a_student_may_be_theirs_or_were_decided_for_them(
    store: Store,
) -> None:
    for key, *candidates in (("r1", "s2"), ("r2", "s2", "s1"), ("r3", "s2"), ("r4", "s10")):
        store.hold_review(review(key, *candidates, created_at=NOON + int(key[1]) * MS))
    store.decide_review("r3", ReviewDecision.ACCEPTED, decided_for="s1", by="t1", at=NOON)
    assert [each.id for each in store.reviews_about("s1")] == ["r2", "r3"]
    assert store.reviews_about("s1")[0] == store.review("r2")
    assert store.reviews_about("nobody") == []


def test_alarms_about_a_student_are_those_of_all_sessions(store: Store) -> None:
    store.add_session(session(DAYS[0]))
    first = alarm("s1+s2", student_ids=("s1", "s2"), at=NOON)
    later = alarm("s1", DAYS[0], student_ids=("s1",), at=NOON + MS)
    for each in (later, first, alarm("s2", DAYS[0], student_ids=("s2",))):
        assert store.add_alarm(each)
    assert store.alarms_about("s1") == [first, later]
    assert store.alarms_about("s") == []


def test_sessions_naming_a_student_are_those_where_they_were_seen_or_called(store: Store) -> None:
    seen, called, other = (session(key, opens_at=NOON + place * MS) for place, key in enumerate(DAYS))
    seen = replace(seen, room_pictures=(RoomPicture(NOON, "t1", ("s1", "s2")),))
    called = replace(called, spot_checks=(SpotCheck(NOON, "t1", ("s1",)),))
    other = replace(other, spot_checks=(SpotCheck(NOON, "t1", ("s2",)),))
    for each in (called, other, seen):
        store.add_session(each)
    assert store.sessions_naming("s1") == [seen, called]


def test_keys_of_answers_come_in_parts(store: Store) -> None:
    keys = [("g1", "d1"), ("g1", "d2"), ("g2", "d1")]
    for grant, digest in reversed(keys):
        store.keep_answer(answer(grant, digest))
    assert store.answer_keys(None, 2) == keys[:2]
    assert store.answer_keys(keys[1], 2) == keys[2:]
    assert store.answer_keys(keys[2], 2) == []
