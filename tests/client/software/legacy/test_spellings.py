"""Clients of other systems spell the same request in many ways, and each is understood without a redirect."""

from __future__ import annotations

import base64
import json
import socket
import ssl
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from attendance.register import Register
from client.serving.software_addresses import KNOWN_NAMES
from client.serving.tls import load_certificate, self_signed_certificate
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, HOPPER
from tests.client.served_app import connect, read_to_end, serving
from tests.client.software.legacy.conftest import OldClient, data_url, failed, is_alone

JOHNSON = 12
FACE = photo_of(JOHNSON)
PLAIN = base64.b64encode(FACE).decode()
CREATE = {"name": "Katherine Johnson", "roll_no": "17", "image_data": PLAIN}
IN_LINES = "\r\n".join(PLAIN[start : start + 76] for start in range(0, len(PLAIN), 76))


@pytest.mark.parametrize(
    "picture",
    [
        IN_LINES,
        f" data:image/png;base64, {IN_LINES}\n",
        f"data:image/PNG;BASE64,{PLAIN}",
        f"data:image/jpeg;charset=utf-8;base64,{PLAIN}",
        f"data:;base64,{PLAIN}",
        PLAIN.rstrip("="),
        base64.urlsafe_b64encode(FACE).decode(),
    ],
    ids=["lines", "spaces", "capitals", "parameters", "no type", "no padding", "of addresses"],
)
def test_base64_comes_in_many_forms(old_client: OldClient, register: Register, picture: str) -> None:
    answer = old_client.json("/create-student", **CREATE | {"image_data": picture})
    assert answer.status_code == 201, answer.text
    assert len(register.store.templates_of(register.students.get("17").id)) == 1


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/vnd.api+json",
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded",
        None,
    ],
)
def test_json_is_json_whatever_the_client_calls_it(old_client: OldClient, content_type: str | None) -> None:
    body = f"\n{json.dumps(CREATE)}".encode()
    assert old_client.body("/create-student", body, content_type).status_code == 201


@pytest.mark.parametrize(
    ("path", "fields", "picture"),
    [
        ("/create-student", {"name": "Katherine Johnson", "roll_no": "17"}, "image_data"),
        ("/register", {"username": "Katherine Johnson", "serial_number": "17"}, "face_image"),
    ],
)
def test_a_form_is_as_good_as_json(
    old_client: OldClient, register: Register, path: str, fields: dict[str, str], picture: str
) -> None:
    as_file = old_client.files(path, FACE, field=picture, **fields)
    assert as_file.status_code < 300, as_file.text
    register.students.remove("17")
    encoded = urlencode(fields | {picture: PLAIN}).encode()
    assert old_client.body(path, encoded, "application/x-www-form-urlencoded").status_code < 300
    register.students.remove("17")
    plus = f"{urlencode(fields)}&{picture}={quote(PLAIN, safe='+/=')}".encode()
    assert "+" in PLAIN, "or the next line would prove nothing"
    assert old_client.body(path, plus, "application/x-www-form-urlencoded").status_code < 300
    assert len(register.store.templates_of(register.students.get("17").id)) == 1


def test_lines_in_json_that_is_called_a_form_are_lines(old_client: OldClient, register: Register) -> None:
    lines = PLAIN[:40] + " " + PLAIN[40:]
    body = json.dumps(CREATE | {"image_data": lines}).encode()
    answer = old_client.body("/create-student", body, "application/x-www-form-urlencoded")
    assert answer.status_code == 201, answer.text
    assert len(register.store.templates_of(register.students.get("17").id)) == 1


def test_a_picture_to_recognise_may_be_a_file(old_client: OldClient) -> None:
    assert old_client.files("/recognize", photo_of(HOPPER)).get_json()["student_info"]["roll_no"] == "2"
    assert old_client.files("/detect_face", photo_of(HOPPER)).get_json()["total_faces"] == 1


def test_what_is_no_picture_is_named(old_client: OldClient) -> None:
    answer = old_client.json("/recognize", image="no base64!")
    assert failed(answer, 422, "not-as-described", "image: is not valid base64")


