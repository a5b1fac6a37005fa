"""The interface between the ASGI layer and the WebSockets, and Flask's response to a handshake."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from client.serving.body import Message, Receive, Scope, Send
from client.serving.limits import SocketLimits

SOCKETS = "sockets"
"""Key of ``Flask.extensions`` for an app's ``MakeSockets``."""


@dataclass(frozen=True)
class Answer:
    """Flask's response to a handshake.

    Attributes:
        status: the HTTP status.
        body: the ticket, or the problem.
        headers: the response's headers, as in ASGI.
    """

    status: int
    body: bytes
    headers: list[tuple[bytes, bytes]]


class AnswerCollector:
    """A ``send`` that collects a response."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        """Collect one message of the response."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = list(message["headers"])
        else:
            self._body += message.get("body", b"")

    def answer(self) -> Answer:
        """The collected response."""
        return Answer(self._status, bytes(self._body), self._headers)


AskFlask = Callable[[Scope], Awaitable[Answer]]
"""Sends Flask a request without a body, and returns its response."""


class WebSockets(Protocol):
    """Serves the WebSockets of an app."""

    def wants(self, scope: Scope) -> bool:
        """Whether a handshake is for these sockets."""

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a socket from its handshake to its end."""

    def stop(self) -> None:
        """Close all sockets."""


MakeSockets = Callable[[AskFlask, SocketLimits], WebSockets]
