"""One response of a WSGI app, made in threads: whole if it is small, else part by part as it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from client.serving.body import Message

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

PART_BYTES = 256 * 1024
"""Above this, a body is made in parts of about this size, each once the client has read those before."""


@dataclass(frozen=True)
class BodyPart:
    """Some of a response's body.

    Attributes:
        content: its bytes.
        is_last: whether there is nothing after it.
    """

    content: bytes
    is_last: bool


class WsgiResponse:
    """The response to one request. Its methods run in threads, one after another.

    Args:
        app: the WSGI app.
        part_bytes: about the size of a part.

    Attributes:
        head: ASGI's message with status and headers; None until the app has given them.
        is_begun: whether the head has been sent, so that no error can replace it.
    """

    def __init__(self, app: WSGIApplication, part_bytes: int = PART_BYTES) -> None:
        self._app = app
        self._part_bytes = part_bytes
        self._body: Iterable[bytes] = ()
        self._chunks: Iterator[bytes] = iter(())
        self._written: list[bytes] = []  # by the function that PEP 3333 has for older apps
        self._is_open = False
        self.head: Message | None = None
        self.is_begun = False

    def begin(self, environ: WSGIEnvironment) -> BodyPart:
        """Ask the app; the first part of its body.

        Raises:
            Exception: whatever the app raises; its body is closed then.
        """
        start: StartResponse = self._start
        self._body = self._app(environ, start)
        self._is_open = True
        try:
            self._chunks = iter(self._body)
        except BaseException:
            self.close()
            raise
        return self.go_on()

    def go_on(self) -> BodyPart:
        """The next part of the body, which is closed after the last one.

        Raises:
            Exception: whatever the app raises; its body is closed then.
        """
        try:
            part = self._next_part()
        except BaseException:
            self.close()
            raise
        if part.is_last:
            self.close()
        self.is_begun = True
        return part

    def close(self) -> None:
        """Close the app's body, as PEP 3333 requires however a response ends; again has no effect."""
        if self._is_open:
            self._is_open = False
            close = getattr(self._body, "close", None)
            if close is not None:
                close()

    def _next_part(self) -> BodyPart:
        collected: list[bytes] = []
        size, is_last = 0, True
        for chunk in self._chunks:
            collected += self._written
            self._written.clear()
            collected.append(chunk)
            size += len(chunk)
            if size >= self._part_bytes:
                is_last = False
                break
        collected += self._written
        self._written.clear()
        if self.head is None:
            raise RuntimeError("The app gave a body without a status.")
        return BodyPart(collected[0] if len(collected) == 1 else b"".join(collected), is_last)

    def _start(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExceptionInfo | None = None, /
    ) -> Callable[[bytes], Any]:
        """``start_response``; with an error it replaces a head that has not been sent yet."""
        if exc_info is not None and exc_info[1] is not None and self.is_begun:
            raise exc_info[1].with_traceback(exc_info[2])
        if exc_info is None and self.head is not None:
            raise RuntimeError("The app gave a second status.")
        self.head = {
            "type": "http.response.start",
            "status": int(status.partition(" ")[0]),
            "headers": [
                (name.strip().lower().encode("latin-1"), value.strip().encode("latin-1"))
                for name, value in headers
            ],
        }
        return self._written.append
