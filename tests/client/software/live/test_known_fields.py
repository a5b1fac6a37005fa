"""A socket as clients of older systems use it: an address, a picture every few seconds, and two fields."""

from __future__ import annotations

import logging
from dataclasses import replace
from http.cookies import SimpleCookie
from typing import Any

import pytest
from flask import Flask
from websockets.exceptions import ConnectionClosed

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from attendance.values import MarkStatus, Role
from client.serving.limits import ServerLimits, SocketLimits
from client.startup.logging.discreet import DiscreetFormatter
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER
from tests.client.served_app import serving
from tests.client.signed_in import SignIn
from tests.client.software.live.conftest import refused, socket_at

pytestmark = pytest.mark.server

ELSEWHERE = "https://old-client.example"
KNOWN = "known_fields=true"


@pytest.fixture
def in_address(token: str) -> str:
    """The query that such a client's address gets."""
    return f"?token={token}&{KNOWN}"


@pytest.fixture
def hopper(register: Register) -> None:
    """Grace Hopper with all details."""
    person = register.students.get("2")
    details: dict[str, Any] = {"email": "grace@example.org", "phone": "303 555 0102"}
    details |= {"department": "Navy", "year": "2"}
    register.store.update_student(replace(person, image_id="4", **details))


def read(told: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What such a client reads."""
    return told["message"], told["student_data"]


@pytest.mark.usefixtures("hopper")
def test_each_picture_is_answered_with_what_such_a_client_reads(
    port: int, in_address: str, register: Register
) -> None:
    with socket_at(port, in_address, origin=ELSEWHERE) as client:
        assert read(client.greeting) == ("Look at the camera.", {})
        message, student = read(client.show(photo_of(HOPPER)))
        assert message == "Attendance marked for Grace Hopper."
        assert student == {
            "image_id": "4",
            "name": "Grace Hopper",
            "department": None,
            "year": None,
            "roll_no": "2",
            "email": None,
            "phone": None,
            "timestamp": "2026-11-23 09:02:00",
        }
        again = read(client.show(photo_of(HOPPER)))
        assert again == ("Attendance of Grace Hopper was already taken.", student)
        somebody_else = read(client.show(photo_of(COLLINS)))
        assert somebody_else[0] == "Attendance marked for Eileen Collins."
        assert somebody_else[1]["image_id"] is None
    marks = register.store.marks(register.sessions.today().id)
    assert {mark.history[-1].by for mark in marks} == {"api:kiosk"}
    assert len(marks) == 2


def test_whoever_is_not_marked_has_no_student_data(port: int, in_address: str, register: Register) -> None:
    expected = {
        photo_of(STRANGER): "Unknown face",
        photo_of(COLLINS, blend=FULL_BLEND): "not certain who this is",
        photo_of(HOPPER, problem=PhotoProblem.NO_FACE): "No face was found",
        photo_of(HOPPER, problem=PhotoProblem.SEVERAL_FACES): "more than one face",
        photo_of(HOPPER, problem=PhotoProblem.TOO_DARK): "too dark",
        b"no picture": "",
        b"x" * 1_000_001: "The frame has 1000001 bytes",
    }
    with socket_at(port, in_address) as client:
        for picture, words in expected.items():
            message, student = read(client.show(picture))
            assert words in message
            assert message
            assert student == {}
        client.socket.send("not JSON")
        assert read(client.next())[1] == {}
        client.click(1)
    assert register.store.marks(register.sessions.today().id) == []


def test_our_own_fields_come_beside(port: int, in_address: str) -> None:
    with socket_at(port, in_address) as client:
        told = client.show(photo_of(HOPPER))
        assert (told["type"], told["frame"], told["open"]) == ("faces", 1, True)
        (face,) = told["faces"]
        assert (face["status"], face["roll_number"], face["mark"]) == ("marked", "2", "present")
        assert client.show(photo_of(HOPPER))["faces"][0]["status"] == "already"
        several = client.show(photo_of(HOPPER, problem=PhotoProblem.SEVERAL_FACES))
        assert (several["faces"][0]["status"], several["faces"][0]["problem"]) == ("unfit", "several_faces")


def test_without_asking_for_them_there_are_none(port: int, token: str) -> None:
    with socket_at(port, f"?token={token}") as client:
        assert "student_data" not in client.greeting
        assert "student_data" not in client.show(photo_of(HOPPER))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (MarkStatus.ABSENT, "Your teacher marked you absent"),
        (MarkStatus.EXCUSED, "Your teacher excused you"),
        (MarkStatus.WITHDRAWN, "Your teacher removed your mark"),
    ],
)
def test_what_a_teacher_decided_is_the_answer_on_every_socket(
    port: int, in_address: str, register: Register, status: MarkStatus, words: str
) -> None:
    session = register.sessions.today()
    register.marking.mark("1", status, by="teacher", session=session)
    for _ in range(2):
        with socket_at(port, in_address) as client:
            told = client.show(photo_of(COLLINS))
        message, student = read(told)
        assert message == f"Eileen Collins was recognised. {words}: ask your teacher."
        assert (student["name"], student["timestamp"]) == ("Eileen Collins", None)
        assert (told["faces"][0]["status"], told["faces"][0]["mark"]) == ("kept", status.value)
    mark = register.store.mark(session.id, register.students.get("1").id)
    assert mark is not None
    assert mark.status is status


def test_a_closed_session_marks_nobody(app: Flask, in_address: str, register: Register) -> None:
    session = register.sessions.today()
    with serving(app) as port, socket_at(port, in_address) as client:
        assert read(client.show(photo_of(COLLINS)))[0] == "Attendance marked for Eileen Collins."
        register.closing.close(session.id, by="teacher")
        message, student = read(client.show(photo_of(HOPPER)))
        assert message == "Grace Hopper was recognised and not marked: no check-in is open."
        assert (student["name"], student["timestamp"]) == ("Grace Hopper", None)
        assert read(client.show(photo_of(COLLINS)))[0] == "Attendance of Eileen Collins was already taken."


@pytest.mark.usefixtures("hopper")
@pytest.mark.parametrize("scope", [Scope.LIVE_DETAILS, Scope.STUDENTS_READ])
def test_details_need_a_scope(app: Flask, register: Register, scope: Scope) -> None:
    text = register.api_tokens.make("door", [Scope.LIVE.value, scope.value], by="admin").text
    with serving(app) as port:
        if scope is Scope.STUDENTS_READ:
            assert refused(port, f"?token={text}&{KNOWN}") == (403, "forbidden")
            opened = socket_at(port, f"?{KNOWN}", text)
        else:
            opened = socket_at(port, f"?token={text}&{KNOWN}")
        with opened as client:
            _, student = read(client.show(photo_of(HOPPER)))
    shown = [student[field] for field in ("email", "phone", "department", "year")]
    assert shown == ["grace@example.org", "303 555 0102", "Navy", "2"]


@pytest.mark.parametrize("scope", [scope for scope in Scope if not scope.startswith("live")])
def test_a_token_that_can_do_more_is_refused_in_an_address(
    port: int, register: Register, scope: Scope
) -> None:
    text = register.api_tokens.make("wide", [Scope.LIVE.value, scope.value], by="admin").text
    assert refused(port, f"?token={text}") == (403, "forbidden")
    with socket_at(port, token=text):
        pass


@pytest.mark.parametrize("query", ["token=", "token", "token=fa_x", "token=%00", "token={0}&token={0}"])
def test_a_wrong_token_in_the_address_is_refused_whatever_else_the_browser_sends(
    port: int, token: str, sign_in: SignIn, query: str
) -> None:
    cookie = sign_in(role=Role.TEACHER).client.get_cookie("attendance_login")
    assert cookie is not None
    logged_in = SimpleCookie({"attendance_login": cookie.value}).output(header="", sep=";").strip()
    ours = f"http://127.0.0.1:{port}"
    status, _ = refused(port, f"?{query.format(token)}", token, headers={"Cookie": logged_in}, origin=ours)
    assert status == 401
    with socket_at(port, headers={"Cookie": logged_in}, origin=ours):
        pass


def test_a_socket_with_a_token_in_its_address_is_not_the_logged_in_teachers(
    port: int, token: str, sign_in: SignIn, register: Register
) -> None:
    cookie = sign_in(role=Role.TEACHER).client.get_cookie("attendance_login")
    assert cookie is not None
    headers = {"Cookie": f"attendance_login={cookie.value}"}
    with socket_at(port, f"?token={token}&{KNOWN}", headers=headers, origin=ELSEWHERE) as client:
        client.show(photo_of(HOPPER))
    (mark,) = register.store.marks(register.sessions.today().id)
    assert mark.history[-1].by == "api:kiosk"


def test_revoking_the_token_ends_its_sockets(app: Flask, in_address: str, register: Register) -> None:
    limits = ServerLimits(sockets=SocketLimits(check_seconds=0.2))
    with serving(app, limits=limits) as port, socket_at(port, in_address) as client:
        register.api_tokens.revoke(register.api_tokens.all()[0].id)
        with pytest.raises(ConnectionClosed) as caught:
            client.next()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1008
        assert refused(port, in_address) == (401, "token-invalid")


def test_the_fields_need_automatic_marking(port: int, token: str) -> None:
    assert refused(port, f"?token={token}&{KNOWN}&marking=by_click") == (422, "not-as-described")
    assert refused(port, f"?token={token}&known_fields=perhaps") == (422, "not-as-described")


def test_two_slashes_lead_to_the_socket_too(port: int, token: str) -> None:
    with socket_at(port, path="//ws/", query=f"?token={token}"):
        pass


def test_nothing_logs_the_token(app: Flask, token: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.setFormatter(DiscreetFormatter("%(name)s %(message)s"))
    with caplog.at_level(logging.DEBUG), serving(app) as port:
        for query in (f"?token={token}", f"?token={token}&wrong=1", f"?Token={token}", "?token=fa_guessed"):
            if query.endswith(token) and query.startswith("?token"):
                with socket_at(port, query, headers={"Cookie": "attendance_login=private"}):
                    pass
            else:
                refused(port, query)
        app.test_client().get(f"/ws?token={token}")
        app.test_client().get(f"/student_attendance?token={token}")
        with socket_at(port, subprotocols=["attendance.1", f"token.{token}"]):
            pass
        with socket_at(port, token=token):
            pass
    logged = caplog.text
    accepted = [record.getMessage() for record in caplog.records if "[accepted]" in record.getMessage()]
    assert accepted, "uvicorn logs the address"
    assert not any(token in line for line in accepted), "also where something else formats the lines"
    assert "Sec-WebSocket-Protocol" in logged, "the library logs headers"
    for secret in (token, token[3:], "guessed", "private"):
        assert secret not in logged
