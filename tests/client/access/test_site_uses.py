"""What a site has switched off has no button, and its addresses answer with a clear sentence."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.settings.site_uses import SiteUses
from attendance.values import Session
from client.serving.software_addresses import HANDSHAKE
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS
from tests.client.signed_in import SignedIn

NO_PHOTOS = "Classroom photos are switched off at this site."
NO_CAMERA = "Live cameras are switched off at this site."
NO_SEARCH = "Searching a class by face is switched off at this site (ATTENDANCE_ONE_TO_ONE=known)."
CHOICES: dict[str, Any] = {"room_photos": "off", "live_camera": False, "one_to_one": "known"}


@pytest.fixture(
    params=[(), *((name,) for name in CHOICES), tuple(CHOICES)], ids=lambda names: "+".join(names) or "none"
)
def off(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Which switches are at their least."""
    names: tuple[str, ...] = request.param
    return names


@pytest.fixture
def settings(settings: Settings, off: tuple[str, ...]) -> Settings:
    return replace(settings, **{name: CHOICES[name] for name in off})


@pytest.fixture
def session(register: Register, admin: SignedIn) -> Session:
    course = register.courses.add("Physics", roster=["1", "2"])
    return register.class_sessions.open_now(course.id, by=admin.user.id)


def test_pages_and_buttons_follow_the_switches(
    admin: SignedIn, session: Session, off: tuple[str, ...]
) -> None:
    board = admin.get(f"/teach/sessions/{session.id}/board").text
    photos, live = f"/teach/sessions/{session.id}/classroom", f"/realtime/{session.id}"
    for address, name, sentence in ((photos, "room_photos", NO_PHOTOS), (live, "live_camera", NO_CAMERA)):
        page = admin.get(address)
        is_off = name in off
        assert (page.status_code, sentence in page.text) == ((403, True) if is_off else (200, False)), name
        assert (f'href="{in_a_link(address)}"' in board) is not is_off
    shown = admin.get(f"/teach/sessions/{session.id}").text
    assert (f'href="{in_a_link(photos)}"' in shown) is ("room_photos" not in off)


def in_a_link(address: str) -> str:
    return address.replace("|", "%7C")


def test_nothing_below_a_switched_off_page_answers(
    admin: SignedIn, session: Session, off: tuple[str, ...]
) -> None:
    photos = f"/teach/sessions/{session.id}/classroom"
    for tail in ("", "/uploads", "/unknown/confirm", "/unknown/discard"):
        answer = admin.post(f"{photos}{tail}", {"name": "a.jpg", "size": "9"})
        assert (answer.status_code == 403) is ("room_photos" in off), tail
    pins = {"pin": "739154", "again": "739154"}
    answer = admin.post(f"/realtime/{session.id}/kiosk", pins)
    assert answer.status_code == (403 if "live_camera" in off else 303)
    if "live_camera" not in off:
        assert admin.post("/realtime/kiosk/open", {"pin": "739154"}).status_code == 303


def test_other_software_is_refused_likewise(
    app: Flask, register: Register, session: Session, off: tuple[str, ...]
) -> None:
    made = register.api_tokens.make("robot", [scope.value for scope in Scope], by="office")
    client, headers = app.test_client(), {"Authorization": f"Bearer {made.text}"}
    picture = base64.b64encode(photo_of(COLLINS)).decode()
    body = {"image": picture, "session": session.id}
    socket = client.get("/ws", headers={**headers, HANDSHAKE: "header"}, query_string={"session": session.id})
    assert (socket.status_code == 403, NO_CAMERA in socket.text) == (("live_camera" in off,) * 2)
    camera = client.post("/mark-attendance", json={"session": session.id}, headers=headers)
    assert (camera.status_code == 403, NO_CAMERA in camera.text) == (("live_camera" in off,) * 2)
    for address, sent in (
        ("/api/v1/recognise", {"image": picture}),
        ("/recognize", body),
        ("/detect_face", body),
    ):
        answer = client.post(address, json=sent, headers=headers)
        assert (answer.status_code == 403, NO_SEARCH in answer.text) == (("one_to_one" in off,) * 2), address
    verified = client.post("/api/v1/verify", json={"image": picture, "student": "1"}, headers=headers)
    assert verified.get_json()["claim"] == "confirmed", "one to one is always allowed"


def test_the_register_knows_what_is_allowed(register: Register, off: tuple[str, ...]) -> None:
    assert register.uses == SiteUses(
        search="one_to_one" not in off,
        room_photos="room_photos" not in off,
        live_camera="live_camera" not in off,
    )
