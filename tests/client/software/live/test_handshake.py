"""Authorisation of WebSocket handshakes, through the real server."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from attendance.register import Register
from attendance.values import MarkStatus, Role
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER
from tests.client.signed_in import SignIn
from tests.client.software.live.conftest import refused, socket_at

pytestmark = pytest.mark.server


@pytest.mark.parametrize("text", ["fa_" + "A" * 43, "x"])
def test_a_wrong_token_is_refused_at_the_handshake(port: int, text: str) -> None:
    assert refused(port, token=text) == (401, "token-invalid")


def test_a_token_without_the_scope_is_refused(port: int, register: Register) -> None:
    other = register.api_tokens.make("reader", ["marks:read"], by="admin").text
    assert refused(port, token=other) == (403, "scope-missing")


def test_nobody_is_refused_too(port: int) -> None:
    assert refused(port) == (401, "token-missing")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("?session=none", 404, "not-found"),
        ("?marking=always", 422, "not-as-described"),
        ("?wrong=1", 422, "not-as-described"),
        ("?device=door&device=gate", 422, "not-as-described"),
        ("?device=" + "x" * 65, 422, "not-as-described"),
    ],
)
def test_what_makes_no_sense_is_refused(port: int, token: str, query: str, status: int, code: str) -> None:
    assert refused(port, query, token) == (status, code)


def test_a_login_opens_a_socket_from_a_page_of_ours_alone(port: int, app: Flask, sign_in: SignIn) -> None:
    cookie = sign_in(role=Role.TEACHER).client.get_cookie("attendance_login")
    assert cookie is not None
    logged_in = {"Cookie": f"attendance_login={cookie.value}"}
    ours = f"http://127.0.0.1:{port}"
    with socket_at(port, headers=logged_in, origin=ours) as client:
        assert client.show(room_of())["type"] == "faces"
    for elsewhere in ("https://elsewhere.example", f"https://127.0.0.1:{port}", "null", None):
        assert refused(port, headers=logged_in, origin=elsewhere) == (401, "token-missing")
    assert refused(port, origin=ours) == (401, "token-missing")


def test_a_proxys_password_is_in_no_logged_in_teachers_way(port: int, sign_in: SignIn) -> None:
    cookie = sign_in(role=Role.TEACHER).client.get_cookie("attendance_login")
    assert cookie is not None
    headers = {"Cookie": f"attendance_login={cookie.value}", "Authorization": "Basic c2Nob29sOnNlY3JldA=="}
    with socket_at(port, headers=headers, origin=f"http://127.0.0.1:{port}") as client:
        assert client.show(room_of())["type"] == "faces"
    assert refused(port, headers=headers) == (401, "token-missing")


def test_a_teacher_gets_no_socket_for_another_teachers_class(
    port: int, register: Register, sign_in: SignIn
) -> None:
    theirs = sign_in(role=Role.TEACHER)
    physics = register.courses.add("Physics", teachers=(theirs.user.id,))
    session = register.class_sessions.open_now(physics.id, by=theirs.user.id)
    cookie = sign_in(role=Role.TEACHER).client.get_cookie("attendance_login")
    assert cookie is not None
    headers = {"Cookie": f"attendance_login={cookie.value}"}
    answer = refused(port, f"?session={session.id}", headers=headers, origin=f"http://127.0.0.1:{port}")
    assert answer == (404, "not-found")


def test_with_several_sessions_open_one_has_to_be_named(port: int, token: str, register: Register) -> None:
    open_ones = [
        register.class_sessions.open_now(register.courses.add(name, roster=["1"]).id, by="t")
        for name in ("Physics", "Chemistry")
    ]
    assert refused(port, token=token) == (409, "conflict")
    with socket_at(port, f"?session={open_ones[1].id}", token) as client:
        assert client.greeting["course"] == "Chemistry"
        client.show_until(room_of(photo_of(COLLINS), photo_of(HOPPER)), "marked", "unknown")


def test_general_makes_no_question_of_the_one_session_that_somebody_opened(
    port: int, token: str, register: Register
) -> None:
    general = register.sessions.today()
    physics = register.courses.add("Physics", roster=["1"])
    register.class_sessions.open_now(physics.id, by="t")
    assert general.is_open(register.clock.now())
    with socket_at(port, token=token) as client:
        assert client.greeting["course"] == "Physics"
    with socket_at(port, f"?session={general.id}", token) as client:
        assert client.greeting["course"] == "General"


@pytest.mark.parametrize("kiosk", [False, True])
def test_only_a_teachers_own_page_clicks_for_a_teacher(
    port: int, sign_in: SignIn, register: Register, token: str, *, kiosk: bool
) -> None:
    session = register.class_sessions.open_now(register.courses.add("Physics", roster=["1"]).id, by="t")
    register.marking.mark("1", MarkStatus.ABSENT, by="t", session=session)
    query = f"?session={session.id}&marking=by_click&scores=false"
    browser = sign_in(role=Role.TEACHER)
    if kiosk:
        browser.post(f"/realtime/{session.id}/kiosk", {"pin": "2580", "again": "2580"})
    cookie = browser.client.get_cookie("attendance_login")
    assert cookie is not None
    page: dict[str, Any] = {
        "headers": {"Cookie": f"attendance_login={cookie.value}"},
        "origin": f"http://127.0.0.1:{port}",
    }
    picture, statuses = room_of(photo_of(COLLINS)), []
    for caller in ({"token": token}, page):
        with socket_at(port, query, **caller) as client:
            (face,) = client.show_until(picture, "kept")["faces"]
            statuses.append(client.click(face["id"])["status"])
    assert statuses == ["absent", "absent" if kiosk else "present"]


def test_a_browsers_page_elsewhere_brings_its_token_as_a_subprotocol(port: int, token: str) -> None:
    with socket_at(port, subprotocols=["attendance.1", f"token.{token}"]) as client:
        assert client.socket.subprotocol == "attendance.1"
        assert client.show(room_of())["type"] == "faces"


def test_anybody_else_at_the_address_hears_that_it_speaks_websocket(app: Flask) -> None:
    answer = app.test_client().get("/ws")
    assert answer.status_code == 426
    assert answer.headers["Upgrade"] == "websocket"


def test_a_kiosk_gets_a_socket_for_its_own_session_without_scores_or_choosing(
    port: int, sign_in: SignIn, register: Register
) -> None:
    mine, other = (
        register.class_sessions.open_now(register.courses.add(name, roster=["1", "2"]).id, by="t")
        for name in ("Physics", "Chemistry")
    )
    browser = sign_in(role=Role.TEACHER)
    browser.post(f"/realtime/{mine.id}/kiosk", {"pin": "2580", "again": "2580"})
    cookie = browser.client.get_cookie("attendance_login")
    assert cookie is not None
    ours: dict[str, Any] = {
        "headers": {"Cookie": f"attendance_login={cookie.value}"},
        "origin": f"http://127.0.0.1:{port}",
    }
    for query in (f"?session={other.id}&scores=false", f"?session={mine.id}", "?scores=false", ""):
        assert refused(port, query, **ours) == (404, "not-found")
    with socket_at(port, f"?session={mine.id}&scores=false", **ours) as client:
        told = client.show_until(room_of(photo_of(COLLINS, blend=FULL_BLEND)), "doubtful")
        (face,) = told["faces"]
        assert face["candidates"] == []
        assert "score" not in face
        student = register.students.get("1").id
        assert client.click(face["id"], student)["code"] == "nobody"
        assert client.click(face["id"])["code"] == "nobody"
    assert register.store.marks(mine.id) == []
