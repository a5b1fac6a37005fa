"""The door of TLS: handshakes are as limited as the connections that they become."""

from __future__ import annotations

import asyncio
import ssl
from asyncio.sslproto import SSLProtocol
from collections import Counter
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.utils import get_remote_addr

from client.serving.http_protocol import GuardedProtocol
from client.serving.limits import ServerLimits
from client.serving.shares.addresses import counted_address

_BUFFER_BYTES = 64 * 1024  # four records of TLS


def keep_buffers_small() -> None:
    """Let asyncio give each TLS connection, from its handshake on, a quarter of its usual buffer of 256 kB.

    So a class of hundreds can begin its handshakes at one instant and at one address, and none has to end for
    another's memory.
    """
    SSLProtocol.max_size = _BUFFER_BYTES


class TlsDoor(asyncio.Protocol):
    """A connection until its handshake is complete; then a ``GuardedProtocol`` takes over.

    asyncio would let any number of clients begin a handshake, and would wait a minute for each. So one laptop
    could use up the files that a process may open.

    Args:
        certificate: gives the one for this connection.
        limits: of these, ``handshakes`` and ``head_seconds`` apply here.
        waiting: all connections of the server in a handshake, in the order of their arrival.
        uvicorn: uvicorn's arguments for its protocol.
    """

    def __init__(
        self,
        *,
        certificate: Callable[[], ssl.SSLContext],
        limits: ServerLimits,
        waiting: dict[TlsDoor, None],
        **uvicorn: Any,
    ) -> None:
        self._certificate = certificate
        self._limits = limits
        self._waiting = waiting
        self._uvicorn = uvicorn
        self._early = bytearray()
        self._transport: asyncio.Transport
        self._task: asyncio.Task[None] | None = None
        self.peer = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin the handshake. If too many have begun, the oldest of the address with most of them ends."""
        transport.pause_reading()  # what arrives is for the handshake, which resumes it
        self._transport = transport
        client = get_remote_addr(transport)
        self.peer = counted_address(client[0] if client else None)
        self._waiting[self] = None
        if len(self._waiting) > self._limits.handshakes:
            begun_at = Counter(other.peer for other in self._waiting)
            max(self._waiting, key=lambda other: begun_at[other.peer]).hang_up()
        self._task = asyncio.get_running_loop().create_task(self._open())

    def hang_up(self) -> None:
        """End the handshake."""
        self._waiting.pop(self, None)
        # Not before asyncio's part of it has begun, which otherwise would begin on what has ended.
        asyncio.get_running_loop().call_later(0, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        """Keep what came together with the last message of the handshake."""
        self._early += data

    async def _open(self) -> None:
        try:
            transport: asyncio.Transport | None = await asyncio.get_running_loop().start_tls(
                self._transport,
                self,
                self._certificate(),
                server_side=True,
                ssl_handshake_timeout=self._limits.head_seconds,
            )
        except OSError as error:  # also of TLS
            error.__traceback__ = None  # a circle with the handshake's buffers, which would stay for long
            return
        finally:
            self._waiting.pop(self, None)
        if transport is None or transport.is_closing():  # None if it was closed meanwhile
            return
        guarded = GuardedProtocol(limits=self._limits, **self._uvicorn)
        transport.set_protocol(guarded)
        guarded.connection_made(transport)
        if self._early:
            guarded.data_received(bytes(self._early))
