"""Serves WebSockets in the event loop, and recognises faces in a few threads shared by all sockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from flask import Flask

from attendance.live.values import Frames
from attendance.register import Register
from client.problems.problem_kinds import MEDIA_TYPE, ApiProblemError, ProblemCode, problem_document
from client.problems.request_ids import HEADER
from client.problems.table import DOMAIN_ERRORS, problem_of
from client.serving.body import Message, Receive, Scope, Send, header
from client.serving.limits import SocketLimits
from client.serving.software_addresses import HANDSHAKE, IN_ADDRESS, SOCKET, TOKEN, plain_path
from client.serving.websockets import SOCKETS, Answer, AskFlask
from client.web.services import register_of

if TYPE_CHECKING:
    from client.software.live.connection import Connection

POLICY_VIOLATION = 1008  # RFC 6455, 7.4.1
TRY_AGAIN_LATER = 1013
SUBPROTOCOL = "attendance.1"
TOKEN_PREFIX = "token."  # noqa: S105 - a subprotocol, because pages can't set headers of a handshake

_ID = HEADER.lower().encode()
_REFUSAL_HEADERS = (b"content-type", b"retry-after", b"www-authenticate", _ID)
_HOP_BY_HOP = (b"content-length", b"connection", b"upgrade", HANDSHAKE.lower().encode())

_log = logging.getLogger(__name__)


def init_live_sockets(app: Flask) -> None:
    """Serve WebSockets for an app's register."""

    def sockets(ask: AskFlask, limits: SocketLimits) -> LiveSockets:
        return LiveSockets(register_of(app), ask, limits)

    app.extensions[SOCKETS] = sockets


class LiveSockets:
    """All sockets of one process.

    Args:
        register: opens the streams.
        ask: asks Flask to authorise a socket.
        limits: limits for each socket and for all together.
    """

    def __init__(self, register: Register, ask: AskFlask, limits: SocketLimits) -> None:
        self._register = register
        self._ask = ask
        self._limits = limits
        # OpenVINO computes one frame on all cores; the second thread decodes meanwhile.
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")
        self._open: set[Connection] = set()
        self._opening = 0  # they count, or cameras that start at the same moment would all get past the limit
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Close all sockets, so that the server can stop."""
        self._stopped.set()
        for connection in self._open:
            connection.stop()

    def wants(self, scope: Scope) -> bool:
        """Whether a handshake is for ``/ws``."""
        return plain_path(str(scope["path"])) == SOCKET

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a socket from its handshake to its end."""
        if (await receive())["type"] != "websocket.connect":
            return
        request = _as_request(scope, token_out_of(scope))
        answer = await self._ask(request)
        if answer.status != 200:
            await _deny(scope, send, answer)
            return
        if self._stopped.is_set() or len(self._open) + self._opening >= self._limits.sockets:
            detail = f"{self._limits.sockets} sockets are already open. Close one, or try again later."
            await _deny(scope, send, _refusal(ApiProblemError(ProblemCode.TRY_LATER, detail), scope))
            return
        self._opening += 1
        try:
            connection = await self._connect(answer.body, receive, send)
            identified = [(_ID, header(scope, _ID) or b"")]
            await send(
                {"type": "websocket.accept", "subprotocol": _subprotocol(scope), "headers": identified}
            )
        except DOMAIN_ERRORS as error:
            _log.warning("A live stream could not be opened now: %s", error)
            await _deny(scope, send, _refusal(error, scope))
            return
        finally:
            self._opening -= 1
        self._open.add(connection)
        if self._stopped.is_set():  # since it was asked above
            connection.stop()
        try:
            await connection.run(lambda: self._is_authorised(request))
        finally:
            self._open.discard(connection)

    async def _connect(self, issued: bytes, receive: Receive, send: Send) -> Connection:
        loop = asyncio.get_running_loop()
        register = self._register

        def opened() -> Connection:
            from client.software.live.connection import Connection  # noqa: PLC0415 - only sockets need its models
            from client.software.live.handshake import Ticket  # noqa: PLC0415 - likewise

            ticket = Ticket.model_validate_json(issued)
            course = register.courses.get(ticket.course_id)
            streams = register.cameras.live_streams
            open_stream = streams.open_separate if ticket.known_fields else streams.open
            stream: Frames = open_stream(
                ticket.session_id,
                course,
                by=ticket.by,
                device=ticket.device,
                policy=ticket.policy(course),
            )
            return Connection(
                stream,
                ticket,
                course.name,
                store=register.store,
                zone=register.settings.time_zone,
                limits=self._limits,
                threads=self._threads,
                receive=receive,
                send=send,
            )

        return await loop.run_in_executor(self._threads, opened)

    async def _is_authorised(self, request: Scope) -> bool:
        """Whether the login or token is still valid. If that can't be checked now, it counts as valid."""
        return (await self._ask(request)).status not in (401, 403, 404)


