"""Frauds with phones: one for two students, two for one, and signatures of somebody else's."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import Parts, Phone
from tests.client.device_key import DeviceKey
from tests.client.phone.frauds.conftest import Watched, sent

SHARED = "Eileen Collins and Grace Hopper checked in with the same phone."
NOT_PROVEN = "The phone could not prove which one it is"


def signed(phone: Phone, key: DeviceKey, photo: bytes) -> Parts:
    """What a browser with this key sends beside a photo."""
    return key.parts(phone.signatures.read_signed_grant(phone.grant).id, photo)


def checked_in(phone: Phone, name: str, key: DeviceKey) -> TestResponse:
    """The reply to a student who moves as asked before a browser with this key."""
    phone.scan()
    photo = phone.face(name, take=1)
    return sent(phone, photo, signed(phone, key, photo))


def test_one_phone_for_two_students(phone: Phone, watched: Watched) -> None:
    key = DeviceKey()
    assert checked_in(phone, "Grace Hopper", key).get_json()["code"] == "present"
    watched.has_flagged(checked_in(phone, "Eileen Collins", key), SHARED)
    assert NOT_PROVEN not in watched.board()


def test_one_phone_for_two_students_on_different_days(
    phone: Phone, watched: Watched, clock: FrozenClock
) -> None:
    key = DeviceKey()
    assert checked_in(phone, "Grace Hopper", key).get_json()["code"] == "present"
    clock.advance(days=1)
    reply = checked_in(phone, "Eileen Collins", key)
    watched.has_flagged(reply, "Eileen Collins and Grace Hopper used the same phone on different days.")


def test_one_student_from_two_phones(phone: Phone, watched: Watched) -> None:
    """The friend checks in first, and the student comes after all."""
    assert checked_in(phone, "Eileen Collins", DeviceKey()).get_json()["code"] == "present"
    reply = checked_in(phone.another(), "Eileen Collins", DeviceKey())
    assert reply.get_json()["code"] == "already_present"
    assert "Eileen Collins checked in with two different phones." in watched.board()


@pytest.mark.parametrize("copied", ["another key", "of another photo", "of another grant"])
def test_a_copied_signature_hides_no_shared_phone(phone: Phone, watched: Watched, copied: str) -> None:
    """With the friend's public key it would look like the friend's phone; it counts as no signature."""
    friends, own = DeviceKey(), DeviceKey()
    phone.scan()
    grant = phone.signatures.read_signed_grant(phone.grant).id
    phone.scan()
    photo, word = phone.face("Eileen Collins", take=1), ("device", "of Grace Hopper")
    here = phone.signatures.read_signed_grant(phone.grant).id
    signature = {
        "another key": own.sign(here, photo),
        "of another photo": friends.sign(here, phone.face("Eileen Collins", take=2)),
        "of another grant": friends.sign(grant, photo),
    }[copied]
    reply = sent(phone, photo, [word, ("key", friends.text), ("signature", signature)])
    assert reply.get_json()["code"] == "present"
    mark = watched.mark()
    assert mark is not None
    assert not mark.evidence.signed
    phone.scan()
    reply = sent(phone, phone.face("Grace Hopper", take=1), [word])
    watched.has_flagged(reply, SHARED)
    assert NOT_PROVEN in watched.board()


def test_a_phone_that_calls_itself_by_a_proven_key(phone: Phone, watched: Watched) -> None:
    assert checked_in(phone, "Grace Hopper", DeviceKey()).get_json()["code"] == "present"
    friends = watched.mark("2")
    assert friends is not None
    phone.scan()
    reply = sent(phone, phone.face("Eileen Collins", take=1), [("device", str(friends.device))])
    assert reply.get_json()["code"] == "present"
    mark = watched.mark()
    assert mark is not None
    assert mark.device is None


def test_a_camera_that_is_a_program(phone: Phone, watched: Watched) -> None:
    phone.scan()
    reply = sent(phone, phone.face("Eileen Collins", take=1), [("camera", "OBS Virtual Camera")])
    watched.has_flagged(reply, "The camera of Eileen Collins is called “OBS Virtual Camera”.")
