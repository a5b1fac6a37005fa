"""Frauds with files: a photo that the register has already."""

from __future__ import annotations

from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import Phone
from tests.client.phone.frauds.conftest import Watched


def test_the_enrolled_photo_itself(phone: Phone, watched: Watched) -> None:
    phone.scan()
    reply = phone.submit(phone.face("Eileen Collins"))
    watched.has_flagged(reply, "The photo of Eileen Collins is an enrolled photo.")


def test_the_photo_of_last_week_once_more(phone: Phone, watched: Watched, clock: FrozenClock) -> None:
    for _ in range(2):
        phone.scan()
        reply = phone.submit(phone.face("Eileen Collins", take=1))
        assert reply.get_json()["code"] == "present"
        if clock.now().day == 23:
            assert "was sent before" not in watched.board()
            clock.advance(days=7)
    watched.has_flagged(reply, "was sent before, on Monday 23 November at 9:02.")


def test_the_photo_that_a_friend_has_just_sent(phone: Phone, watched: Watched, clock: FrozenClock) -> None:
    """From another phone; of tries with the same phone nothing is said."""
    phone.scan()
    phone.submit(phone.face("Eileen Collins", take=1), device="of the friend")
    clock.advance(seconds=20)
    other = phone.another()
    other.scan()
    reply = other.submit(phone.face("Eileen Collins", take=1), device="of the student")
    assert reply.get_json()["code"] == "already_present"
    assert "The photo of Eileen Collins was sent before" in watched.board()
