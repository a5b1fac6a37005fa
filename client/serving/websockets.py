"""What the ASGI layer needs of WebSockets: who serves them, and Flask's answer to a handshake."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from client.serving.body import Message, Receive, Scope, Send
from client.serving.limits import SocketPace

SOCKETS = "sockets"
"""Key of ``Flask.extensions`` for what serves the sockets of an app: a ``MakeSockets``."""


@dataclass(frozen=True)
class Answer:
    """Flask's answer to a handshake.

    Attributes:
        status: of HTTP.
        body: the ticket, or what is wrong.
        headers: of ASGI, with those that a refusal passes on.
    """

    status: int
    body: bytes
    headers: list[tuple[bytes, bytes]]


class AnswerCollector:
    """A ``send`` that collects an answer whole."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        """Take one message of the answer."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = list(message["headers"])
        else:
            self._body += message.get("body", b"")

    def answer(self) -> Answer:
        """The answer."""
        return Answer(self._status, bytes(self._body), self._headers)


AskFlask = Callable[[Scope], Awaitable[Answer]]
"""Sends Flask a request without a body."""


class WebSockets(Protocol):
    """Serves the WebSockets of an app."""

    def wants(self, scope: Scope) -> bool:
        """Whether a handshake is for these sockets."""

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One socket, from its handshake to its end."""

    def stop(self) -> None:
        """Close all sockets."""


MakeSockets = Callable[[AskFlask, SocketPace], WebSockets]