def test_a_file_that_belongs_nowhere_is_named(old_client: OldClient, register: Register) -> None:
    answer = old_client.files("/create-student", FACE, field="photo", name="Katherine", roll_no="17")
    assert failed(answer, 422, "not-as-described", "photo", "image_data")
    both = old_client.files("/create-student", FACE, field="image_data", **CREATE)
    assert failed(both, 422, "not-as-described", "more than once: image_data.")
    assert is_alone(register)


def test_the_case_of_a_fields_name_does_not_matter(old_client: OldClient, register: Register) -> None:
    fields = {name.upper(): value for name, value in CREATE.items()} | {" Image_ID ": 4}
    assert old_client.json("/create-student", **fields).status_code == 201
    assert register.students.get("17").image_id == "4"
    twice = old_client.json("/create-student", **CREATE, Name="Dorothy Vaughan")
    assert failed(twice, 422, "not-as-described", "more than once: name.")


def test_a_camera_can_be_asked_for_in_json(old_client: OldClient) -> None:
    answer = old_client.json("/register", enrollment="17", name="Katherine Johnson", num_images=3)
    assert failed(answer, 409, "conflict", "This server has no camera")


def test_the_session_may_be_in_the_address(old_client: OldClient, register: Register) -> None:
    for name in ("Physics", "Chemistry"):
        course = register.courses.add(name, roster=["1"])
        session = register.class_sessions.open_now(course.id, by="t")
    picture = data_url(photo_of(COLLINS))
    assert failed(old_client.json("/recognize", image=picture), 409, "conflict", "Several sessions")
    answer = old_client.json(f"/recognize?session={quote(session.id)}", image=picture)
    assert answer.status_code == 200
    assert len(register.store.marks(session.id)) == 1


def at(client: OldClient, path: str, method: str = "GET") -> TestResponse:
    """The response at a path with whatever slashes, which the test client would tidy up."""
    as_it_is = {"PATH_INFO": path}
    return client.client.open("/", method=method, headers=client.headers, environ_overrides=as_it_is)


@pytest.mark.parametrize("path", KNOWN_NAMES)
def test_slashes_lead_nowhere_else(old_client: OldClient, path: str) -> None:
    method = "GET" if path == "/student_attendance" else "POST"
    for spelling in (path, f"{path}/", f"/{path}", f"//{path}/"):
        answer = at(old_client, spelling, method)
        assert answer.status_code in (200, 409, 422), spelling
        assert "Location" not in answer.headers


def test_what_is_not_there_is_told_in_json(old_client: OldClient) -> None:
    for path in ("/register/17", "/create-student/x/y", "//recognize/more"):
        assert failed(at(old_client, path), 404, "not-found")


@pytest.mark.server
def test_a_client_of_http_1_0_gets_an_answer(
    app: Flask, old_client: OldClient, register: Register, tmp_path: Path
) -> None:
    """Such as a microcontroller, which sends neither Host nor Content-Type."""
    body = json.dumps(CREATE).encode()
    head = f"POST //create-student/ HTTP/1.0\r\nContent-Length: {len(body)}\r\n"
    request = f"{head}Authorization: {old_client.headers['Authorization']}\r\n\r\n".encode() + body
    pem = self_signed_certificate(tmp_path, frozenset({"localhost"}))
    with serving(app) as port, connect(port) as plain:
        plain.sendall(request)
        assert answer_of(plain) == (403, "not-secure")  # it may have come through a proxy
    trusting = ssl.create_default_context(cafile=str(pem))
    with (
        serving(app, certificate=load_certificate(pem, None)) as port,
        trusting.wrap_socket(connect(port), server_hostname="localhost") as private,
    ):
        private.sendall(request)
        assert answer_of(private) == (201, "success")
    assert register.students.get("17").name == "Katherine Johnson"


def answer_of(connection: socket.socket) -> tuple[int, str]:
    """The status of a response, and its body's code, or the status in it."""
    head, _, body = read_to_end(connection).partition(b"\r\n\r\n")
    told = json.loads(body)
    return int(head.split(b" ")[1]), told.get("code") or told["status"]
