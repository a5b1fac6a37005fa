"""uvicorn's HTTP protocol with the time-outs that it lacks: silent, dawdling and deaf connections."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from client.serving.limits import ServerLimits


class GuardedProtocol(H11Protocol):
    """One connection.

    uvicorn starts a timer only after an answer. A connection that never sends a request, or sends its
    head a byte at a time, would stay for ever, and so would one that never reads what it is sent.

    Args:
        limits: ``connections``, ``head_seconds`` and ``write_seconds`` count here.
        uvicorn: what uvicorn passes to its protocol.
    """

    def __init__(self, *, limits: ServerLimits, **uvicorn: Any) -> None:
        super().__init__(**uvicorn)
        self._limits = limits
        self.idle_since: float | None = None  # None: a request is under way
        self._head_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._is_handed_over = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request; where too many connections are open, the one idle longest has to go."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections:
            self._make_room()
        if not transport.is_closing():
            self.idle_since = self.loop.time()
            self._await_head()

    def data_received(self, data: bytes) -> None:
        """Keep the timer of the head running until the head is whole."""
        super().data_received(data)
        if self._is_handed_over:
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.idle_since = None
            self._stop_head_timer()
        elif self._head_timer is None and not self.transport.is_closing():
            self._await_head()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Another protocol takes the connection over, with time-outs of its own."""
        self._is_handed_over = True
        self._stop_head_timer()
        super().handle_websocket_upgrade(event)

    def on_response_complete(self) -> None:
        """Where the connection closes now, see that it does, whether or not the last bytes are read."""
        super().on_response_complete()
        self.idle_since = self.loop.time()
        if self.transport.is_closing():
            self._give_up_later()

    def timeout_keep_alive_handler(self) -> None:
        """The same at the end of an idle connection."""
        super().timeout_keep_alive_handler()
        self._give_up_later()

    def pause_writing(self) -> None:
        """The phone takes no more bytes for now."""
        super().pause_writing()
        self._give_up_later()

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        self._stop_write_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to wait for."""
        self._stop_head_timer()
        self._stop_write_timer()
        super().connection_lost(exc)

    def _make_room(self) -> None:
        others = [other for other in self.connections if isinstance(other, GuardedProtocol)]
        idle = [(other.idle_since, other) for other in others if other.idle_since is not None]
        longest = min(idle, key=lambda pair: pair[0], default=None)
        (longest[1] if longest else self).transport.abort()

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(self._limits.head_seconds, self._head_is_late)

    def _head_is_late(self) -> None:
        self._head_timer = None
        self.transport.close()
        self._give_up_later()

    def _give_up_later(self) -> None:
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
