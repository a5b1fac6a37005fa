"""The answers that the server gives before the app is asked."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus

from client.problems.plain_page import plain_page
from client.problems.problem_kinds import MEDIA_TYPE, PROBLEMS, ProblemCode, problem_document
from client.problems.problem_rows import ROWS
from client.problems.refusals import RefusedError, RequestProblem
from client.problems.request_ids import HEADER
from client.problems.sentences import words_for
from client.serving.software_addresses import ErrorForm, error_form

ORIGINS = "allowed_origins"
"""Key of ``Flask.extensions`` for the origins whose pages may call other software's addresses."""

_JSON = b"application/json"


@dataclass(frozen=True)
class EarlyAnswer:
    """One answer.

    Attributes:
        refusal: what is wrong, a row of the table of problems.
    """

    refusal: RequestProblem

    @property
    def problem(self) -> ProblemCode:
        """The kind of problem, for other software."""
        return ROWS[self.refusal].code

    @property
    def status(self) -> HTTPStatus:
        """The HTTP status."""
        return PROBLEMS[self.problem].status

    @property
    def sentence(self) -> str:
        """For the person with the phone; in English, since no app has looked at the languages."""
        return words_for(self.refusal).sentence

    def content(
        self, path: str, *, as_json: bool, request_id: str, again_in: int | None = None
    ) -> tuple[bytes, bytes]:
        """The content type, and the body: as other software knows errors there, or for people.

        Args:
            path: what was asked for.
            as_json: whether the phone page's script asks, which gets the same shape as for a check-in.
            request_id: the request's id, which problem details name.
            again_in: seconds after which a page opens again on its own; None if it does not.
        """
        problem = problem_document(self.problem, request_id=request_id)
        form = error_form(path)
        if form is ErrorForm.PROBLEM:
            return MEDIA_TYPE.encode(), json.dumps(problem).encode()
        if form is ErrorForm.KNOWN_NAME:
            failure = {"success": False, "message": problem["detail"], "code": self.problem.value}
            return _JSON, json.dumps(failure).encode()
        if not as_json:
            return b"text/html; charset=utf-8", plain_page(words_for(self.refusal), again_in).encode()
        return _JSON, json.dumps(
            {
                "status": "error",
                "code": self.refusal.value,
                "message": self.sentence,
                "student": None,
                "session": None,
                "marked_at": None,
            }
        ).encode()

    def headers(self, content_type: bytes, length: int, retry_after: int | None) -> list[tuple[bytes, bytes]]:
        """For ASGI. The connection closes, because the rest of the request is not wanted.

        Args:
            content_type: of the body.
            length: of the body, in bytes.
            retry_after: seconds after which a retry makes sense, if any does.
        """
        headers = [
            (b"content-type", content_type),
            (b"content-length", str(length).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        if retry_after is not None:
            headers.append((b"retry-after", str(retry_after).encode()))
        return headers


def cross_origin_headers(
    path: str, origin: bytes | None, allowed: Collection[str]
) -> list[tuple[bytes, bytes]]:
    """For ASGI: lets a page of an allowed origin read an early answer, as it may read all others.

    Args:
        path: what was asked for.
        origin: of the page that asks, if it is known.
        allowed: the allowed origins.
    """
    if error_form(path) is None or not allowed:
        return []
    varying = [(b"vary", b"Origin")]
    if origin is None or origin.decode("latin-1") not in allowed:
        return varying
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-expose-headers", f"Retry-After, {HEADER}".encode()),
        *varying,
    ]


TOO_LARGE = EarlyAnswer(RequestProblem.TOO_LARGE)
TOO_SLOW = EarlyAnswer(RequestProblem.TOO_SLOW)
TOO_BUSY = EarlyAnswer(RequestProblem.TOO_BUSY)


class AnsweredEarlyError(RefusedError):
    """A request that is answered without asking the app.

    Args:
        answer: how.
        retry_after: seconds after which a retry makes sense, where more is known than the kind of refusal.
    """

    def __init__(self, answer: EarlyAnswer, *, retry_after: int | None = None) -> None:
        super().__init__(answer.refusal, retry_after=retry_after or ROWS[answer.refusal].retry_after)
        self.answer = answer
