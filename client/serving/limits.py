"""The server's limits for one client and for all together."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

MEGABYTE = 1024 * 1024
EIGHTH = 8
"""One address gets this part of what all share, unless it shows a grant, a login or a token."""
_CORES = os.cpu_count() or 1


@dataclass(frozen=True)
class PlaceLimits:
    """The threads of one budget, and who gets how many of them at once.

    Attributes:
        threads: how many there are; each runs one request.
        per_address: the maximum of one address that shows no grant, login or token.
        grants_per_address: the maximum of all grants at one address together.
        per_party: the maximum of one login or token.
        waiting: the maximum of requests that wait for a place, for each kind of party.
        patience_seconds: the maximum wait for one.
    """

    threads: int
    per_address: int
    grants_per_address: int
    per_party: int
    waiting: int = 1024
    patience_seconds: float = 30.0


def photo_places(threads: int = _CORES + 1) -> PlaceLimits:
    """For photos: one thread more than cores, since each also waits for decoder and disk.

    More only take turns on the interpreter's lock, with each other and with the threads of pages: with six on
    two cores, 500 phones at one instant waited 12 % longer than with three (benchmarks/rush, 2026-11-30). All
    phones of a school may be at one address, so their grants get all threads but one. A photo waits for less
    time than its page waits for the answer, and those that wait leave a fifth of the connections to others.
    """
    return PlaceLimits(
        threads,
        per_address=1,
        grants_per_address=max(1, threads - 1),
        per_party=max(1, threads // 2),
        waiting=800,
        patience_seconds=40.0,
    )


@dataclass(frozen=True)
class SocketLimits:
    """Limits for WebSockets.

    Attributes:
        sockets: the maximum open at once in one process.
        frame_bytes: the maximum size of a frame.
        frames_per_second: the maximum rate of frames per socket; more are rejected.
        idle_seconds: time without a message after which a socket is closed.
        send_seconds: time after which a client that doesn't read is disconnected.
        check_seconds: time between checks of the login or token.
    """

    sockets: int = 16
    frame_bytes: int = 1_000_000
    frames_per_second: float = 30.0
    idle_seconds: float = 60.0
    send_seconds: float = 10.0
    check_seconds: float = 60.0


@dataclass(frozen=True)
class ChangeStreamLimits:
    """Limits for streams of changes.

    Attributes:
        streams: the maximum open at once in one process.
        streams_of_one: the maximum of one token.
        poll_seconds: time between looks for changes, one for all streams.
        check_seconds: silence after which a sign of life is sent, and the token is checked again.
        lifetime_seconds: time after which a stream ends, and the client connects again.
    """

    streams: int = 32
    streams_of_one: int = 4
    poll_seconds: float = 0.5
    check_seconds: float = 15.0
    lifetime_seconds: float = 3600.0


@dataclass(frozen=True)
class ServerLimits:
    """Limits that keep one slow or hostile client from holding up a class.

    Attributes:
        body_bytes: the maximum size of a body: a photo of 10 MB and the form around it.
        first_byte_seconds: the maximum time from a request's head to the first byte of its body.
        body_seconds: the maximum time from the first byte of a body to its last.
        body_grace_seconds: time before the minimum rate applies.
        body_bytes_per_second: the minimum rate; 4 kB/s is a tenth of EDGE's speed in 2003.
        bodies_bytes: the maximum memory for all bodies.
        large_body_bytes: bodies above this get half of that memory together. The phone page sends
            at most 200 kB, except for files that the browser can't read.
        bodies_per_grant: bodies at once under one grant: a photo, and the same once more after a lost
            connection.
        body_patience_seconds: the time that a body is safe, even while others wait for memory.
        deal_seconds: time between two looks whether somebody has to give way, while somebody waits.
        memory_seconds: the maximum wait for memory.
        photos: places for photos and other large bodies, whoever sends them.
        pages: places for phones' pages, and all else that has no other budget.
        staff: places for teachers' pages, boards and projectors.
        software: places for the API and the known names.
        monitoring: places for ``/healthz``, ``/readyz`` and ``/metrics``.
        switch_seconds: how long a thread may keep the interpreter's lock while another waits for it. Python's
            own 5 ms add up for a page that competes with photos: docs/performance.md has what was measured.
        connections: the maximum open at once, including idle ones; a browser opens two or three. Beyond
            that, one is closed; see ``GuardedProtocol``.
        handshakes: the maximum of TLS handshakes at once, as of connections: a class may come at one instant.
            Beyond that, one is ended; see ``TlsDoor``.
        backlog: the maximum of connections that wait to be accepted.
        head_bytes: the maximum size of a head.
        head_lines: the maximum number of its lines; browsers and proxies send 15 to 40.
        tiny_chunks: the number of chunks of a body that may be of any size.
        chunk_bytes: the minimum mean size of all others.
        head_seconds: the maximum time from the first byte (or the opening) of a connection to a whole head.
        idle_seconds: time for which a connection stays open between requests; long enough to take a photo,
            so that sending it needs no new handshake.
        write_seconds: time after which a client that doesn't read is disconnected.
        discard_bytes: the part of a rejected body that is still read, so that the client reads the response.
        discard_seconds: the maximum time for that.
        stop_seconds: time for running responses when the server stops.
        sockets: limits for WebSockets.
        changes: limits for streams of changes.
    """

    body_bytes: int = 10 * MEGABYTE + 64 * 1024
    first_byte_seconds: float = 3.0
    body_seconds: float = 60.0
    body_grace_seconds: float = 10.0
    body_bytes_per_second: int = 4096
    bodies_bytes: int = 128 * MEGABYTE
    large_body_bytes: int = 2 * MEGABYTE
    bodies_per_grant: int = 2
    body_patience_seconds: float = 3.0
    deal_seconds: float = 0.25
    memory_seconds: float = 30.0
    photos: PlaceLimits = field(default_factory=photo_places)
    pages: PlaceLimits = PlaceLimits(4, per_address=2, grants_per_address=2, per_party=2)
    staff: PlaceLimits = PlaceLimits(6, per_address=1, grants_per_address=1, per_party=4)
    software: PlaceLimits = PlaceLimits(4, per_address=1, grants_per_address=1, per_party=3)
    monitoring: PlaceLimits = PlaceLimits(3, per_address=2, grants_per_address=1, per_party=2)
    switch_seconds: float = 0.001
    connections: int = 1024
    handshakes: int = 1024
    backlog: int = 512
    head_bytes: int = 16 * 1024
    head_lines: int = 128
    tiny_chunks: int = 256
    chunk_bytes: int = 256
    head_seconds: float = 15.0
    idle_seconds: int = 30
    write_seconds: float = 30.0
    discard_bytes: int = 32 * MEGABYTE
    discard_seconds: float = 20.0
    stop_seconds: int = 10
    sockets: SocketLimits = field(default_factory=SocketLimits)
    changes: ChangeStreamLimits = field(default_factory=ChangeStreamLimits)
