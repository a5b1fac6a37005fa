"""A signed check-in is the device's that signed it; any other counts as it did without signatures."""

from __future__ import annotations

import io

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from attendance.store.protocol import Store
from client.web.parsing.upload import PROVEN
from tests.client.conftest import Parts, Phone
from tests.client.device_key import DeviceKey


@pytest.fixture
def key() -> DeviceKey:
    return DeviceKey()


def submit(phone: Phone, parts: Parts) -> TestResponse:
    photo = phone.face("Eileen Collins")
    image = ("image", FileStorage(io.BytesIO(photo), "photo.jpg"))
    return phone.post(f"/capture?grant={phone.grant}", [*parts, *phone.movement(photo), image])


def signed(phone: Phone, key: DeviceKey, photo: bytes) -> Parts:
    return key.parts(phone.signatures.read_signed_grant(phone.grant).id, photo)


def device_of_the_mark(reply: TestResponse, store: Store) -> str | None:
    answer = reply.get_json()
    assert answer["code"] == "present"
    (mark,) = store.marks(answer["session"])
    return mark.device


def test_the_mark_has_the_device_that_signed(phone: Phone, store: Store, key: DeviceKey) -> None:
    phone.scan()
    parts = [("device", "its own word"), *signed(phone, key, phone.face("Eileen Collins"))]
    device = device_of_the_mark(submit(phone, parts), store)
    assert device is not None
    assert device.startswith(PROVEN)


def test_a_wrong_signature_counts_as_none(phone: Phone, store: Store, key: DeviceKey) -> None:
    phone.scan()
    parts = [("device", "its own word"), *signed(phone, key, b"another photo")]
    assert device_of_the_mark(submit(phone, parts), store) == "its own word"


def test_what_is_no_signature_is_refused_and_marks_nobody(phone: Phone, store: Store) -> None:
    phone.scan()
    reply = submit(phone, [("key", "abc"), ("signature", "abc")])
    assert (reply.status_code, reply.get_json()["code"]) == (400, "bad_form")
    assert not [mark for session in store.sessions() for mark in store.marks(session.id)]
    assert submit(phone, []).get_json()["code"] == "present"  # the same grant, without


def test_the_page_names_its_grant_for_the_signature(phone: Phone) -> None:
    page = phone.scan().text
    assert f'data-grant-id="{phone.signatures.read_signed_grant(phone.grant).id}"' in page
