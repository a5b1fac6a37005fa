"""Fixtures for tests that act as clients of the WebSocket."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from tests.client.served_app import serving

PATIENCE = 60.0
LOOKS_FOR = 60.0  # seconds for which a test keeps sending frames


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    with serving(app) as port:
        yield port


@pytest.fixture
def token(register: Register) -> str:
    return register.api_tokens.make("kiosk", [Scope.LIVE.value], by="admin").text


class Client:
    """The client's end of a socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.greeting = self.next()

    def next(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=PATIENCE))
        return message

    def show(self, picture: bytes) -> dict[str, Any]:
        """Send a frame and return the response."""
        self.socket.send(picture)
        return self.next()

    def show_until(self, picture: bytes, *statuses: str) -> dict[str, Any]:
        """Send frames until the faces have these statuses; the last message."""
        end = time.monotonic() + LOOKS_FOR
        while time.monotonic() < end:
            told = self.show(picture)
            if [face["status"] for face in told["faces"]] == list(statuses):
                return told
            time.sleep(0.05)
        raise AssertionError(told)

    def click(self, face: int, student: str | None = None) -> dict[str, Any]:
        chosen = {} if student is None else {"student": student}
        self.socket.send(json.dumps({"type": "click", "face": face, **chosen}))
        return self.next()


@contextmanager
def socket_at(
    port: int, query: str = "", token: str | None = None, *, path: str = "/ws", **options: Any
) -> Iterator[Client]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= options.pop("headers", {})
    with connect(
        f"ws://127.0.0.1:{port}{path}{query}", additional_headers=headers, proxy=None, **options
    ) as socket:
        yield Client(socket)


def refused(port: int, query: str = "", token: str | None = None, **options: Any) -> tuple[int, str]:
    """Status and problem code of a handshake that fails."""
    with pytest.raises(InvalidStatus) as caught, socket_at(port, query, token, **options):
        pass
    response = caught.value.response
    told = json.loads(response.body or b"{}")
    return response.status_code, told.get("code", "")
