"""A request counts as of when it came, however long it waited for a place."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from attendance.classes.entering.entrances import Showing
from attendance.register import Register
from attendance.values import Session
from client.serving.shares.parties import WAITED
from tests.attendance.frozen_clock import FrozenClock


def shown_in(register: Register) -> tuple[Session, Showing]:
    session = register.class_sessions.open_now(register.courses.add("Physics").id, by="a teacher")
    return session, register.entrances.showing(session)


def test_a_phone_that_waited_in_the_queue_scanned_in_time(
    app: Flask, register: Register, clock: FrozenClock
) -> None:
    _, showing = shown_in(register)
    clock.moment = showing.next_at + timedelta(seconds=25)  # ten seconds after the code expired
    addresses = (f"/s/{showing.address}", "/c?code=" + showing.typed)
    for address in addresses:
        client = app.test_client()
        assert client.get(address, environ_overrides={WAITED: 20.0}).status_code == 200
    assert app.test_client().get(addresses[0]).status_code == 410


def test_no_header_says_so(app: Flask, register: Register, clock: FrozenClock) -> None:
    _, showing = shown_in(register)
    clock.moment = showing.next_at + timedelta(seconds=25)
    headers = {"Attendance-Waited": "20", "attendance.waited": "20", "Waited": "20"}
    assert app.test_client().get(f"/s/{showing.address}", headers=headers).status_code == 410
