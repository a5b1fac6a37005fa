"""A real server in a thread, and raw sockets to misbehave against it."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from client.serving.limits import PlaceLimits, ServerLimits
from client.serving.server import Server, listen

WAIT_SECONDS = 60.0  # generous, for a busy machine


def few_threads(threads: int, *, patience_seconds: float = 30.0, **others: Any) -> ServerLimits:
    """Limits with so many threads in each budget, of which one party may use all and an address one.

    Args:
        threads: of each budget.
        patience_seconds: how long a request waits for one.
        others: further limits.
    """
    places = PlaceLimits(threads, 1, max(1, threads // 2), threads, patience_seconds=patience_seconds)
    return ServerLimits(
        photos=places, pages=places, staff=places, software=places, monitoring=places, **others
    )


def wait_until(condition: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
    """Wait until a condition is true; fail if it takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.01)


@contextlib.contextmanager
def serving(
    app: Any,
    *,
    limits: ServerLimits | None = None,
    certificate: ssl.SSLContext | None = None,
    certificates: Callable[[], ssl.SSLContext] | None = None,
    at: int = 0,
    host: str = "127.0.0.1",
) -> Iterator[int]:
    """Serve a WSGI app for the duration of the block; the port.

    Args:
        app: what is served.
        limits: None means the usual ones.
        certificate: None means plain http, unless ``certificates`` gives one for each connection.
        at: the port; 0 takes any free one.
        host: where the server listens.
    """
    listeners = listen(host, at)
    port: int = listeners[0].getsockname()[1]
    if certificate is not None:
        certificates = lambda: certificate  # noqa: E731
    server = Server(app, limits=limits, certificate=certificates)
    thread = threading.Thread(target=server.run, kwargs={"sockets": listeners}, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(WAIT_SECONDS)
        assert not thread.is_alive(), "the server did not stop"


def connect(port: int) -> socket.socket:
    """Open a TCP connection."""
    return socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)


def read_to_end(connection: socket.socket) -> bytes:
    """Read until the server closes the connection."""
    received = bytearray()
    while chunk := connection.recv(65536):
        received += chunk
    return bytes(received)


def read_until(connection: socket.socket, end: bytes) -> bytes:
    """Read until the data ends like this, or the server closes the connection."""
    received = bytearray()
    while not received.endswith(end) and (chunk := connection.recv(65536)):
        received += chunk
    return bytes(received)


def post_head(length: int | None, *more: str) -> bytes:
    """The head of a POST request, chunked without a length."""
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    return "\r\n".join(["POST /capture HTTP/1.1", "Host: localhost", size, *more, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"
