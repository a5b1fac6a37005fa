"""What an open page asks for on its own keeps no login alive."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from attendance.register import Register
from client.access.login_cookie import _UNATTENDED
from client.serving.software_addresses import HANDSHAKE
from client.software.lazy_api_app import software_of
from tests.attendance.frozen_clock import FrozenClock
from tests.client.signed_in import SignedIn

UNATTENDED = {"board.changes", "board.events", "classroom.state", "realtime.counts", "live_handshake.ticket"}


def last_seen(register: Register, browser: SignedIn) -> datetime:
    (login,) = register.logins.of(browser.user)
    return login.seen_at


def test_what_is_asked_for_without_a_person_is_listed(app: Flask) -> None:
    views = [*app.view_functions.items(), *software_of(app).view_functions.items()]
    assert {name for name, view in views if getattr(view, _UNATTENDED, False)} == UNATTENDED


@pytest.mark.parametrize(
    ("path", "alive"),
    [
        ("/teach/sessions/{}/board", True),
        ("/teach/sessions/{}/board/changes", False),
        ("/teach/sessions/{}/events", False),
        ("/realtime/{}/counts", False),
        ("/ws?session={}", False),
    ],
)
def test_only_a_person_keeps_a_login_alive(
    teacher: SignedIn,
    register: Register,
    clock: FrozenClock,
    path: str,
    alive: bool,  # noqa: FBT001
) -> None:
    session = register.sessions.today()
    began = last_seen(register, teacher)
    clock.advance(minutes=5)
    own_page = {"Sec-Fetch-Site": "same-origin", HANDSHAKE: "websocket"}
    assert teacher.get(path.format(session.id), headers=own_page).status_code == 200
    assert (last_seen(register, teacher) > began) is alive


def test_a_login_is_noted_once_a_minute(teacher: SignedIn, register: Register, clock: FrozenClock) -> None:
    began = last_seen(register, teacher)
    clock.advance(seconds=59)
    teacher.get("/teach/account/")
    assert last_seen(register, teacher) == began
    clock.advance(seconds=1)
    teacher.get("/teach/account/")
    assert last_seen(register, teacher) == clock.now()