def token_out_of(scope: Scope) -> str | None:
    """Take the token out of a handshake's address, so that nobody logs it; None if the address has none.

    Several tokens count as an empty one, which nobody has.
    """
    query = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    tokens = [value for name, value in query if name == TOKEN]
    if not tokens:
        return None
    scope["query_string"] = urlencode([pair for pair in query if pair[0] != TOKEN]).encode()
    return tokens[0] if len(tokens) == 1 else ""


def _as_request(scope: Scope, in_address: str | None) -> Scope:
    """The handshake as an HTTP request for Flask, with a token of the address or the subprotocols as header.

    A token in the address is the only thing that counts then: it is sent on purpose, from a page of whatever
    origin, while the browser adds cookies to any socket.

    Args:
        scope: the handshake.
        in_address: the token that its address had.
    """
    headers = [(k, v) for k, v in scope["headers"] if k not in _HOP_BY_HOP]
    kind = "websocket" if in_address is None else IN_ADDRESS
    headers.append((HANDSHAKE.lower().encode(), kind.encode()))
    offered = next((p for p in scope.get("subprotocols", ()) if p.startswith(TOKEN_PREFIX)), None)
    if in_address is not None:
        headers = [each for each in headers if each[0] not in (b"authorization", b"cookie")]
        headers.append((b"authorization", f"Bearer {in_address}".encode()))
    elif offered is not None and not any(key == b"authorization" for key, _ in headers):
        headers.append((b"authorization", f"Bearer {offered.removeprefix(TOKEN_PREFIX)}".encode()))
    scheme = "https" if scope.get("scheme") in ("wss", "https") else "http"
    return {**scope, "type": "http", "method": "GET", "scheme": scheme, "headers": headers}


def _subprotocol(scope: Scope) -> str | None:
    """The subprotocol to accept, if it was offered; never the one with the token."""
    return SUBPROTOCOL if SUBPROTOCOL in scope.get("subprotocols", ()) else None


def _refusal(error: Exception, scope: Scope) -> Answer:
    """The problem details of an error, as the answer to a handshake."""
    problem = problem_of(error)
    identified = header(scope, _ID) or b""
    document = problem_document(problem.code, problem.message, request_id=identified.decode("latin-1"))
    body = json.dumps(document).encode()
    headers = [(b"content-type", MEDIA_TYPE.encode()), (_ID, identified)]
    if problem.retry_after is not None:
        headers.append((b"retry-after", str(problem.retry_after).encode()))
    return Answer(problem.status, body, headers)


async def _deny(scope: Scope, send: Send, answer: Answer) -> None:
    """Reject the handshake with Flask's response, or with a close code if the server can't send one."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        code = TRY_AGAIN_LATER if answer.status >= 500 else POLICY_VIOLATION
        await send({"type": "websocket.close", "code": code})
        return
    start: Message = {
        "type": "websocket.http.response.start",
        "status": answer.status,
        "headers": [
            *(each for each in answer.headers if each[0].lower() in _REFUSAL_HEADERS),
            (b"content-length", str(len(answer.body)).encode()),
        ],
    }
    with contextlib.suppress(OSError):
        await send(start)
        await send({"type": "websocket.http.response.body", "body": answer.body, "more_body": False})
