"""The answers that the server gives before the app is asked."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass

from client.errors import ClientError

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
        code: for programs.
        sentence: for the person with the phone.
        retry_after: seconds after which another try is welcome.
    """

    status: int
    code: str
    sentence: str
    retry_after: int | None = None

    def body(self, *, as_json: bool) -> bytes:
        """The page, or the same shape of JSON that a check-in is answered with."""
        if not as_json:
            return PAGE.format(sentence=html.escape(self.sentence)).encode()
        return json.dumps(
            {
                "status": "error",
                "code": self.code,
                "message": self.sentence,
                "student": None,
                "session": None,
                "marked_at": None,
            }
        ).encode()

    def headers(self, *, as_json: bool, length: int) -> list[tuple[bytes, bytes]]:
        """For ASGI. The connection closes, because the rest of the request is not wanted."""
        kind = b"application/json" if as_json else b"text/html; charset=utf-8"
        headers = [
            (b"content-type", kind),
            (b"content-length", str(length).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        if self.retry_after is not None:
            headers.append((b"retry-after", str(self.retry_after).encode()))
        return headers


TOO_LARGE = EarlyAnswer(413, "too_large", "This photo is larger than 10 MB. Please choose a smaller one.")
TOO_SLOW = EarlyAnswer(408, "too_slow", "The photo took too long to arrive. Please try again.")
TOO_BUSY = EarlyAnswer(
    503, "too_busy", "Many phones are sending right now. Please try again in a moment.", retry_after=3
)


class AnsweredEarlyError(ClientError):
    """A request that is answered without asking the app."""

    def __init__(self, answer: EarlyAnswer) -> None:
        super().__init__(answer.sentence)
        self.answer = answer
