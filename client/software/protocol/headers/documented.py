"""The headers of responses in the OpenAPI document, for exactly the calls and statuses that send them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple

from client.problems import request_ids
from client.software.protocol.headers import challenge, deprecation
from client.web.limits import limit_headers

REPLAYED = "Idempotency-Replayed"
_CALL = "api_headers"  # attribute of a view
_TEXT = {"type": "string"}
_SECONDS = {"type": "integer", "minimum": 1}


class _Header(NamedTuple):
    description: str
    example: str | int
    schema: dict[str, Any] = _TEXT


HEADERS: dict[str, _Header] = {
    "ETag": _Header(
        "The tag of what the response describes. Send it as `If-None-Match` to read only what has changed.",
        '"5f2b8c9e0d1a4736b8c9e0d1a47365f2"',
    ),
    "Location": _Header(
        "The address of the new record, or of the one that was there already.", "/api/v1/courses/physics"
    ),
    "Retry-After": _Header("Seconds after which to send the request again.", 5, _SECONDS),
    challenge.HEADER: _Header(
        "Which token the call needs: `realm` and `scope`, and for a token that was refused `error` and "
        "`error_description` (RFC 6750).",
        'Bearer realm="attendance", error="insufficient_scope", scope="marks:read"',
    ),
    limit_headers.POLICY: _Header(
        "The limits that the request counts for: `q` requests in `w` seconds. Of `failed-requests`, only "
        "responses of 400 and above count.",
        '"failed-requests";q=600;w=60',
    ),
    limit_headers.LIMIT: _Header(
        "What is left of them: `r` requests, until the count begins again in `t` seconds.",
        '"failed-requests";r=598;t=42',
    ),
    request_ids.HEADER: _Header(
        "The id of the request: the one that was sent in this header, or a new one. The server's log has it.",
        "7d3c1c1e-5a0f-4a39-9f0e-0d5a3f6c2b11",
    ),
    "Deprecation": _Header(
        "Since when the call is deprecated, in seconds since 1970 (RFC 9745).", "@1796083200"
    ),
    "Sunset": _Header(
        "Until when at least a deprecated call is kept (RFC 8594).", "Sat, 01 Jan 2028 00:00:00 GMT"
    ),
    "Link": _Header(
        "What replaces a deprecated call, and the page that explains it.",
        '</api/v1/students/17/photos>; rel="successor-version", </docs>; rel="deprecation"',
    ),
    REPLAYED: _Header(
        "That a request with this `Idempotency-Key` was done before, and this is its response.",
        "true",
        {"type": "string", "enum": ["true"]},
    ),
}

IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of an earlier response. If nothing has changed since, the response is 304.",
    "schema": {"type": "string"},
}
"""A parameter of reads, as OpenAPI describes one."""

_ALWAYS = (request_ids.HEADER, limit_headers.POLICY, limit_headers.LIMIT)
_OF_STATUS = {
    HTTPStatus.CREATED: ("Location",),
    HTTPStatus.UNAUTHORIZED: (challenge.HEADER,),
    HTTPStatus.FORBIDDEN: (challenge.HEADER,),
    HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After",),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After",),
}
_TAGGED = (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)
_BEFORE_THE_VIEW = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.TOO_MANY_REQUESTS,
)
"""Statuses of what is refused before anything is done that could be replayed."""


@dataclass(frozen=True)
class CallHeaders:
    """What decides which headers a call's responses have.

    Attributes:
        tagged: whether it is a read whose responses have an ``ETag``.
        checks_match: whether the call checks ``If-Match``.
        replayed: whether the call may have an ``Idempotency-Key``.
        deprecated: whether the call announces its successor.
        more: further headers that the view itself sends, by status.
    """

    tagged: bool
    checks_match: bool
    replayed: bool
    deprecated: bool
    more: Mapping[int, tuple[str, ...]]

    def of(self, status: int) -> tuple[str, ...]:
        """The headers of responses with a status."""
        tag = ("ETag",) if self.tagged and status in _TAGGED else ()
        is_kept = status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _BEFORE_THE_VIEW
        replayed = (REPLAYED,) if self.replayed and is_kept else ()
        of_status = _OF_STATUS.get(HTTPStatus(status), ())
        announced = deprecation.HEADERS if self.deprecated else ()
        return (*tag, *self.more.get(status, ()), *of_status, *_ALWAYS, *replayed, *announced)


def note_headers(view: Any, headers: CallHeaders) -> None:
    """Record on a view which headers its responses have."""
    setattr(view, _CALL, headers)


def headers_of(view: Any) -> CallHeaders | None:
    """What was recorded on a view; None if it is no call's."""
    found: CallHeaders | None = getattr(view, _CALL, None)
    return found


def header_components() -> dict[str, Any]:
    """The headers, for the document's ``components``."""
    return {
        name: {"description": header.description, "schema": {**header.schema, "example": header.example}}
        for name, header in HEADERS.items()
    }


def document_headers(call: dict[str, Any], headers: CallHeaders) -> None:
    """Add the headers to a call of the document, and what a tagged read can be asked for.

    Args:
        call: the operation object of OpenAPI.
        headers: what the call sends.
    """
    if headers.tagged:
        call.setdefault("parameters", []).append(IF_NONE_MATCH)
        not_modified = {"description": "Nothing has changed since the response with this `ETag`."}
        call["responses"][str(HTTPStatus.NOT_MODIFIED.value)] = not_modified
    for status, response in call["responses"].items():
        response["headers"] = {
            name: {"$ref": f"#/components/headers/{name}"} for name in headers.of(int(status))
        }
