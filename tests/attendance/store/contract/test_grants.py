"""Spent grants, their answers and the engine's pin, on every database."""

from __future__ import annotations

from dataclasses import replace

from attendance.store.protocol import Store
from tests.attendance.store.builders import MS, NOON, answer, pin
from tests.attendance.store.databases import Place

END = answer().expires_at


def test_a_grant_is_bound_to_its_first_photo(empty_store: Store) -> None:
    assert empty_store.spent_on("g") is None
    assert empty_store.spend_grant("g", "first", END) == "first"
    assert empty_store.spend_grant("g", "second", END) == "first"
    assert empty_store.spend_grant("g", "first", END) == "first"
    assert empty_store.spent_on("g") == "first"
    assert empty_store.spend_grant("other", "second", END) == "second"


def test_the_first_answer_is_kept(empty_store: Store) -> None:
    first = answer(answer={"code": "present", "name": "Zoë 李", "marked_at": None})
    assert empty_store.keep_answer(first) == first
    assert empty_store.keep_answer(answer(answer={"code": "not_found"})) == first
    assert empty_store.answer("g1", "d1", NOON) == first
    assert empty_store.answer("g1", "d2", NOON) is None
    assert empty_store.answer("g2", "d1", NOON) is None


def test_each_photo_under_a_grant_has_an_answer_of_its_own(empty_store: Store) -> None:
    for digest in ("d1", "d2"):
        kept = answer(digest=digest, answer={"code": digest})
        assert empty_store.keep_answer(kept) == kept
    assert empty_store.answer("g1", "d2", NOON) == answer(digest="d2", answer={"code": "d2"})


def test_an_answer_ends_with_its_grant(empty_store: Store) -> None:
    empty_store.keep_answer(answer())
    assert empty_store.answer("g1", "d1", END - MS) is not None
    assert empty_store.answer("g1", "d1", END) is None


def test_what_is_over_is_purged(empty_store: Store) -> None:
    for number in range(3):
        end = END + number * MS
        empty_store.spend_grant(f"g{number}", "d1", end)
        empty_store.keep_answer(answer(f"g{number}", expires_at=end))
    assert empty_store.purge_grants(END - MS) == 0
    assert empty_store.purge_grants(END + MS) == 4
    assert empty_store.purge_grants(END + MS) == 0
    assert [empty_store.spent_on(f"g{number}") for number in range(3)] == [None, None, "d1"]
    assert empty_store.answer("g2", "d1", NOON) is not None


def test_a_grant_that_was_purged_stays_bound_to_nothing(empty_store: Store) -> None:
    empty_store.spend_grant("g", "first", END)
    empty_store.purge_grants(END)
    assert empty_store.spend_grant("g", "second", END) == "second"


def test_the_engine_is_pinned_once(empty_store: Store, place: Place) -> None:
    assert empty_store.engine_pin() is None
    assert empty_store.pin_engine(pin()) == pin()
    assert empty_store.pin_engine(pin("facenet-1")) == pin()
    again = place.open()
    assert again.engine_pin() == pin()
    again.close()


def test_the_pin_is_exchanged_on_purpose(empty_store: Store) -> None:
    empty_store.repin_engine(pin())
    assert empty_store.engine_pin() == pin()
    other = replace(pin("facenet-1"), detector="haar", reason="re-embedded", pinned_at=NOON + MS)
    empty_store.repin_engine(other)
    assert empty_store.engine_pin() == other
    assert empty_store.pin_engine(pin()) == other
