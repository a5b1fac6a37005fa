"""Invalid forms are rejected with a message, and nothing is stored."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage

from attendance.register import Register
from attendance.store.protocol import Store
from attendance.values import LivenessMode
from client.web.limits.rate_limits import PHOTOS_PER_PHONE
from client.web.parsing.upload import (
    MAX_DEVICE_CHARACTERS,
    MAX_FRAME_BYTES,
    MAX_FRAMES,
    MAX_PARTS,
    MAX_TAKEN_MS,
)
from tests.client.conftest import JSON, Parts, Phone


def post(phone: Phone, parts: Parts, path: str = "/capture") -> tuple[int, dict[str, object]]:
    """The status and response for a form with these parts."""
    reply = phone.post(path, parts)
    return reply.status_code, reply.get_json()


def photo(phone: Phone) -> FileStorage:
    return FileStorage(io.BytesIO(phone.face("Eileen Collins")), "photo.jpg")


def test_without_a_photo(phone: Phone) -> None:
    phone.scan()
    status, answer = post(phone, [("grant", phone.grant)])
    assert (status, answer["code"]) == (400, "image_missing")


def test_with_an_empty_photo(phone: Phone) -> None:
    """The file part of a form without a chosen file."""
    phone.scan()
    status, answer = post(
        phone, [("grant", phone.grant), ("image", FileStorage(io.BytesIO(b""), "", "image"))]
    )
    assert (status, answer["code"]) == (400, "image_missing")


def test_with_the_photo_as_text(phone: Phone) -> None:
    phone.scan()
    status, answer = post(phone, [("grant", phone.grant), ("image", "a photo")])
    assert (status, answer["code"]) == (400, "bad_form")


def test_without_anything(phone: Phone) -> None:
    assert post(phone, [("device", "x")])[1]["code"] == "grant_missing"


def test_with_a_part_that_nobody_asked_for(phone: Phone) -> None:
    phone.scan()
    parts: Parts = [("grant", phone.grant), ("image", photo(phone)), ("student", "1")]
    status, answer = post(phone, parts)
    assert (status, answer["code"]) == (400, "bad_form")


def test_with_a_second_photo(phone: Phone) -> None:
    phone.scan()
    status, answer = post(phone, [("grant", phone.grant), ("image", photo(phone)), ("image", photo(phone))])
    assert (status, answer["code"]) == (400, "bad_form")


def test_with_a_second_grant(phone: Phone) -> None:
    phone.scan()
    status, _ = post(phone, [("grant", phone.grant), ("grant", phone.grant), ("image", photo(phone))])
    assert status == 400


def movement(count: int, taken: str, *, size: int = 3) -> Parts:
    """So many frames of a movement, and when they were taken."""
    frames: Parts = [("frames", FileStorage(io.BytesIO(b"x" * size), "frame")) for _ in range(count)]
    return [*frames, ("taken", taken)]


@pytest.mark.parametrize(
    "parts",
    [
        movement(8, ",".join(str(moment) for moment in range(0, 1600, 200))),
        movement(MAX_FRAMES, ",".join(["0"] * MAX_FRAMES), size=MAX_FRAME_BYTES),
        [*movement(1, "0"), ("camera", "front camera")],
        [("camera", "c" * 5000)],
    ],
)
def test_with_the_frames_of_a_movement(phone: Phone, register: Register, parts: Parts) -> None:
    register.courses.change(register.sessions.today().course_id, liveness=LivenessMode.OFF)
    phone.scan()
    status, answer = post(phone, [("grant", phone.grant), ("image", photo(phone)), *parts])
    assert (status, answer["code"]) == (200, "present")


@pytest.mark.parametrize(
    "parts",
    [
        movement(MAX_FRAMES + 1, ",".join(["0"] * (MAX_FRAMES + 1))),
        movement(2, "0,200", size=MAX_FRAME_BYTES + 1),
        movement(2, "0,200", size=0),
        movement(2, ""),
        movement(2, "0"),
        movement(2, "0,200,400"),
        movement(2, "200,0"),
        movement(2, "100,200"),
        movement(2, "0,-200"),
        movement(2, "0,2e2"),
        movement(2, "0,\u0662"),
        movement(2, f"0,{MAX_TAKEN_MS + 1}"),
        movement(0, "0,200"),
        movement(0, ","),
        movement(2, "0," * 100_000),
    ],
)
def test_with_frames_that_the_page_does_not_send(phone: Phone, parts: Parts) -> None:
    phone.scan()
    status, answer = post(phone, [("grant", phone.grant), ("image", photo(phone)), *parts])
    assert (status, answer["code"]) in ((400, "bad_frames"), (413, "too_large"))
    assert phone.submit(phone.face("Eileen Collins")).get_json()["code"] == "present"  # the grant is good


def test_with_frames_where_no_movement_is_asked_for(phone: Phone) -> None:
    phone.scan()
    for path in ("/claim", "/not-me"):
        status, answer = post(phone, [("grant", phone.grant), *movement(1, "0")], path)
        assert (status, answer["code"]) == (400, "bad_form")


def test_with_a_flood_of_parts(phone: Phone) -> None:
    phone.scan()
    status, _ = post(phone, [("grant", phone.grant)] * (MAX_PARTS + 1))
    assert status == 413


def test_with_a_grant_of_a_megabyte(phone: Phone) -> None:
    status, _ = post(phone, [("grant", "x" * 1_000_000), ("image", photo(phone))])
    assert status == 413


def test_a_long_device_name_is_cut(phone: Phone, register: Register) -> None:
    phone.scan()
    assert phone.submit(phone.face("Eileen Collins"), device="d" * 5000).status_code == 200
    (mark,) = register.store.marks(register.sessions.today().id)
    assert mark.device == "d" * MAX_DEVICE_CHARACTERS


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "image/jpeg", ""])
def test_as_another_kind_of_request(client: FlaskClient, kind: str) -> None:
    reply = client.post("/capture", data=b"grant=x", content_type=kind, headers={"Accept": JSON})
    assert (reply.status_code, reply.get_json()["code"]) == (415, "wrong_content_type")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=", b"--\r\n"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"no boundary at all"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="grant"\r\n\r\nabc',
        ),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense\r\n\r\nabc\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--\r\n"),
    ],
)
@pytest.mark.parametrize("path", ["/capture", "/not-me"])
def test_a_broken_form(client: FlaskClient, path: str, kind: str, body: bytes) -> None:
    reply = client.post(path, data=body, content_type=kind, headers={"Accept": JSON})
    assert 400 <= reply.status_code < 500
    assert reply.get_json()["message"]


NAMES = st.sampled_from(
    ["grant", "image", "device", "claim", "frames", "taken", "student", "", "a" * 300]
) | st.text(max_size=20)
FILES = st.builds(
    lambda data, name: FileStorage(io.BytesIO(data), name), st.binary(max_size=500), st.text(max_size=20)
)
VALUES = st.text(max_size=200) | FILES


@pytest.mark.slow
@hypothesis_settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(parts=st.lists(st.tuples(NAMES, VALUES), max_size=6), good_grant=st.booleans())
@pytest.mark.parametrize("path", ["/capture", "/not-me"])
def test_no_form_breaks_anything(
    phone: Phone, store: Store, register: Register, path: str, parts: Parts, *, good_grant: bool
) -> None:
    phone.client.application.extensions["phone_limiter"].reset()
    phone.scan()
    status, answer = post(phone, [("grant", phone.grant), *parts] if good_grant else parts, path)
    assert 400 <= status < 500
    assert answer["message"]
    assert store.marks(register.sessions.today().id) == []


@hypothesis_settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.binary(max_size=400),
    kind=st.sampled_from(["multipart/form-data; boundary=x", "multipart/form-data"]),
)
def test_no_bytes_break_anything(phone: Phone, body: bytes, kind: str) -> None:
    phone.client.application.extensions["phone_limiter"].reset()
    reply = phone.client.post("/capture", data=b"--x\r\n" + body, content_type=kind, headers={"Accept": JSON})
    assert 400 <= reply.status_code < 500


@hypothesis_settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(token=st.text(min_size=1, max_size=60))
def test_no_token_breaks_anything(client: FlaskClient, token: str) -> None:
    client.application.extensions["phone_limiter"].reset()
    assert client.get("/s/" + token.replace("/", "").replace("?", "")).status_code in (404, 400, 308)


def test_the_limit_for_one_phone_leaves_room_for_an_honest_one() -> None:
    assert PHOTOS_PER_PHONE.amount >= 10
