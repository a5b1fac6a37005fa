"""The QR code on the welcome screen."""

from __future__ import annotations

import io

from attendance.console.screen import Screen
from attendance.register import Register
from client.startup.addresses import Addresses
from client.startup.welcome import Welcome

ADDRESSES = Addresses("http", "0.0.0.0", 8080, ("192.168.1.20",))


def first_screen(register: Register) -> str:
    out = io.StringIO()
    welcome = Welcome(ADDRESSES, None, self_signed=False, register=register, here="{}?here=key".format)
    welcome.show(Screen(out))
    return " ".join(out.getvalue().split())


def test_while_general_runs_its_code_is_there(register: Register) -> None:
    token = register.entrances.static_address(register.sessions.today())
    assert f"http://192.168.1.20:8080/s/{token}" in first_screen(register)


def test_the_page_with_the_code_has_the_key_of_this_computer(register: Register) -> None:
    assert "http://localhost:8080/wall?here=key" in first_screen(register)


def test_with_courses_it_says_where_to_open_a_session(register: Register) -> None:
    register.courses.add("Physics 2")
    screen = first_screen(register)
    assert "open a session at http://localhost:8080/teach/" in screen
    assert "/s/" not in screen
