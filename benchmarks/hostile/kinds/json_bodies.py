"""JSON and parameters: what the API's document allows with one thing wrong, and what is hardly JSON."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.mutations import any_text, mutated, mutated_text
from benchmarks.hostile.values import HostileInput
from benchmarks.hostile.visitors import JSON

UNKNOWN = "a member that no call knows"
STORE_NOTHING = ("/detect", "/recognise", "/verify")
_ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**63,
    10**400,
    1.5,
    1e308,
    "",
    [],
    {},
    [[]],
    [None],
    {"": {}},
    "\ud800",
    ["x"] * 2000,
)
_SYNTAX: tuple[bytes, ...] = (
    b'{"a":1,"a":2}',
    b"[NaN]",
    b"Infinity",
    b"-",
    b'"\\ud800"',
    b"\xff\xfe{\x00",
    b"\xef\xbb\xbf{",
)
_SYNTAX += (
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"1" * 100_000,
    b'"' + b"\\" * 9999,
    b"{}{}",
    b"null",
    b"\x00",
)
_KNOWN_NAMES = ("/create-student", "/register", "/recognize", "/mark-attendance", "/detect_face")
_WORDS = (b'"', b"\\u0000", b"\\ud83d", b"1e999", b"{", b"[", b"null", b",", b":", b"\\")
_MOST_DEPTH = 6


@dataclass(frozen=True)
class _DescribedCall:
    """A call of the API's document.

    Attributes:
        entrance: method and path, with names in the place of its parts.
        schema: of its JSON body; None for one without.
        queries: the names of its parameters.
    """

    entrance: str
    schema: dict[str, Any] | None
    queries: tuple[str, ...]


class JsonBodies:
    """Bodies and parameters of the API, of the known names, and of the pages' scripts.

    Where something could be stored, each object has one member that no call knows, so that a body is refused
    even where all else is right.

    Args:
        site: the site.
    """

    name = "json"

    def __init__(self, site: HostileSite) -> None:
        self._site = site
        self._document: dict[str, Any] = {}
        self._calls: list[_DescribedCall] = []

    def inputs(self, draw: random.Random) -> Iterator[HostileInput]:
        """See ``HostileKind``."""
        self._read_document()
        with_body = [call for call in self._calls if call.schema is not None]
        with_queries = [call for call in self._calls if call.queries and call.entrance.startswith("GET")]
        while True:
            if draw.random() < 0.35:
                call = draw.choice(with_queries)
                yield HostileInput(self.name, self._filled(call, draw), _query(call, draw), "parameters")
            elif draw.random() < 0.1:
                entrance = f"POST {draw.choice(_KNOWN_NAMES)}"
                yield HostileInput(self.name, entrance, _any_json(draw), "known names")
            else:
                call = draw.choice(with_body)
                body, made = self._body(call, draw)
                yield HostileInput(self.name, self._filled(call, draw), body, made)

    def send(self, one: HostileInput) -> int:
        """See ``HostileKind``."""
        method, path = one.entrance.split(" ", 1)
        if method == "GET":
            return self._site.software("GET", f"{path}?{one.data.decode('latin-1')}").status_code
        return self._site.software(method, path, data=one.data, content_type=JSON).status_code

    def _body(self, call: _DescribedCall, draw: random.Random) -> tuple[bytes, str]:
        chance = draw.random()
        if chance < 0.15:
            return draw.choice(_SYNTAX), "syntax"
        value = self._value(call.schema or {}, draw, 0)
        if isinstance(value, dict) and not call.entrance.endswith(STORE_NOTHING):
            value[UNKNOWN] = draw.choice((None, *_ODD[:9]))
        body = json.dumps(value).encode()
        if chance < 0.3:
            changed, made = mutated(body, draw, _WORDS)
        elif chance < 0.4:
            changed, made = mutated_text(body.decode(), draw).encode("utf-8", "surrogatepass"), "text"
        else:
            changed, made = body, "schema"
        has_lost_it = isinstance(value, dict) and UNKNOWN in value and UNKNOWN.encode() not in changed
        # A call whose body may be left out takes an empty one.
        return (body, "schema") if has_lost_it or not changed.strip() else (changed, made)

    def _value(self, schema: dict[str, Any], draw: random.Random, depth: int) -> Any:  # noqa: C901, PLR0911 - kinds
        """A value that a schema allows, or now and then another."""
        if draw.random() < 0.12:
            return draw.choice(_ODD)
        if "$ref" in schema:
            name = str(schema["$ref"]).rpartition("/")[2]
            schemas = cast("dict[str, Any]", self._document["components"]["schemas"])
            return self._value(schemas[name], draw, depth)
        for several in ("anyOf", "oneOf", "allOf"):
            if several in schema:
                return self._value(draw.choice(schema[several]), draw, depth)
        if "enum" in schema:
            return draw.choice(schema["enum"])
        kind = schema.get("type")
        if kind == "object":
            properties = schema.get("properties", {})
            if depth > _MOST_DEPTH:
                return {}
            kept = [name for name in properties if draw.random() < 0.7]
            return {name: self._value(properties[name], draw, depth + 1) for name in kept}
        if kind == "array":
            count = draw.choice((0, 1, 2, 30))
            return [self._value(schema.get("items", {}), draw, depth + 1) for _ in range(count)]
        if kind in ("integer", "number"):
            return draw.choice((0, 1, -1, 2**31, 2**63, -(2**64), 1.5, 1e300))
        if kind == "boolean":
            return draw.random() < 0.5
        return _text(schema, draw)

    def _read_document(self) -> None:
        if self._calls:
            return
        self._document = self._site.software("GET", "/api/v1/openapi.json").get_json()
        for path, methods in self._document["paths"].items():
            for method, call in methods.items():
                if method not in ("get", "post", "put", "patch", "delete") or path.endswith("/stream"):
                    continue
                content = call.get("requestBody", {}).get("content", {})
                queries = tuple(each["name"] for each in call.get("parameters", ()) if each["in"] == "query")
                self._calls.append(_DescribedCall(f"{method.upper()} {path}", _schema(content), queries))

    def _filled(self, call: _DescribedCall, draw: random.Random) -> str:
        """Method and path of a call with what is in the register, or now and then with something else."""
        if draw.random() < 0.2:
            return re.sub(r"\{\w+\}", lambda _: quote(any_text(draw)[:300], safe="") or "%20", call.entrance)
        known = {
            "student": self._site.student.id,
            "session": self._site.session.id,
            "course": self._site.session.course_id,
        }
        return re.sub(r"\{(\w+)\}", lambda part: known.get(part[1], "unknown"), call.entrance)


def _schema(content: dict[str, Any]) -> dict[str, Any] | None:
    found = next((each.get("schema") for kind, each in content.items() if "json" in kind), None)
    return cast("dict[str, Any] | None", found)


def _text(schema: dict[str, Any], draw: random.Random) -> str:
    form = schema.get("format")
    if form == "date":
        return draw.choice(("2026-11-30", "2026-02-30", "10000-01-01", "0001-01-01", "2026-11-30T00:00"))
    if form == "date-time":
        return draw.choice(
            ("2026-11-30T09:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999-23:59")
        )
    if form == "byte":
        return draw.choice(("AAAA", "/9j/", "data:image/png;base64,iVBORw0KGgo=", "=", "A" * 50_001))
    return any_text(draw)


def _query(call: _DescribedCall, draw: random.Random) -> bytes:
    names = [draw.choice(call.queries) for _ in range(draw.choice((1, 1, 2, 4)))]
    values = (
        any_text(draw)[:2000]
        if draw.random() < 0.7
        else draw.choice(("2026-11-30", "1", "500", "s0", "true", "-1"))
        for _ in names
    )
    pairs = (
        f"{name}={quote(value, errors='surrogatepass')}" for name, value in zip(names, values, strict=True)
    )
    text = "&".join(pairs).encode()
    return mutated(text, draw)[0] if draw.random() < 0.2 else text


def _any_json(draw: random.Random) -> bytes:
    """What older programs might send; a picture that is none, so that nothing is stored."""
    names = ("image", "roll_number", "student_id", "session", "images", "date", "Image", " image ")
    value = {draw.choice(names): draw.choice(_ODD) for _ in range(draw.randint(1, 5))}
    body = json.dumps(value).encode()
    return draw.choice((body, body, mutated(body, draw, _WORDS)[0], draw.choice(_SYNTAX)))
