"""Check-ins that need a decision, on every database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from attendance.errors import SessionNotFoundError
from attendance.store.protocol import Store
from attendance.values import Review, ReviewDecision, ReviewReason
from attendance.values.reviews import MOST_JOINED, short_reference
from tests.attendance.store.builders import MS, NOON, review, session


def test_a_review_comes_back_as_written(store: Store) -> None:
    plain = review("plain")
    bare = review("bare", candidates=(), snapshot=None, device=None, reason=ReviewReason.NOT_ME)
    decided = review(
        "decided",
        decision=ReviewDecision.REFUSED,
        decided_by="teacher",
        decided_at=NOON + MS,
        snapshot=None,
    )
    claim = review("claim", "s1", reason=ReviewReason.CODE, snapshot=None)
    for each in (plain, bare, decided, claim):
        assert store.hold_review(each) == each
        assert store.review(each.id) == each
    assert store.review("unknown") is None


def test_a_review_is_held_once(store: Store) -> None:
    first = review("r", snapshot="first.jpg")
    assert store.hold_review(first) == first
    assert store.hold_review(review("r", snapshot="second.jpg")) == first
    assert store.review("r") == first


def test_an_open_review_is_enough_for_its_subject(store: Store) -> None:
    first = review("r1", subject="about s1", snapshot="picture.jpg")
    store.hold_review(first)
    second = store.hold_review(review("r2", subject="about s1", snapshot="newer.jpg"))
    for _ in range(2):
        third = store.hold_review(review("r3", subject="about s1", snapshot=None))
    assert second == replace(first, snapshot="newer.jpg", joined=(short_reference("r2"),))
    assert third == replace(
        first, snapshot="newer.jpg", joined=(short_reference("r2"), short_reference("r3"))
    )
    assert store.reviews() == [third]
    assert store.review("r2") is None
    assert third is not None
    assert third.count == 3
    other = review("r4", subject="about s2")
    assert store.hold_review(other) == other


def test_a_review_that_another_device_joined_says_so(store: Store) -> None:
    store.hold_review(review("r1", subject="about s1", device="one"))
    same = store.hold_review(review("r2", subject="about s1", device="one"))
    other = store.hold_review(review("r3", subject="about s1", device="two"))
    again = store.hold_review(review("r4", subject="about s1", device="one"))
    assert [each and each.shared for each in (same, other, again)] == [False, True, True]
    assert store.reviews() == [again]


def test_who_joins_brings_candidates(store: Store) -> None:
    store.hold_review(review("r1", "s1", subject="about s1"))
    held = store.hold_review(review("r2", "s1", "s2", subject="about s1"))
    assert held is not None
    assert [each.student_id for each in held.candidates] == ["s1", "s2"]
    assert store.reviews() == [held]


def test_after_the_decision_a_subject_is_open_again(store: Store) -> None:
    store.hold_review(review("r1", subject="about s1"))
    decided = store.decide_review("r1", ReviewDecision.REFUSED, decided_for=None, by="t", at=NOON)
    assert decided is not None
    assert decided.subject is None
    again = review("r2", subject="about s1")
    assert store.hold_review(again) == again


def test_a_review_counts_to_an_end(store: Store) -> None:
    for number in range(MOST_JOINED + 5):
        held = store.hold_review(review(f"r{number}", subject="about s1"))
    assert held is not None
    assert held.count == 1 + MOST_JOINED


def test_a_device_has_so_many_open_reviews_of_a_session(store: Store) -> None:
    for number in range(3):
        assert store.hold_review(review(f"r{number}", subject=f"about {number}"), most=3)
    assert store.hold_review(review("r3", subject="about 3"), most=3) is None
    assert store.review("r3") is None
    joined = store.hold_review(review("r4", subject="about 1"), most=3)
    assert joined is not None
    assert joined.id == "r1"
    assert store.hold_review(review("r5", subject="about 5", device="another"), most=3)
    assert store.hold_review(review("r6", subject="about 6", device=None), most=1)
    assert store.hold_review(review("r7", subject="about 7", device=None), most=1) is None
    store.decide_review("r0", ReviewDecision.REFUSED, decided_for=None, by="t", at=NOON)
    assert store.hold_review(review("r8", subject="about 8"), most=3)


def test_of_many_at_once_one_review_is_written_and_the_device_keeps_its_limit(store: Store) -> None:
    def send(number: int) -> Review | None:
        return store.hold_review(review(f"r{number}", subject=f"about {number % 4}"), most=3)

    with ThreadPoolExecutor(8) as threads:
        held = list(threads.map(send, range(24)))
    subjects = [each.subject for each in store.reviews()]
    assert len(subjects) == len(set(subjects)) == 3
    assert sum(each.count for each in store.reviews()) == sum(each is not None for each in held)


def test_a_review_needs_its_session(store: Store) -> None:
    with pytest.raises(SessionNotFoundError, match="unknown"):
        store.hold_review(review("r", session_id="unknown"))
    assert store.reviews() == []


def test_reviews_come_oldest_first(store: Store) -> None:
    for key, delay in (("new", 1500), ("old", 0), ("b", 30), ("a", 30)):
        store.hold_review(review(key, created_at=NOON + delay * MS))
    assert [each.id for each in store.reviews()] == ["old", "a", "b", "new"]


def test_a_review_is_decided_once(store: Store) -> None:
    held = review("r")
    store.hold_review(held)
    store.hold_review(review("other"))
    decided = store.decide_review("r", ReviewDecision.ACCEPTED, decided_for="s2", by="teacher", at=NOON + MS)
    assert decided == replace(
        held,
        decision=ReviewDecision.ACCEPTED,
        decided_for="s2",
        decided_by="teacher",
        decided_at=NOON + MS,
        snapshot=None,
    )
    again = store.decide_review("r", ReviewDecision.REFUSED, decided_for=None, by="another", at=NOON)
    assert again is None
    assert store.review("r") == decided
    assert [each.id for each in store.reviews()] == ["other"]
    assert {each.id for each in store.reviews(undecided_only=False)} == {"r", "other"}


def test_an_unknown_review_is_not_decided(store: Store) -> None:
    decided = store.decide_review("r", ReviewDecision.REFUSED, decided_for=None, by="teacher", at=NOON)
    assert decided is None
    assert store.review("r") is None


def test_a_snapshot_is_forgotten(store: Store) -> None:
    store.hold_review(review("r"))
    store.forget_snapshot("r")
    store.forget_snapshot("r")
    store.forget_snapshot("unknown")
    assert store.review("r") == review("r", snapshot=None)
    assert store.review("unknown") is None


def test_reviews_of_one_session(store: Store) -> None:
    store.add_session(session("other"))
    for key, session_id, delay in (("b", "other", 5), ("a", "other", 2), ("c", "general|2025-11-21", 1)):
        store.hold_review(review(key, session_id=session_id, created_at=NOON + delay * MS))
    assert [each.id for each in store.reviews_of("other")] == ["a", "b"]
    assert store.reviews_of("unknown") == []
    store.decide_review("a", ReviewDecision.REFUSED, decided_for=None, by="teacher", at=NOON)
    assert [each.id for each in store.reviews_of("other")] == ["b"]
    assert [each.id for each in store.reviews_of("other", undecided_only=False)] == ["a", "b"]
