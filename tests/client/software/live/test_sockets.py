"""The WebSocket, through the real server: frames in, names out."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from flask import Flask
from websockets.exceptions import ConnectionClosed, InvalidStatus

from attendance.register import Register
from attendance.values import LivenessMode, LivenessResult, Place, Role
from client.serving.limits import ServerLimits, SocketLimits
from face_detection.problems import PhotoProblem
from tests.attendance.fake_bursts import patch_of
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER
from tests.client.served_app import serving, wait_until
from tests.client.signed_in import SignIn
from tests.client.software.live.conftest import socket_at

pytestmark = pytest.mark.server


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
        assert client.click(told["faces"][1]["id"], "77")["code"] == "nobody"
        clicked = client.click(told["faces"][1]["id"], candidate["roll_number"])
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
        with suppress(ConnectionClosed):  # the server may close it before all is sent
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
    limits = ServerLimits(sockets=SocketLimits(frames_per_second=2))
    with serving(app, limits=limits) as port, socket_at(port, token=token) as client:
        codes = [client.show(room_of()).get("code") for _ in range(8)]
    assert codes[0] is None
    assert "too_fast" in codes


def test_a_client_that_reads_nothing_slows_nobody_down(port: int, token: str) -> None:
    # Nor does it read the goodbye, which the library would wait ten seconds for.
    with socket_at(port, token=token, close_timeout=0.1) as deaf, socket_at(port, token=token) as client:
        for _ in range(20):
            deaf.socket.send(room_of(photo_of(STRANGER)))
        assert client.show_until(room_of(photo_of(COLLINS)), "marked")


def test_when_a_token_is_revoked_its_sockets_end(app: Flask, token: str, register: Register) -> None:
    with (
        serving(app, limits=ServerLimits(sockets=SocketLimits(check_seconds=0.2))) as port,
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
        serving(app, limits=ServerLimits(sockets=SocketLimits(idle_seconds=0.2))) as port,
        socket_at(port, token=token) as client,
    ):
        with pytest.raises(ConnectionClosed) as caught:
            client.next()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1001


def test_there_are_so_many_sockets_and_no_more(app: Flask, token: str) -> None:
    with serving(app, limits=ServerLimits(sockets=SocketLimits(sockets=1))) as port:
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


def test_when_a_browser_becomes_a_kiosk_its_other_sockets_end(
    app: Flask, sign_in: SignIn, register: Register
) -> None:
    session = register.class_sessions.open_now(register.courses.add("Physics", roster=["1"]).id, by="t")
    browser = sign_in(role=Role.TEACHER)
    cookie = browser.client.get_cookie("attendance_login")
    assert cookie is not None
    headers = {"Cookie": f"attendance_login={cookie.value}"}
    with (
        serving(app, limits=ServerLimits(sockets=SocketLimits(check_seconds=0.2))) as port,
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


@pytest.mark.parametrize("photo_only", [True, False])
def test_a_token_marks_at_once_or_has_its_faces_asked_to_turn(
    port: int, register: Register, token: str, *, photo_only: bool
) -> None:
    (kept,) = register.store.api_tokens()
    register.api_tokens.count_photos(kept.id, photo_only=photo_only)
    course = register.courses.add("Physics", roster=["1"], liveness=LivenessMode.REQUIRED)
    session = register.class_sessions.open_now(course.id, by="t")
    with socket_at(port, f"?session={session.id}", token) as client:
        picture = room_of(patch_of(photo_of(COLLINS)))
        (face,) = client.show_until(picture, "marked" if photo_only else "asked")["faces"]
        assert face["turns"] in ([[]] if photo_only else [["left"], ["right"]])
    mark = register.store.mark(session.id, register.students.get("1").id)
    noted = None if mark is None else (mark.evidence.place, mark.evidence.liveness)
    assert noted == ((Place.UNKNOWN, LivenessResult.PHOTO_ONLY) if photo_only else None)
