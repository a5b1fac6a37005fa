"""uvicorn's parser of HTTP/1.1, with limits on what takes long to parse and is sent by no browser."""

from __future__ import annotations

import re
from typing import Any

import h11

from client.serving.limits import ServerLimits

_END_OF_HEAD = re.compile(rb"\n\r?\n")


class BoundedParser(h11.Connection):
    """The server's side of a connection.

    h11 limits a head only while it is incomplete, and chunks not at all. It needs some microseconds for each
    header and each chunk, so a few hundred kilobytes of tiny ones would stop the event loop for a second.

    Args:
        limits: of these, ``head_bytes``, ``head_lines``, ``tiny_chunks`` and ``chunk_bytes`` apply here.
    """

    def __init__(self, limits: ServerLimits) -> None:
        super().__init__(h11.SERVER, limits.head_bytes)
        self._limits = limits
        self._chunks = self._chunk_bytes = 0

    def next_event(self) -> Any:
        """The next event.

        Raises:
            h11.RemoteProtocolError: the client sent something that is not HTTP, or is beyond the limits.
        """
        if self.their_state is h11.IDLE:
            self._check_head(self.trailing_data[0])
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._chunks = self._chunk_bytes = 0
            _check_length(event)
        elif isinstance(event, h11.Data):
            self._count_chunk(event)
        return event

    def _check_head(self, received: bytes) -> None:
        most = self._limits.head_bytes
        end = _END_OF_HEAD.search(received, 0, most)
        if end is None and len(received) > most:
            raise h11.RemoteProtocolError("The head is too large.", error_status_hint=431)
        if received.count(b"\n", 0, end.end() if end else most) > self._limits.head_lines:
            raise h11.RemoteProtocolError("The head has too many lines.", error_status_hint=431)

    def _count_chunk(self, data: h11.Data) -> None:
        self._chunks += data.chunk_start
        self._chunk_bytes += len(data.data)
        if self._chunks > self._limits.tiny_chunks + self._chunk_bytes // self._limits.chunk_bytes:
            raise h11.RemoteProtocolError("The chunks are too small.")


def _check_length(request: h11.Request) -> None:
    """Refuse a body with a length and chunks: h11 reads the chunks, and the length says nothing of them.

    RFC 9112 forbids clients to send both (6.2) and allows servers to refuse that (6.1).
    """
    names = {name for name, _ in request.headers}
    if {b"content-length", b"transfer-encoding"} <= names:
        raise h11.RemoteProtocolError("A body has a length or chunks, and not both.")
