"""A form that did not arrive whole is refused at every address that takes one, and changes nothing."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from client.software.lazy_api_app import software_of
from tests.client.access.test_access import routes
from tests.client.conftest import JSON, PAGE
from tests.client.signed_in import SignedIn

NAMED = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nAnyone'
BROKEN = {
    "without a boundary": ("multipart/form-data", NAMED + b"\r\n--x--\r\n"),
    "with an empty boundary": ("multipart/form-data; boundary=", NAMED + b"\r\n--x--\r\n"),
    "with another boundary": ("multipart/form-data; boundary=y", NAMED + b"\r\n--x--\r\n"),
    "without a body": ("multipart/form-data; boundary=x", b""),
    "cut short in a part": ("multipart/form-data; boundary=x", NAMED),
    "cut short after a part": ("multipart/form-data; boundary=x", NAMED + b"\r\n--x\r\n"),
    "with a part without a head": ("multipart/form-data; boundary=x", b"--x\r\n\r\nAnyone\r\n--x--\r\n"),
    "with a part without a name": (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Disposition: form-data\r\n\r\nAnyone\r\n--x--\r\n",
    ),
    "with a file without a name": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; filename="a"\r\n\r\nAnyone\r\n--x--\r\n',
    ),
    "with a name that is no text": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nAnyone\r\n--x--\r\n',
    ),
    "of zeros": ("multipart/form-data; boundary=x", bytes(200)),
    "with names that are no text": ("application/x-www-form-urlencoded", b"name=Anyone&\xff=1"),
}
TURNS = 4


def posts(app: Flask, how: str) -> list[tuple[str, str]]:
    """Method and path of a quarter of all addresses; each address has its turn for three of the forms."""
    changing = ("POST", "PUT", "PATCH")
    found = [(method, path) for method, path, _ in routes(app) if method in changing]
    return found[list(BROKEN).index(how) % TURNS :: TURNS]


def send(client: FlaskClient, method: str, path: str, how: str, headers: dict[str, str]) -> TestResponse:
    kind, body = BROKEN[how]
    stream = io.BytesIO(body)  # otherwise the client would make a whole form of an empty one
    return client.open(
        path,
        method=method,
        input_stream=stream,
        content_length=len(body),
        content_type=kind,
        headers=headers,
    )


@pytest.mark.parametrize("how", BROKEN)
def test_no_address_takes_a_form(app: Flask, admin: SignedIn, register: Register, how: str) -> None:
    app.testing = software_of(app).testing = False
    csrf = admin.token()
    token = register.api_tokens.make("other software", list(Scope), by="admin").text
    before = (register.students.all(), register.courses.all(), register.accounts.all())
    taken = []
    for method, path in posts(app, how):
        for client, accept, headers in (
            (admin.client, PAGE, {"X-CSRFToken": csrf}),
            (app.test_client(), JSON, {"Authorization": f"Bearer {token}"}),
        ):
            answer = send(client, method, path, how, {"Accept": accept, **headers})
            if answer.status_code < 400 or answer.status_code >= 500:
                taken.append((method, path, accept, answer.status_code, answer.headers.get("Location")))
    assert taken == []
    assert (register.students.all(), register.courses.all(), register.accounts.all()) == before


@pytest.mark.parametrize("how", BROKEN)
def test_a_teacher_reads_what_to_do(admin: SignedIn, how: str) -> None:
    page = send(admin.client, "POST", "/teach/courses/add", how, {"Accept": PAGE})
    assert (page.status_code, page.mimetype) == (400, "text/html")
    assert "The form did not arrive whole" in page.text
    script = send(admin.client, "POST", "/teach/courses/add", how, {"X-CSRFToken": admin.token()})
    assert (script.status_code, script.get_json()["title"]) == (400, "The form did not arrive whole")


@pytest.mark.parametrize("how", [each for each in BROKEN if "multipart" in BROKEN[each][0]])
@pytest.mark.parametrize("path", ["/capture", "/claim", "/not-me"])
def test_a_phone_gets_the_same_answer(client: FlaskClient, path: str, how: str) -> None:
    answer = send(client, "POST", path, how, {"Accept": JSON})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_form")


@pytest.mark.parametrize("how", [each for each in BROKEN if "multipart" in BROKEN[each][0]])
def test_other_software_gets_a_problem(app: Flask, register: Register, how: str) -> None:
    token = register.api_tokens.make("other software", list(Scope), by="admin").text
    headers = {"Authorization": f"Bearer {token}"}
    answer = send(app.test_client(), "POST", "/api/v1/detect", how, headers)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad-request")


def test_a_whole_form_without_parts_is_a_form(client: FlaskClient) -> None:
    body = io.BytesIO(b"--x--\r\n")
    kind = "multipart/form-data; boundary=x"
    answer = client.post("/capture", input_stream=body, content_length=7, content_type=kind)
    assert answer.status_code == 403  # no grant
