"""The WebSocket, through the real server: frames in, names out."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from flask import Flask
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from attendance.values import Role
from client.serving.limits import ServerLimits, SocketPace
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER
from tests.client.served_app import serving, wait_until
from tests.client.signed_in import SignIn

pytestmark = pytest.mark.server

PATIENCE = 60.0
LOOKS_FOR = 60.0  # seconds that a test goes on sending frames


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    with serving(app) as port:
        yield port


@pytest.fixture
def token(register: Register) -> str:
    return register.api_tokens.make("kiosk", [Scope.LIVE.value], by="admin").text


class Client:
    """One socket, from its other end."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.greeting = self.next()

    def next(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=PATIENCE))
        return message

    def show(self, picture: bytes) -> dict[str, Any]:
        """Send one frame and wait for what is said of it."""
        self.socket.send(picture)
        return self.next()

    def show_until(self, picture: bytes, *statuses: str) -> dict[str, Any]:
        """Go on until the faces stand so, and give the last message."""
        end = time.monotonic() + LOOKS_FOR
        while time.monotonic() < end:
            told = self.show(picture)
            if [face["status"] for face in told["faces"]] == list(statuses):
                return told
            time.sleep(0.05)
        raise AssertionError(told)

    def click(self, face: int, student: str | None = None) -> dict[str, Any]:
        chosen = {} if student is None else {"student": student}
        self.socket.send(json.dumps({"type": "click", "face": face, **chosen}))
        return self.next()


@contextmanager
def socket_at(port: int, query: str = "", token: str | None = None, **options: Any) -> Iterator[Client]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= options.pop("headers", {})
    with connect(
        f"ws://127.0.0.1:{port}/ws{query}", additional_headers=headers, proxy=None, **options
    ) as socket:
        yield Client(socket)


def refused(port: int, query: str = "", token: str | None = None, **options: Any) -> tuple[int, str]:
    """Status and problem code of a handshake that fails."""
    with pytest.raises(InvalidStatus) as caught, socket_at(port, query, token, **options):
        pass
    response = caught.value.response
    told = json.loads(response.body or b"{}")
    return response.status_code, told.get("code", "")


def test_a_token_streams_frames_and_gets_the_right_name(port: int, token: str, register: Register) -> None:
    with socket_at(port, token=token) as client:
        assert client.greeting["type"] == "ready"
        assert client.greeting["session"] == register.sessions.today().id
        told = client.show_until(room_of(photo_of(COLLINS)), "marked")
    (face,) = told["faces"]
    assert (face["name"], face["mark"]) == ("Eileen Collins", "present")
    assert face["score"] == 1.0
    assert len(face["box"]) == 4
    assert len(face["landmarks"]) == 5
    (mark,) = register.store.marks(register.sessions.today().id)
    assert mark.history[-1].by == "api:kiosk"


def test_strangers_doubts_and_poor_faces_are_told(port: int, token: str) -> None:
    picture = room_of(
        photo_of(STRANGER),
        photo_of(COLLINS, blend=FULL_BLEND),
        photo_of(HOPPER, problem=PhotoProblem.TOO_DARK),
    )
    with socket_at(port, token=token) as client:
        told = client.show_until(picture, "unknown", "doubtful", "unfit")
        assert told["faces"][2]["problem"] == "too_dark"
        (candidate,) = told["faces"][1]["candidates"]
        assert candidate["name"] == "Eileen Collins"
        clicked = client.click(told["faces"][1]["id"], candidate["student"])
        assert (clicked["type"], clicked["status"]) == ("clicked", "present")
        client.show_until(picture, "unknown", "doubtful", "unfit")


def test_by_click_nobody_is_marked_before(port: int, token: str, register: Register) -> None:
    with socket_at(port, "?marking=by_click&scores=0&device=door", token) as client:
        (face,) = client.show_until(room_of(photo_of(HOPPER)), "recognised")["faces"]
        assert "score" not in face
        assert register.store.marks(register.sessions.today().id) == []
        assert client.click(face["id"])["type"] == "clicked"
        assert client.click(99)["code"] == "nobody"
    (mark,) = register.store.marks(register.sessions.today().id)
    assert mark.device == "door"


def test_who_was_erased_while_in_view_is_nobody(port: int, token: str, register: Register) -> None:
    with socket_at(port, "?marking=by_click", token) as client:
        (face,) = client.show_until(room_of(photo_of(HOPPER)), "recognised")["faces"]
        register.students.remove(face["roll_number"])
        assert client.click(face["id"])["code"] == "nobody"


def test_a_broken_frame_and_a_broken_message_are_told_and_the_socket_lives_on(port: int, token: str) -> None:
    with socket_at(port, token=token) as client:
        assert client.show(b"no picture")["code"] == "bad_frame"
        assert client.show(b"\xff\xd8\xff" + b"\0" * 500)["code"] == "bad_frame"
        assert client.show(b"x" * 1_000_001)["code"] == "too_large"
        for text in ("", "[]", "{}", '{"type":"dance"}', '{"type":"click","face":"x"}', "x" * 5000):
            client.socket.send(text)
            assert client.next()["code"] == "bad_message"
        assert client.show(room_of())["faces"] == []


