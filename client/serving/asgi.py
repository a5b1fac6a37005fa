"""The ASGI layer between uvicorn and Flask: reads whole requests before it gives each a thread."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Any

from client.problems.request_ids import HEADER, request_id
from client.problems.ways_on import opens_again
from client.serving.body import (
    ClientDisconnectedError,
    Message,
    Receive,
    Scope,
    Send,
    discard_body,
    header,
    read_body,
)
from client.serving.early_answers import ORIGINS, AnsweredEarlyError, cross_origin_headers
from client.serving.events.all_streams import EventStreams, streams_of
from client.serving.limits import ServerLimits
from client.serving.observer import OBSERVERS, WAITING, Observer
from client.serving.shares.body_memory import BodyMemory
from client.serving.shares.parties import IDENTIFY, PARTY, WAITED, Identify, Party, PartyKind, by_peer
from client.serving.threads.budgets import MONITORED, Budgets
from client.serving.threads.wsgi_runner import WsgiRunner, environ_of
from client.serving.websockets import SOCKETS, Answer, AnswerCollector, MakeSockets

access_log = logging.getLogger("client.access")

PLAIN_SEGMENT = re.compile(r"[A-Za-z0-9._-]{0,24}")  # others may be a token or a terminal escape sequence
POLICY_VIOLATION = 1008  # RFC 6455
_ID = HEADER.lower().encode()


class AttendanceApp:
    """The ASGI app that uvicorn runs.

    Args:
        wsgi: the Flask app.
        limits: limits for each request and for all together.
    """

    def __init__(self, wsgi: Any, limits: ServerLimits) -> None:
        self._limits = limits
        self._memory = BodyMemory(limits)
        self._budgets = Budgets(limits)
        extensions = getattr(wsgi, "extensions", {})
        self._identify: Identify = extensions.get(IDENTIFY, by_peer)
        self._origins: tuple[str, ...] = extensions.get(ORIGINS, ())
        self._observers: Sequence[Observer] = extensions.get(OBSERVERS, ())
        extensions[WAITING] = self._budgets.photos_waiting
        self._flask = WsgiRunner(wsgi)
        make: MakeSockets | None = extensions.get(SOCKETS)
        self._sockets = None if make is None else make(self._ask, limits.sockets)
        self._events: EventStreams | None = streams_of(wsgi, self._ask, limits.changes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a WebSocket."""
        if scope["type"] in ("http", "websocket"):
            _identify(scope)
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "websocket":
            if self._sockets is not None and self._sockets.wants(scope):
                await self._sockets.serve(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})

    def stop(self) -> None:
        """End long-lived connections: the streams of events, and the sockets."""
        if self._events is not None:
            self._events.stop()
        if self._sockets is not None:
            self._sockets.stop()

    async def _ask(self, scope: Scope) -> Answer:
        """Flask's response to a request that the server itself makes, without a body."""
        collected = AnswerCollector()
        try:
            await self._ask_flask(scope, _without_body(), collected)
        except AnsweredEarlyError as error:
            kind, body = error.answer.content(scope["path"], as_json=True, request_id=_id_of(scope))
            headers = error.answer.headers(kind, len(body), error.retry_after)
            return Answer(error.answer.status, body, headers)
        return collected.answer()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        clock = asyncio.get_running_loop().time
        started, status = clock(), 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(_answering(message, scope))

        try:
            if self._events is not None and self._events.wants(scope):
                interceptor = self._events.interceptor(send_and_note)
                await self._ask_flask(self._events.asking(scope), receive, interceptor)
                # Streaming uses no thread and doesn't count as an active request.
                await self._events.go_on(interceptor, scope, receive, send_and_note)
            else:
                await self._ask_flask(scope, receive, send_and_note)
        except AnsweredEarlyError as error:
            await self._answer_early(error, scope, receive, send_and_note)
        except ClientDisconnectedError:
            pass
        finally:
            seconds = clock() - started
            for observer in self._observers:
                observer(scope["path"], scope["method"], status, seconds)
            _log(scope, status, seconds)

    async def _ask_flask(self, scope: Scope, receive: Receive, send: Send) -> None:
        party = scope[PARTY] = self._identify(scope)
        body, held = await read_body(scope, receive, self._memory, self._limits, party)
        try:
            environ = environ_of(scope, body)
            environ[PARTY] = party
            budget = self._budgets.of(party, scope["path"], len(body))
            clock = asyncio.get_running_loop().time
            since = clock()
            place = await budget.places.take(party)
            environ[WAITED] = clock() - since
            await self._flask.run(environ, receive, send, threads=budget.threads, left=place.leave)
        finally:
            if held is not None:
                self._memory.release(held)

    async def _answer_early(
        self, error: AnsweredEarlyError, scope: Scope, receive: Receive, send: Send
    ) -> None:
        answer = error.answer
        as_json = b"application/json" in (header(scope, b"accept") or b"")
        again = opens_again(answer.refusal, scope["method"], error.retry_after)
        kind, body = answer.content(scope["path"], as_json=as_json, request_id=_id_of(scope), again_in=again)
        headers = answer.headers(kind, len(body), error.retry_after)
        headers += cross_origin_headers(scope["path"], header(scope, b"origin"), self._origins)
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await discard_body(scope, receive, self._limits)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _without_body() -> Receive:
    """A ``receive`` of a request without a body, from nobody who could disconnect."""
    is_told = False

    async def next_message() -> Message:
        nonlocal is_told
        if is_told:
            await asyncio.get_running_loop().create_future()
        is_told = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return next_message


def _identify(scope: Scope) -> None:
    """Give a request one id: its own, or a new one where that is missing or not fit for a log."""
    sent = header(scope, _ID)
    identified = (_ID, request_id(None if sent is None else sent.decode("latin-1")).encode())
    scope["headers"] = [*((k, v) for k, v in scope["headers"] if k != _ID), identified]


def _id_of(scope: Scope) -> str:
    return (header(scope, _ID) or b"").decode("latin-1")


def _answering(message: Message, scope: Scope) -> Message:
    """A message of the answer; its head has the request's id."""
    if message["type"] != "http.response.start":
        return message
    headers = [(k, v) for k, v in message.get("headers", ()) if k.lower() != _ID]
    return {**message, "headers": [*headers, (_ID, _id_of(scope).encode())]}


def _log(scope: Scope, status: int, seconds: float) -> None:
    """Log a request. Only a log of JSON shows the address, and hides it."""
    if scope["path"] in MONITORED:
        return
    shown = _shown(scope["path"])
    fields = {"method": scope["method"], "path": shown, "status": status, "seconds": round(seconds, 4)}
    access_log.info(
        "%s %s %s %.2f s  [%s]",
        scope["method"],
        shown,
        status or "disconnected",
        seconds,
        _id_of(scope),
        extra={"fields": fields, "address": _address_of(scope), "request_id": _id_of(scope)},
    )


def _address_of(scope: Scope) -> str | None:
    """Where a request came from, as it is counted; None for logins and tokens, which count for themselves."""
    party: Party | None = scope.get(PARTY)
    if party is None:
        return None
    return party.address or (party.name if party.kind is PartyKind.ADDRESS else None)


def _shown(path: str) -> str:
    """The first part of a path, without tokens and query."""
    first, _, rest = path.removeprefix("/").partition("/")
    shown = f"/{first}" if PLAIN_SEGMENT.fullmatch(first) else "/…"
    return shown + ("/…" if rest else "")
