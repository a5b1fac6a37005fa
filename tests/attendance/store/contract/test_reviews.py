"""Check-ins that need a decision, on every database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attendance.errors import SessionNotFoundError
from attendance.store.protocol import Store
from attendance.values import ReviewDecision, ReviewReason
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
        assert store.hold_review(each)
        assert store.review(each.id) == each
    assert store.review("unknown") is None


def test_a_review_is_held_once(store: Store) -> None:
    assert store.hold_review(review("r", snapshot="first.jpg"))
    assert not store.hold_review(review("r", snapshot="second.jpg"))
    assert store.review("r") == review("r", snapshot="first.jpg")


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
