"""The kinds of problems that a call of the API can end with."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import Any, NamedTuple

DOCUMENTED_AT = "/docs/problems"
MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5  # after which what could not be done now may be sent again


class ProblemCode(StrEnum):
    """Each kind of problem; ``PROBLEMS`` says what it means."""

    BAD_REQUEST = "bad-request"
    NOT_AS_DESCRIBED = "not-as-described"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    TOO_LARGE = "too-large"
    TOO_SLOW = "too-slow"
    TOKEN_MISSING = "token-missing"  # noqa: S105 - a code
    TOKEN_INVALID = "token-invalid"  # noqa: S105 - a code
    SCOPE_MISSING = "scope-missing"
    NOT_SECURE = "not-secure"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    CONFLICT = "conflict"
    CHANGED_MEANWHILE = "changed-meanwhile"
    KEY_REUSED = "key-reused"
    PHOTO_UNUSABLE = "photo-unusable"
    NO_FACE = "no-face"
    SEVERAL_FACES = "several-faces"
    NOT_POSSIBLE = "not-possible"
    TOO_MANY_REQUESTS = "too-many-requests"
    TRY_LATER = "try-later"
    SERVER_ERROR = "server-error"


class Kind(NamedTuple):
    """What all problems of one code share.

    Attributes:
        status: of HTTP.
        title: a few words, always the same.
    """

    status: HTTPStatus
    title: str


PROBLEMS: dict[ProblemCode, Kind] = {
    ProblemCode.BAD_REQUEST: Kind(HTTPStatus.BAD_REQUEST, "The request can't be read"),
    ProblemCode.NOT_AS_DESCRIBED: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not as described"),
    ProblemCode.WRONG_CONTENT_TYPE: Kind(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Another content type is wanted"),
    ProblemCode.TOO_LARGE: Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large"),
    ProblemCode.TOO_SLOW: Kind(HTTPStatus.REQUEST_TIMEOUT, "The request took too long to arrive"),
    ProblemCode.TOKEN_MISSING: Kind(HTTPStatus.UNAUTHORIZED, "A token is needed"),
    ProblemCode.TOKEN_INVALID: Kind(HTTPStatus.UNAUTHORIZED, "The token does not hold"),
    ProblemCode.SCOPE_MISSING: Kind(HTTPStatus.FORBIDDEN, "The token may not do this"),
    ProblemCode.NOT_SECURE: Kind(HTTPStatus.FORBIDDEN, "The connection is not private"),
    ProblemCode.NOT_FOUND: Kind(HTTPStatus.NOT_FOUND, "There is no such thing"),
    ProblemCode.METHOD_NOT_ALLOWED: Kind(HTTPStatus.METHOD_NOT_ALLOWED, "The method is not allowed here"),
    ProblemCode.CONFLICT: Kind(HTTPStatus.CONFLICT, "It stands against what is there"),
    ProblemCode.CHANGED_MEANWHILE: Kind(HTTPStatus.PRECONDITION_FAILED, "It was changed meanwhile"),
    ProblemCode.KEY_REUSED: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The idempotency key was used before"),
    ProblemCode.PHOTO_UNUSABLE: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The photo can't be used"),
    ProblemCode.NO_FACE: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "There is no face in the photo"),
    ProblemCode.SEVERAL_FACES: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "There are several faces in the photo"),
    ProblemCode.NOT_POSSIBLE: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "That can't be done"),
    ProblemCode.TOO_MANY_REQUESTS: Kind(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests"),
    ProblemCode.TRY_LATER: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "Try again in a moment"),
    ProblemCode.SERVER_ERROR: Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here"),
}

DETAILS = {
    ProblemCode.NOT_FOUND: "No call of the API has this address. /docs lists those that there are.",
    ProblemCode.METHOD_NOT_ALLOWED: "This address takes other methods; see the header Allow.",
    ProblemCode.TOO_LARGE: "One request has 10 MB at most.",
    ProblemCode.TOO_SLOW: "Send the same request again.",
    ProblemCode.TOO_MANY_REQUESTS: "Wait for as many seconds as Retry-After says.",
    ProblemCode.TRY_LATER: "Nothing is lost. Send the same request again.",
    ProblemCode.SERVER_ERROR: "Nothing is lost. Try again; the server's log says what happened.",
}
"""What is said where nothing more is known than the kind."""


def problem_document(code: ProblemCode, detail: str) -> dict[str, Any]:
    """The fields of RFC 9457, and ``code`` and ``errors`` as all problems here have them."""
    kind = PROBLEMS[code]
    return {
        "type": f"{DOCUMENTED_AT}#{code.value}",
        "title": kind.title,
        "status": kind.status.value,
        "code": code.value,
        "detail": detail,
        "errors": [],
    }
