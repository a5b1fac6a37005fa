"""Where a face is compared with its student only, an unknown phone names the student beside the photo."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import Phone


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Nobody is searched."""
    return replace(settings, one_to_one="known")


def submit(
    phone: Phone, who: str, claimed: str | None, *, as_json: bool = True, device: str = ""
) -> TestResponse:
    photo = phone.face(who)
    image = ("image", FileStorage(io.BytesIO(photo), "photo.jpg"))
    typed = [] if claimed is None else [("claimed", claimed)]
    parts = [("device", device), *typed, *phone.movement(photo), image]
    return phone.post(f"/capture?grant={phone.grant}", parts, as_json=as_json)


def number_of(store: Store, name: str) -> str:
    return next(student.roll_number for student in store.students() if student.name == name)


def test_the_page_has_a_field_that_may_stay_empty(phone: Phone) -> None:
    page = phone.scan().text
    field = re.search(r'<input[^>]*id="claimed"[^>]*>', page)
    assert field
    assert "required" not in field.group()
    assert 'aria-describedby="whose"' in field.group()
    assert 'id="whose"' in page


def test_an_unknown_phone_is_asked_and_then_marked(phone: Phone, store: Store) -> None:
    phone.scan()
    for claimed in (None, "", "  "):
        reply = submit(phone, "Eileen Collins", claimed)
        answer = reply.get_json()
        assert (reply.status_code, answer["code"], answer["status"]) == (
            422,
            "number_needed",
            "photo_problem",
        )
        assert "roll number" in answer["message"]
    assert submit(phone, "Eileen Collins", number_of(store, "Eileen Collins")).get_json()["code"] == "present"


def test_the_phone_is_known_the_next_time_and_to_its_student_only(
    phone: Phone, register: Register, clock: FrozenClock
) -> None:
    phone.scan()
    number = number_of(register.store, "Eileen Collins")
    assert submit(phone, "Eileen Collins", number, device="her phone").get_json()["code"] == "present"
    register.alarms.wait()
    clock.advance(days=1)
    phone.scan()
    assert submit(phone, "Eileen Collins", None, device="another").get_json()["code"] == "number_needed"
    assert submit(phone, "Grace Hopper", None, device="her phone").get_json()["code"] == "not_found"
    phone.scan()
    assert submit(phone, "Eileen Collins", None, device="her phone").get_json()["code"] == "present"


def test_without_scripts_the_page_says_so_and_leads_back(phone: Phone) -> None:
    phone.scan()
    page = submit(phone, "Eileen Collins", "", as_json=False)
    assert page.status_code == 422
    assert "Your roll number, please" in page.text
    assert f'/g/{phone.grant}"' in page.text


def test_somebody_elses_number_is_answered_as_one_that_does_not_exist(phone: Phone, store: Store) -> None:
    phone.scan()
    codes = []
    for claimed in (number_of(store, "Grace Hopper"), "no-such-number", "\x00", "ü" * 200):
        phone.scan()
        reply = submit(phone, "Eileen Collins", claimed)
        codes.append((reply.status_code, reply.get_json()["code"]))
    assert codes == [codes[0]] * 4
    assert codes[0][1] == "not_found"
    assert not [mark for session in store.sessions() for mark in store.marks(session.id)]


def test_a_number_goes_along_with_a_photo_only(phone: Phone, register: Register) -> None:
    phone.scan()
    assert register.settings.one_to_one == "known"
    reply = phone.post("/not-me?claim=x", [("claimed", "1")])
    assert reply.status_code == 400
