""" "That's not me": the teacher looks at it."""

from __future__ import annotations

import re

import pytest

from attendance.register import Register
from attendance.store.protocol import Store
from attendance.values import MarkStatus, ReviewReason
from client.phone.answers import CLAIM_HEADER
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import Phone


def test_it_turns_the_mark_into_a_review_with_the_picture(
    phone: Phone, store: Store, register: Register
) -> None:
    phone.scan()
    photo = phone.face("Eileen Collins")
    claim = phone.submit(photo).headers[CLAIM_HEADER]
    reply = phone.not_me(claim, photo)
    assert (reply.status_code, reply.get_json()["code"]) == (200, "needs_review")
    assert reply.get_json()["student"] is None
    (review,) = store.reviews()
    assert review.reason is ReviewReason.NOT_ME
    assert review.snapshot is not None
    (mark,) = store.marks(register.sessions.today().id)
    assert not mark.counts_as_there


def test_it_works_from_the_page_without_a_script(phone: Phone, store: Store) -> None:
    phone.scan()
    page = phone.submit(phone.face("Eileen Collins"), as_json=False).text
    claim = re.search(r'name="claim" value="([^"]+)"', page)
    assert claim
    answer = phone.not_me(claim.group(1), as_json=False)
    assert answer.status_code == 200
    assert "Your teacher will check it" in answer.text
    assert len(store.reviews()) == 1


def test_another_picture_than_the_one_decided_on_is_not_kept(phone: Phone, store: Store) -> None:
    phone.scan()
    claim = phone.submit(phone.face("Eileen Collins")).headers[CLAIM_HEADER]
    phone.not_me(claim, phone.face("Grace Hopper"))
    (review,) = store.reviews()
    assert review.snapshot is None


def test_saying_it_twice_is_saying_it_once(phone: Phone, store: Store) -> None:
    phone.scan()
    claim = phone.submit(phone.face("Eileen Collins")).headers[CLAIM_HEADER]
    assert phone.not_me(claim).status_code == phone.not_me(claim).status_code == 200
    assert len(store.reviews()) == 1


def test_nobody_else_can_say_it(phone: Phone, store: Store) -> None:
    phone.scan()
    phone.submit(phone.face("Eileen Collins"))
    for forged in ("", "forged", phone.grant):
        reply = phone.not_me(forged)
        assert (reply.status_code, reply.get_json()["code"]) == (403, "claim_invalid")
    assert store.reviews() == []


def test_where_no_name_was_said_there_is_nothing_to_deny(phone: Phone) -> None:
    phone.scan()
    assert CLAIM_HEADER not in phone.submit(phone.face("a stranger")).headers


@pytest.mark.parametrize("roll_number", ["1", "2"])
def test_it_makes_nobody_late(phone: Phone, register: Register, clock: FrozenClock, roll_number: str) -> None:
    """Whoever the photo shows was there when it was taken, however late somebody taps the button."""
    came = clock.now()
    phone.scan()
    photo = phone.face("Eileen Collins")
    claim = phone.submit(photo).headers[CLAIM_HEADER]
    clock.advance(hours=2)
    phone.not_me(claim, photo)
    (held,) = register.reviews.held()
    mark = register.reviews.accept(held.review.id, by="teacher", roll_number=roll_number)
    assert (mark.status, mark.at) == (MarkStatus.PRESENT, came)


def test_nor_does_it_where_the_name_was_in_already(
    phone: Phone, register: Register, clock: FrozenClock
) -> None:
    phone.scan()
    phone.submit(phone.face("Eileen Collins"))
    clock.advance(minutes=1)
    came = clock.now()
    other = phone.another()
    other.scan()
    answer = other.submit(other.face("Eileen Collins", take=1))
    assert answer.get_json()["code"] == "already_present"
    clock.advance(hours=2)
    other.not_me(answer.headers[CLAIM_HEADER])
    (held,) = register.reviews.held()
    mark = register.reviews.accept(held.review.id, by="teacher", roll_number="2")
    assert (mark.status, mark.at) == (MarkStatus.PRESENT, came)
