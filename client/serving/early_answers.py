"""The answers that the server gives before the app is asked."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass

from client.errors import ClientError
from client.problems.problem_kinds import DETAILS, MEDIA_TYPE, ProblemCode, problem_document
from client.serving.software_addresses import ErrorForm, error_form

_JSON = b"application/json"
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Attendance</title>
<style>
:root {{ color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }}
body {{ max-width: 32rem; margin: 3rem auto; padding: 0 1rem; }}
</style>
<p>{sentence}</p>
</html>
"""


@dataclass(frozen=True)
class EarlyAnswer:
    """One answer.

    Attributes:
        status: of HTTP.
        code: for the script of the phone page.
        sentence: for the person with the phone.
        problem: for other software.
        retry_after: seconds after which another try is welcome.
    """

    status: int
    code: str
    sentence: str
    problem: ProblemCode
    retry_after: int | None = None

    def content(self, path: str, *, as_json: bool) -> tuple[bytes, bytes]:
        """The content type, and the body: as other software knows errors there, or for people.

        Args:
            path: what was asked for.
            as_json: whether the phone page's script asks, which gets the same shape as for a check-in.
        """
        form, told = error_form(path), DETAILS[self.problem]
        if form is ErrorForm.PROBLEM:
            return MEDIA_TYPE.encode(), json.dumps(problem_document(self.problem, told)).encode()
        if form is ErrorForm.KNOWN_NAME:
            failure = {"success": False, "message": told, "code": self.problem.value}
            return _JSON, json.dumps(failure).encode()
        if not as_json:
            return b"text/html; charset=utf-8", PAGE.format(sentence=html.escape(self.sentence)).encode()
        return _JSON, json.dumps(
            {
                "status": "error",
                "code": self.code,
                "message": self.sentence,
                "student": None,
                "session": None,
                "marked_at": None,
            }
        ).encode()

    def headers(self, content_type: bytes, length: int) -> list[tuple[bytes, bytes]]:
        """For ASGI. The connection closes, because the rest of the request is not wanted."""
        headers = [
            (b"content-type", content_type),
            (b"content-length", str(length).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        if self.retry_after is not None:
            headers.append((b"retry-after", str(self.retry_after).encode()))
        return headers


TOO_LARGE = EarlyAnswer(
    413,
    "too_large",
    "This photo is larger than 10 MB. Please choose a smaller one.",
    ProblemCode.TOO_LARGE,
)
TOO_SLOW = EarlyAnswer(
    408, "too_slow", "The photo took too long to arrive. Please try again.", ProblemCode.TOO_SLOW
)
TOO_BUSY = EarlyAnswer(
    503,
    "too_busy",
    "Many phones are sending right now. Please try again in a moment.",
    ProblemCode.TRY_LATER,
    retry_after=3,
)


class AnsweredEarlyError(ClientError):
    """A request that is answered without asking the app."""

    def __init__(self, answer: EarlyAnswer) -> None:
        super().__init__(answer.sentence)
        self.answer = answer
