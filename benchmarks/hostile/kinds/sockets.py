"""WebSocket messages: frames that are hardly pictures, clicks that are hardly clicks, and odd handshakes."""

from __future__ import annotations

import asyncio
import base64
import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.kinds.image_seeds import crafted_pictures, picture_seeds
from benchmarks.hostile.mutations import any_text, mutated, mutated_text
from benchmarks.hostile.values import HostileInput
from client.serving.asgi import AttendanceApp
from client.serving.body import Message
from client.serving.limits import ServerLimits, SocketLimits

PATIENCE_SECONDS = 10.0
_CLICK = '{"type": "click", "face": 1, "student": "s0"}'
_QUERIES = ("session", "marking", "device", "scores", "known_fields", "token", "unknown")
_MOST_MESSAGES = 6
Sent = tuple[str, str]
"""Whether a message is ``text`` or ``bytes``, and what it has: text, or bytes in base64."""


class Sockets:
    """Sockets with some messages each, through the server's ASGI layer; frames come as fast as they can.

    Args:
        site: the site.
    """

    name = "sockets"

    def __init__(self, site: HostileSite) -> None:
        self._site = site
        limits = ServerLimits(sockets=SocketLimits(frames_per_second=1e6, frame_bytes=300_000))
        self._app = AttendanceApp(site.app, limits)

    def inputs(self, draw: random.Random) -> Iterator[HostileInput]:
        """See ``HostileKind``. The data is JSON: the query, and the messages."""
        while True:
            query = "" if draw.random() < 0.8 else _query(draw, self._site.session.id)
            messages = [_message(draw) for _ in range(draw.randint(1, _MOST_MESSAGES))]
            data = json.dumps([query, messages]).encode()
            yield HostileInput(self.name, "/ws", data, "messages")

    def send(self, one: HostileInput) -> int:
        """See ``HostileKind``."""
        query, messages = json.loads(one.data)
        self._site.forget_limits()
        return self._site.in_a_loop(self._talk(query, messages))

    async def _talk(self, query: str, messages: list[Sent]) -> int:
        talk = _Talk(messages)
        scope = {
            "type": "websocket",
            "scheme": "wss",
            "http_version": "1.1",
            "path": "/ws",
            "raw_path": b"/ws",
            "root_path": "",
            "query_string": query.encode("utf-8", "replace"),
            "headers": [(b"host", b"localhost"), (b"authorization", f"Bearer {self._site.token}".encode())],
            "subprotocols": [],
            "client": ("10.9.8.7", 1),
            "server": ("127.0.0.1", 80),
            "extensions": {"websocket.http.response": {}},
        }
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._app(scope, talk.receive, talk.send)
        return talk.status


class _Talk:
    """The client's side of one socket: sends all messages at once, and goes when each was answered."""

    def __init__(self, messages: list[Sent]) -> None:
        self._coming: list[Message] = [{"type": "websocket.connect"}]
        self._coming += [_as_received(kind, content) for kind, content in messages]
        self._missing = len(messages) + 1  # the greeting is one, too
        self._answered = asyncio.Event()
        self.status = 500

    async def receive(self) -> Message:
        """The next message; after the last one that it is over."""
        if self._coming:
            return self._coming.pop(0)
        await self._answered.wait()
        return {"type": "websocket.disconnect", "code": 1000}

    async def send(self, message: Message) -> None:
        """Take an answer."""
        kind = message["type"]
        if kind == "websocket.accept":
            self.status = 200
        elif kind == "websocket.http.response.start":
            self.status = message["status"]
        elif kind == "websocket.send":
            json.loads(message["text"])
            self._missing -= 1
        elif kind == "websocket.close" and message.get("code") == 1011:
            self.status = 500
        if self._missing == 0:
            self._answered.set()


def _as_received(kind: str, content: str) -> Message:
    if kind == "text":
        return {"type": "websocket.receive", "text": content}
    return {"type": "websocket.receive", "bytes": base64.b64decode(content)}


def _message(draw: random.Random) -> Sent:
    if draw.random() < 0.5:
        return "text", _text(draw)
    data = draw.choice((*picture_seeds().values(), crafted_pictures()["exif-loop"], b""))
    changed = data if draw.random() < 0.2 else mutated(data, draw)[0]
    return "bytes", base64.b64encode(changed[:400_000]).decode()


def _text(draw: random.Random) -> str:
    fields: dict[str, Any] = {
        "type": draw.choice(("click", "Click", None, 1, [], "frame")),
        "face": draw.choice((0, 1, -1, 2**70, 1.5, "1", None, [1], True)),
        "student": draw.choice((None, "s0", "", "\x00", "\ud800", 5, {"id": "s0"}, "x" * 5000)),
    }
    kept = {name: value for name, value in fields.items() if draw.random() < 0.8}
    return draw.choice(
        (json.dumps(kept), json.dumps(kept), mutated_text(_CLICK, draw), any_text(draw), "[" * 20_000)
    )


def _query(draw: random.Random, session: str) -> str:
    values = (session, "automatic", "by_click", "true", "0", "fa_" + "A" * 43, any_text(draw)[:300])
    names = [draw.choice(_QUERIES) for _ in range(draw.choice((1, 2, 3)))]
    return "&".join(f"{name}={quote(draw.choice(values))}" for name in names)
