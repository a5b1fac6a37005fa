"""The kinds of problems: the code that other software reads, the HTTP status, a title and a detail."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import Any, NamedTuple

from client.errors import ClientError

DOCUMENTED_AT = "/docs/problems"
MEDIA_TYPE = "application/problem+json"


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
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    CONFLICT = "conflict"
    GONE = "gone"
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
        detail: what is said where nothing more is known than the kind.
    """

    status: HTTPStatus
    title: str
    detail: str = ""


PROBLEMS: dict[ProblemCode, Kind] = {
    ProblemCode.BAD_REQUEST: Kind(
        HTTPStatus.BAD_REQUEST,
        "The request can't be read",
        "Its body did not arrive whole, or is not what its content type says. Nothing was changed.",
    ),
    ProblemCode.NOT_AS_DESCRIBED: Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY, "The request doesn't match the documentation"
    ),
    ProblemCode.WRONG_CONTENT_TYPE: Kind(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Unsupported content type"),
    ProblemCode.TOO_LARGE: Kind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large", "The limit is 10 MB per request."
    ),
    ProblemCode.TOO_SLOW: Kind(
        HTTPStatus.REQUEST_TIMEOUT, "The request took too long to arrive", "Send the same request again."
    ),
    ProblemCode.TOKEN_MISSING: Kind(HTTPStatus.UNAUTHORIZED, "A token is required"),
    ProblemCode.TOKEN_INVALID: Kind(HTTPStatus.UNAUTHORIZED, "The token is not valid"),
    ProblemCode.SCOPE_MISSING: Kind(HTTPStatus.FORBIDDEN, "The token lacks a scope"),
    ProblemCode.NOT_SECURE: Kind(HTTPStatus.FORBIDDEN, "The connection is not private"),
    ProblemCode.FORBIDDEN: Kind(HTTPStatus.FORBIDDEN, "Access denied"),
    ProblemCode.NOT_FOUND: Kind(
        HTTPStatus.NOT_FOUND, "Not found", "The API has no such address. /docs lists every call."
    ),
    ProblemCode.METHOD_NOT_ALLOWED: Kind(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "Method not allowed",
        "Use one of the methods in the Allow header.",
    ),
    ProblemCode.CONFLICT: Kind(HTTPStatus.CONFLICT, "The request conflicts with the current state"),
    ProblemCode.GONE: Kind(HTTPStatus.GONE, "No longer available"),
    ProblemCode.CHANGED_MEANWHILE: Kind(HTTPStatus.PRECONDITION_FAILED, "Changed in the meantime"),
    ProblemCode.KEY_REUSED: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The idempotency key was used before"),
    ProblemCode.PHOTO_UNUSABLE: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "The photo can't be used"),
    ProblemCode.NO_FACE: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "No face in the photo"),
    ProblemCode.SEVERAL_FACES: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "Several faces in the photo"),
    ProblemCode.NOT_POSSIBLE: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "This can't be done"),
    ProblemCode.TOO_MANY_REQUESTS: Kind(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many requests",
        "Wait for the number of seconds in the Retry-After header.",
    ),
    ProblemCode.TRY_LATER: Kind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Try again in a moment",
        "Nothing is lost. Send the same request again.",
    ),
    ProblemCode.SERVER_ERROR: Kind(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong on the server",
        "Nothing is lost. Try again; the server's log has the details.",
    ),
}


class ApiProblemError(ClientError):
    """A call of the API ends with a problem.

    Args:
        code: the kind.
        detail: what is wrong here, and what to do.
        scope: the scope that a token needs for the call, where the token is the problem.
    """

    def __init__(self, code: ProblemCode, detail: str, *, scope: str | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.scope = scope


def problem_document(code: ProblemCode, detail: str = "", *, request_id: str) -> dict[str, Any]:
    """The fields of RFC 9457, and ``code``, ``request_id`` and ``errors`` as all problems here have them.

    Args:
        code: the kind.
        detail: what is wrong here, and what to do; empty takes the kind's own.
        request_id: the id of the request, as in the log.
    """
    kind = PROBLEMS[code]
    return {
        "type": f"{DOCUMENTED_AT}#{code.value}",
        "title": kind.title,
        "status": kind.status.value,
        "code": code.value,
        "detail": detail or kind.detail or f"{kind.title}.",
        "request_id": request_id,
        "errors": [],
    }