def test_a_frame_beyond_what_any_socket_takes_ends_this_one_alone(port: int, token: str) -> None:
    with socket_at(port, token=token) as client, socket_at(port, token=token) as other:
        with suppress(ConnectionClosed):  # it may close while the rest is on its way
            client.socket.send(b"x" * 3_000_000)
        with pytest.raises(ConnectionClosed) as caught:
            client.next()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1009
        assert other.show(room_of())["type"] == "faces"


def test_only_the_newest_of_waiting_frames_is_judged(port: int, token: str) -> None:
    with socket_at(port, token=token) as client:
        for _ in range(12):
            client.socket.send(room_of(photo_of(STRANGER)))
        told = [client.next() for _ in range(12)]
    assert sorted(message["frame"] for message in told) == list(range(1, 13))
    assert {message["type"] for message in told} <= {"faces", "skipped"}
    assert told[-1] == max(told, key=lambda message: message["frame"])
    assert told[-1]["type"] == "faces"


def test_frames_that_come_too_fast_are_refused(app: Flask, token: str) -> None:
    limits = ServerLimits(sockets=SocketPace(frames_per_second=2))
    with serving(app, limits=limits) as port, socket_at(port, token=token) as client:
        codes = [client.show(room_of()).get("code") for _ in range(8)]
    assert codes[0] is None
    assert "too_fast" in codes


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


def test_a_browsers_page_elsewhere_brings_its_token_as_a_subprotocol(port: int, token: str) -> None:
    with socket_at(port, subprotocols=["attendance.1", f"token.{token}"]) as client:
        assert client.socket.subprotocol == "attendance.1"
        assert client.show(room_of())["type"] == "faces"


def test_a_client_that_reads_nothing_slows_nobody_down(port: int, token: str) -> None:
    with socket_at(port, token=token) as deaf, socket_at(port, token=token) as client:
        for _ in range(20):
            deaf.socket.send(room_of(photo_of(STRANGER)))
        assert client.show_until(room_of(photo_of(COLLINS)), "marked")


def test_when_a_token_is_revoked_its_sockets_end(app: Flask, token: str, register: Register) -> None:
    with (
        serving(app, limits=ServerLimits(sockets=SocketPace(check_seconds=0.2))) as port,
        socket_at(port, token=token) as client,
    ):
        assert client.show(room_of())["type"] == "faces"
        register.api_tokens.revoke(register.api_tokens.all()[0].id)
        with pytest.raises(ConnectionClosed) as caught:
            client.next()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1008


def test_a_quiet_socket_is_closed(app: Flask, token: str) -> None:
    with (
        serving(app, limits=ServerLimits(sockets=SocketPace(idle_seconds=0.2))) as port,
        socket_at(port, token=token) as client,
    ):
        with pytest.raises(ConnectionClosed) as caught:
            client.next()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1001


def test_there_are_so_many_sockets_and_no_more(app: Flask, token: str) -> None:
    with serving(app, limits=ServerLimits(sockets=SocketPace(sockets=1))) as port:
        with socket_at(port, token=token):
            with pytest.raises(InvalidStatus) as caught, socket_at(port, token=token):
                pass
            refused = caught.value.response
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
            assert refused.headers["Content-Type"] == "application/problem+json"
            assert json.loads(refused.body)["code"] == "try-later"

        def is_free() -> bool:
            try:
                with socket_at(port, token=token):
                    return True
            except InvalidStatus:
                return False

        wait_until(is_free)


def test_stopping_the_server_ends_the_sockets(app: Flask, token: str) -> None:
    with serving(app) as port:
        context = socket_at(port, token=token)
        client = context.__enter__()
    with pytest.raises(ConnectionClosed) as caught:
        client.next()
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1012
    context.__exit__(None, None, None)


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


def test_when_a_browser_becomes_a_kiosk_its_other_sockets_end(
    app: Flask, sign_in: SignIn, register: Register
) -> None:
    session = register.class_sessions.open_now(register.courses.add("Physics", roster=["1"]).id, by="t")
    browser = sign_in(role=Role.TEACHER)
    cookie = browser.client.get_cookie("attendance_login")
    assert cookie is not None
    headers = {"Cookie": f"attendance_login={cookie.value}"}
    with (
        serving(app, limits=ServerLimits(sockets=SocketPace(check_seconds=0.2))) as port,
        socket_at(port, headers=headers, origin=f"http://127.0.0.1:{port}") as client,
    ):
        assert client.show(room_of())["type"] == "faces"
        browser.post(f"/realtime/{session.id}/kiosk", {"pin": "2580", "again": "2580"})
        with pytest.raises(ConnectionClosed) as caught:
            client.next()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1008


def test_a_socket_lives_longer_than_a_head_may_take(app: Flask, token: str) -> None:
    hasty = ServerLimits(head_seconds=1.0)
    with serving(app, limits=hasty) as port, socket_at(port, token=token) as client:
        end = time.monotonic() + 2.0
        while time.monotonic() < end:
            assert client.show(room_of())["faces"] == []
            time.sleep(0.05)
