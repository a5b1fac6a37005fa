"""uvicorn's HTTP protocol with the time-outs that it lacks, for clients that don't send or don't read."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from typing import Any, ClassVar, cast
from weakref import WeakSet

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from client.serving.http_parser import BoundedParser
from client.serving.limits import EIGHTH, ServerLimits
from client.serving.shares.addresses import counted_address

_MOMENT = 1.0  # seconds in which a phone that has connected sends its request


class GuardedProtocol(H11Protocol):
    """A connection.

    uvicorn starts its timer only after a response. Without these time-outs, a client that never sends a
    request, sends its head byte by byte, or never reads the response could stay connected for ever.

    Args:
        limits: of these, ``connections``, ``head_seconds``, ``write_seconds`` and those of the parser apply
            here.
        uvicorn: uvicorn's arguments for its protocol.
    """

    _given_up: ClassVar[WeakSet[asyncio.Protocol]] = WeakSet()  # closed for others, and soon gone

    def __init__(self, *, limits: ServerLimits, **uvicorn: Any) -> None:
        super().__init__(**uvicorn)
        self._limits = limits
        self.conn = BoundedParser(limits)
        self.idle_since: float | None = None  # None during a request
        self.waits_since = self.loop.time()  # for a request, or for the rest of one
        self._head_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._is_handed_over = False
        self.peer = ""  # the address at the other end, as it is counted

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request. If too many connections are open, another one is closed."""
        super().connection_made(transport)
        self.peer = counted_address(self.client[0] if self.client else None)
        if len(self.connections) > self._limits.connections:
            self._evict()
        if not transport.is_closing():
            self.idle_since = self.waits_since = self.loop.time()
            self._start_head_timer()

    def data_received(self, data: bytes) -> None:
        """Run the head's timer until the head is complete."""
        super().data_received(data)
        if self._is_handed_over:
            return
        if self.cycle is not None and not self.cycle.response_complete:
            if self.idle_since is not None:
                self.idle_since, self.waits_since = None, self.loop.time()
            self._stop_head_timer()
        elif self._head_timer is None and not self.transport.is_closing():
            self._start_head_timer()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over to the WebSocket protocol, which has time-outs after the handshake."""
        self._is_handed_over = True
        self._stop_head_timer()
        super().handle_websocket_upgrade(event)
        socket = cast("WebSocketsSansIOProtocol", self.transport.get_protocol())
        if not socket.handshake_initiated:  # its own parser refuses the head, and it waits in silence
            self.transport.abort()
        self.loop.call_later(self._limits.write_seconds, self._end_handshake, socket)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP; during an answer, only by hanging up."""
        self._start_write_timer()
        try:
            super().send_400_response(msg)
        except h11.LocalProtocolError:
            self.transport.abort()

    def _end_handshake(self, socket: WebSocketsSansIOProtocol) -> None:
        """Hang up on a client that has no WebSocket by now, or none any more, and doesn't close."""
        if _asks(socket):
            self.transport.abort()

    def on_response_complete(self) -> None:
        """If the connection is closing, make sure that it does, even if the client doesn't read."""
        super().on_response_complete()
        self.idle_since = self.waits_since = self.loop.time()
        if self.transport.is_closing():
            self._start_write_timer()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, even if the client doesn't read."""
        super().timeout_keep_alive_handler()
        self._start_write_timer()

    def pause_writing(self) -> None:
        """Start the write timer, because the client has stopped reading."""
        super().pause_writing()
        self._start_write_timer()

    def resume_writing(self) -> None:
        """Stop the write timer, because the client reads again."""
        super().resume_writing()
        self._stop_write_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all timers."""
        self._stop_head_timer()
        self._stop_write_timer()
        super().connection_lost(exc)

    def _evict(self) -> None:
        """Close the connection that is missed least, so that newcomers get in.

        WebSockets that are not accepted yet go first, which only teachers' pages and other software need.
        Then those at addresses with more than an eighth of all connections, then those without a request,
        then those that have sent part of one or don't read; among equals the oldest. If all others have
        whole requests or have just come, one goes by lot at the address with most of them: the oldest would
        be those about to be answered, and the newest would be the phones that come while somebody holds all
        the others.
        """
        staying = [other for other in self.connections if other not in self._given_up]
        others = [other for other in staying if isinstance(other, GuardedProtocol)]
        open_at = Counter(other.peer for other in others)
        share, a_moment_ago = self._limits.connections // EIGHTH, self.loop.time() - _MOMENT

        def may_go(other: GuardedProtocol) -> bool:
            is_fresh = other.waits_since > a_moment_ago and open_at[other.peer] <= share
            return other is not self and other.waits_for_client and not is_fresh

        asking = (other for other in staying if isinstance(other, WebSocketsSansIOProtocol) and _asks(other))
        missed_least = next(asking, None) or min(
            filter(may_go, others),
            key=lambda other: (open_at[other.peer] <= share, other.idle_since is None, other.waits_since),
            default=None,
        )
        if missed_least is None:
            most = max(open_at.values())
            missed_least = secrets.choice([other for other in others if open_at[other.peer] == most])
        self._given_up.add(missed_least)
        missed_least.transport.abort()

    @property
    def waits_for_client(self) -> bool:
        """Whether there is no request, or only a part of one, or nobody reads the answer."""
        if self.idle_since is not None or self.flow.write_paused:
            return True
        return self.cycle is not None and self.cycle.more_body

    def _start_head_timer(self) -> None:
        self._head_timer = self.loop.call_later(self._limits.head_seconds, self._head_timed_out)

    def _head_timed_out(self) -> None:
        self._head_timer = None
        self.transport.close()
        self._start_write_timer()

    def _start_write_timer(self) -> None:
        if self._write_timer is None:
            self._write_timer = self.loop.call_later(self._limits.write_seconds, self.transport.abort)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _stop_write_timer(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None


def _asks(socket: WebSocketsSansIOProtocol) -> bool:
    """Whether a WebSocket is not accepted yet, or not any more."""
    return socket.close_sent or not socket.handshake_complete
