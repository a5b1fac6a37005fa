"""Whatever is sent to a call of the API: the answer is one that the document describes."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from openapi_schema_validator import OAS31Validator
from werkzeug.test import TestResponse

from attendance.register import Register
from client.problems.problem_kinds import MEDIA_TYPE
from client.software.lazy_api_app import software_of
from client.software.protocol.guard import JSON
from client.web.parsing.upload import MULTIPART
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS
from tests.client.software.api.test_docs_page import calls
from tests.client.software.api.test_operations import names
from tests.client.software.conftest import Document, Software
from tests.client.software.generated.world import World

SURROGATE = "\ud800"  # half a character, which UTF-8 can't express and JSON can
TOO_LONG = "x" * 100_000
TEXTS = ("", " ", "\0", "a\0b", SURROGATE, f"a{SURROGATE}", TOO_LONG, "ü" * 300, "\u202e", "null", "-1")
VALUES: tuple[Any, ...] = (
    *TEXTS,
    None,
    True,
    -1,
    0,
    1.5,
    10**30,
    float("inf"),
    float("nan"),
    [],
    [None],
    [SURROGATE],
    {},
    {"a": []},
)
LONGEST = 300  # characters of a request in a message
AT_ONCE = 6  # values for each field; its neighbours get others
PATHS = ("\0", "a\0", "%", "%FF", "..", "../..", "'", "ü", "a" * 3000, "|", " ")
RAW = (
    *(b"", b"null", b"[]", b"1", b'"x"', b"{", b"\xff\xfe", b"{}", b'{"x": 1}', b'{"": null}'),
    *(b"[" * 100_000, b'{"a":' * 100_000, b"1" * 5000, b'{"a": ' + b"1" * 5000 + b"}", "{}".encode("utf-16")),
)
TYPES = (
    *(("", b"{}"), ("x", b"{}"), ("text/plain", b"{}"), ("application/x-www-form-urlencoded", b"a=b")),
    *(("application/json; charset=utf-16", b"{}"), ("application/json; charset=x", b"{}")),
)
FORMS = (
    (MULTIPART, b""),
    (f"{MULTIPART}; boundary=", b"--\r\n\r\n----"),
    (f"{MULTIPART}; boundary=x", b""),
    (f"{MULTIPART}; boundary=x", b"--x\r\n\r\n\xff\r\n--x--"),
    (f"{MULTIPART}; boundary=x", b'--x\r\nContent-Disposition: form-data; name="\0"\r\n\r\n\0\r\n--x--'),
    (f"{MULTIPART}; boundary=x", b'--x\r\nContent-Disposition: form-data; name="image"\r\n\r\n\xff'),
    (
        f"{MULTIPART}; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="image"; filename=""\r\n\r\n\r\n--x--',
    ),
)
QUERIES = ("", "\0", SURROGATE, "x" * 900, "1,2", "null")
HEADERS = ("", " ", "\t", "ü", "*", '"', 'W/"x"', "x" * 300, "a,b", "\x7f")
PHOTO = base64.b64encode(photo_of(COLLINS, side=80)).decode()
GOOD: dict[str, Any] = {
    "course": "physics",
    "teachers": [],
    "roster": ["1"],
    "add": ["2"],
    "remove": [],
    "confirm": [],
    "roll_number": "1",
    "status": "late",
    "image": PHOTO,
    "images": [PHOTO],
}
"""What is better than the document's examples, because it is there."""


@dataclass(frozen=True)
class Garbage:
    """A request that nobody should send.

    Attributes:
        path: below ``/api/v1``, with the ids in it.
        headers: besides the token.
        body: its bytes; None sends none.
        kind: the body's content type.
    """

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    kind: str | None = JSON


