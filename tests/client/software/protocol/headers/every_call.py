"""Every call of the API's document, with what it needs to succeed: made from the document's own examples."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Flask
from werkzeug.test import TestResponse

from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import MarkStatus
from client.software.lazy_api_app import software_of
from client.software.protocol.document import document_of
from client.software.protocol.headers.documented import HEADERS, REPLAYED
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS
from tests.client.by_phone import by_phone
from tests.client.software.conftest import BASE, Software
from tests.client.software.generated.world import late_alarm

GENERAL = {
    "allow",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-type",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "date",
    "permissions-policy",
    "referrer-policy",
    "transfer-encoding",
    "vary",
    "x-accel-buffering",
    "x-content-type-options",
    "x-frame-options",
}
"""Headers of all responses of this server, or for a proxy in front of it, which are not the API's own."""

_IN_THIS_WORLD = {"/students": {"roll_number": "a new one"}, "/verify": {"student": "1"}}
"""Where the examples of different calls contradict each other."""


@dataclass(frozen=True)
class Call:
    """One call of the document.

    Attributes:
        method: in capitals.
        address: its address in the document.
        told: what the document has about it.
        world: values for the parameters of addresses, by their names.
    """

    method: str
    address: str
    told: dict[str, Any]
    world: dict[str, str]

    @property
    def path(self) -> str:
        """An address of something that exists, below ``/api/v1``."""
        values = {name: quote(value, safe="") for name, value in self.world.items()}
        return self.address.removeprefix(BASE).format(**values)

    def body(self) -> dict[str, Any] | None:
        """A body that matches the document; None if the call has none."""
        content = self.told.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            return None
        example: dict[str, Any] = _example(content["schema"])
        return example | _IN_THIS_WORLD.get(self.address.removeprefix(BASE), {})

    def send(self, software: Software, **options: Any) -> TestResponse:
        """Make the call."""
        body = self.body()
        return software.call(self.method, self.path, **({} if body is None else {"json": body}), **options)

    def differs(self, status: int, names: set[str], *, may_lack: set[str] = frozenset()) -> str:  # type: ignore[assignment]
        """How a response's headers differ from the document; empty if they don't.

        Args:
            status: of the response.
            names: of its headers, in lower case.
            may_lack: declared headers that this response need not have.
        """
        response = self.told["responses"].get(str(status))
        if response is None:
            return f"{self.method} {self.address}: {status} is not in the document"
        declared = {name.lower() for name in response.get("headers", {})}
        optional = {name.lower() for name in (REPLAYED, *may_lack)}
        extra, missing = names - GENERAL - declared, declared - names - optional
        where = f"{self.method} {self.address} {status}"
        found = [f"{where} sends {name}" for name in sorted(extra)]
        return "; ".join([*found, *(f"{where} lacks {name}" for name in sorted(missing))])


def world_of(app: Flask, register: Register) -> dict[str, str]:
    """Something of everything, by the names of parameters. Students 17 to 19 are those of the examples."""
    for number in ("17", "18", "19"):
        register.students.add(NewStudent(number, f"Student {number}"))
    course = register.courses.add("Astronomy", roster=["1", "2", "17"])
    session = register.class_sessions.open_now(course.id, by="teacher")
    register.marking.mark("1", MarkStatus.PRESENT, by="teacher", session=session)
    assert register.store.insert_mark(by_phone(session, register.students.get("2").id))
    student = register.students.get("1").id
    day_off = register.days_off.add("Holidays", "2030-01-01", "2030-01-06", by="teacher")
    return {
        "course": course.id,
        "session": session.id,
        "student": student,
        "alarm": late_alarm(register, session.id, student),
        "photo": register.photos.of(register.students.get("1"))[0].id,
        "day_off": day_off.id,
    }


def every_call(app: Flask, register: Register) -> list[Call]:
    """All calls of the document. Those that erase come last, what belongs to something before the thing."""
    document = document_of(software_of(app))
    assert set(document["components"]["headers"]) == set(HEADERS)
    world = world_of(app, register)
    found = [
        Call(method.upper(), address, call, world)
        for address, path in _resolved(document, document)["paths"].items()
        for method, call in path.items()
    ]
    assert len(found) > 20
    return sorted(found, key=lambda call: -len(call.address) if call.method == "DELETE" else -1000)


def reads(app: Flask, register: Register) -> Iterator[Call]:
    """The calls that read something which can be the same again."""
    for call in every_call(app, register):
        if call.method == "GET" and "304" in call.told["responses"]:
            yield call


def header_names(answer: TestResponse) -> set[str]:
    """The names of a response's headers, in lower case."""
    return {name.lower() for name in answer.headers.keys()}  # noqa: SIM118 - it is no dict


def _resolved(node: Any, document: dict[str, Any], inside: tuple[str, ...] = ()) -> Any:
    """A part of the document without references."""
    if isinstance(node, list):
        return [_resolved(each, document, inside) for each in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if isinstance(reference, str):
        if reference in inside:
            return {}
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found.get(step, {})
        return _resolved(found, document, (*inside, reference))
    return {name: _resolved(value, document, inside) for name, value in node.items()}


def _example(schema: dict[str, Any]) -> Any:
    """A value that matches a schema: its example, or the smallest object of examples."""
    if "example" in schema:
        fields = schema.get("properties", {}).items()
        pictures = {name: _example(field) for name, field in fields if _is_picture(field)}
        return schema["example"] | pictures if pictures else schema["example"]
    if _is_picture(schema):
        return base64.b64encode(photo_of(COLLINS)).decode()
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        return {name: _example(fields[name]) for name in schema.get("required", ())}
    if schema.get("type") == "array":
        return [_example(schema["items"])]
    return schema.get("default", schema.get("enum", ["text"])[0])


def _is_picture(schema: dict[str, Any]) -> bool:
    return bool(schema.get("format") == "byte")
