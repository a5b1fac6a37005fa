"""How much the server gives to any one phone, and to all of them together."""

from __future__ import annotations

from dataclasses import dataclass, field

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class SocketPace:
    """How much a socket, and all together, may take.

    Attributes:
        sockets: at once in one process.
        frame_bytes: of one frame.
        frames_per_second: that are judged; what comes faster is refused.
        idle_seconds: without any message, after which a socket is closed.
        send_seconds: in which a client that takes no bytes is given up.
        check_seconds: between two looks whether login or token still hold.
    """

    sockets: int = 16
    frame_bytes: int = 1_000_000
    frames_per_second: float = 30.0
    idle_seconds: float = 60.0
    send_seconds: float = 10.0
    check_seconds: float = 60.0


@dataclass(frozen=True)
class ServerLimits:
    """Bounds that keep one slow or hostile sender from holding up a class.

    Attributes:
        body_bytes: of one request; the photo's own 10 MB and what a form puts around it.
        body_seconds: from the head of a request to the last byte of its body.
        body_grace_seconds: in which no pace is asked for.
        body_bytes_per_second: the pace after that; 4 kB/s is a tenth of what EDGE gave in 2003.
        bodies_bytes: of all bodies in memory together.
        requests: under way at once, waiting ones counted.
        threads: that run the app. More than cores, because a check-in also waits for the disk.
        connections: open at once, idle ones counted; a browser opens two or three. Beyond, the one that
            has been idle longest makes room.
        head_seconds: from the first byte (or the opening) of a connection to a whole head.
        idle_seconds: that a connection stays open between two requests; long enough to take a photo,
            so that it is sent without another handshake.
        write_seconds: in which a phone that takes no bytes is given up.
        discard_bytes: of a refused body that are still taken, so that the sender reads the answer.
        discard_seconds: the same in time.
        stop_seconds: for answers under way when the server is told to stop.
        sockets: what the WebSockets may take.
    """

    body_bytes: int = 10 * MEGABYTE + 64 * 1024
    body_seconds: float = 60.0
    body_grace_seconds: float = 10.0
    body_bytes_per_second: int = 4096
    bodies_bytes: int = 128 * MEGABYTE
    requests: int = 256
    threads: int = 16
    connections: int = 1024
    head_seconds: float = 15.0
    idle_seconds: int = 30
    write_seconds: float = 30.0
    discard_bytes: int = 32 * MEGABYTE
    discard_seconds: float = 20.0
    stop_seconds: int = 10
    sockets: SocketPace = field(default_factory=SocketPace)