class Call:
    """A call of the document, and what is wrong to send to it.

    Args:
        document: the document.
        name: the call's ``operationId``.
        ids: of what there is, by the parameters of the addresses.
    """

    def __init__(self, document: Document, name: str, ids: dict[str, str]) -> None:
        self._components = document["components"]
        ((self._path, self.method, self._call),) = (
            found for found in calls(document) if found[2]["operationId"] == name
        )
        self._ids = ids
        self._numbers = itertools.count()

    def garbage(self) -> Iterator[Garbage]:
        """All requests."""
        path, good = self._address(), self._body({}) if self._fields else None
        for value in PATHS if "{" in self._path else ():
            yield Garbage(self._address(dict.fromkeys(self._ids, value)), body=good)
        for name, value in itertools.product(self._parameters("query"), QUERIES):
            yield Garbage(f"{path}?{name}={quote(value, errors='surrogatepass')}")
        yield Garbage(f"{path}?%00=%FF&%ED%A0%80=", body=good)
        for name, value in itertools.product(self._parameters("header"), HEADERS):
            yield Garbage(path, {name: value}, good)
        for raw in RAW if self._fields else RAW[:2]:
            yield Garbage(path, body=raw)
        for kind, raw in (*TYPES, *FORMS) if self._fields else ():
            yield Garbage(path, body=raw, kind=kind)
        values = itertools.cycle(VALUES)
        for name in self._fields:
            for value in itertools.islice(values, AT_ONCE):
                yield Garbage(path, body=self._body({name: value}))

    def faults(self, answer: TestResponse) -> list[str]:
        """What the document doesn't say about an answer."""
        described = self._call["responses"].get(str(answer.status_code))
        if described is None or answer.status_code >= 500:
            return [f"{answer.status} is not described"]
        if "content" not in described:
            return [f"there is a body: {answer.text}"] if answer.data else []
        if answer.mimetype not in described["content"]:
            return [f"its type is {answer.mimetype}"]
        if not (answer.mimetype or "").endswith("json"):
            return []
        if (
            answer.mimetype == MEDIA_TYPE
            and f"`{answer.get_json(force=True)['code']}`" not in described["description"]
        ):
            return [f"its code is {answer.text}"]
        schema = {**described["content"][answer.mimetype]["schema"], "components": self._components}
        return [error.message for error in OAS31Validator(schema).iter_errors(answer.get_json(force=True))]

    @property
    def _fields(self) -> dict[str, Any]:
        content = self._call.get("requestBody", {}).get("content", {})
        if JSON not in content:
            return {}
        found: dict[str, Any] = self._components["schemas"][
            content[JSON]["schema"]["$ref"].rpartition("/")[2]
        ]
        return dict(found["properties"])

    def _parameters(self, place: str) -> list[str]:
        return [each["name"] for each in self._call.get("parameters", ()) if each["in"] == place]

    def _address(self, ids: dict[str, str] | None = None) -> str:
        quoted = {name: quote(value, safe="%") for name, value in (ids or self._ids).items()}
        return self._path.removeprefix("/api/v1").format(**quoted)

    def _body(self, garbage: dict[str, object]) -> bytes:
        """A good body with garbage in it."""
        examples = {name: schema["example"] for name, schema in self._fields.items() if "example" in schema}
        good = {name: value for name, value in GOOD.items() if name in self._fields}
        if self.method == "post" and self._path.endswith("/students"):
            good["roll_number"] = f"number {next(self._numbers)}"
        return json.dumps({**examples, **good, **garbage}).encode()


@pytest.fixture
def site(app: Flask, register: Register) -> Flask:
    """A server that limits no requests, and whose errors are a 500 as for a real caller."""
    software_of(app)  # created before the rate limiter is switched off
    app.extensions["phone_limiter"].enabled = False
    app.testing = False
    return app


@pytest.mark.parametrize("name", sorted(names().values()))
def test_every_answer_to_garbage_is_described(
    name: str, site: Flask, document: Document, software: Software, register: Register
) -> None:
    call = Call(document, name, World.made(register).ids)
    wrong = []
    for garbage in call.garbage():
        given = {"data": garbage.body, "content_type": garbage.kind} if garbage.body is not None else {}
        answer = software.call(call.method.upper(), garbage.path, headers=garbage.headers, **given)
        wrong += [f"{str(garbage)[:LONGEST]}: {fault}" for fault in call.faults(answer)]
    assert not wrong, "\n".join(wrong)
