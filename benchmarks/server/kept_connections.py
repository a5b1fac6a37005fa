"""How long a response takes on a connection that is kept, with TCP's delay for small packets and without it.

    python -m benchmarks.server.kept_connections [--requests 200]

The server is the real one, in a thread, with an app that answers at once. The delay (RFC 896) waits with the
second packet of a response until the client has acknowledged the first, and clients wait 40 ms with that.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import statistics
import threading
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from client.serving.server import Server, bind

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODY = b"x" * 1500  # as a page of the API's list of marks has
HOST = "127.0.0.1"
STOP_SECONDS = 20.0


@click.command(help=__doc__)
@click.option("--requests", default=200, show_default=True, type=click.IntRange(min=2))
def main(requests: int) -> None:
    """Measure and print both medians."""
    for name, listener in (("with the delay", _delaying()), ("as the server listens", bind(HOST, 0))):
        times = measure(listener, requests)
        print(f"{name}: {statistics.median(times) * 1000:.1f} ms (worst {max(times) * 1000:.1f} ms)")


def measure(listener: socket.socket, requests: int) -> list[float]:
    """Seconds from each request to the end of its response, all on one connection.

    Args:
        listener: where the server listens; closed afterwards.
        requests: how many; the first one, which opens the connection, is not measured.
    """
    times = []
    with _serving(listener) as port:
        connection = http.client.HTTPConnection(HOST, port)
        for _ in range(requests):
            begin = time.perf_counter()
            connection.request("GET", "/")
            connection.getresponse().read()
            times.append(time.perf_counter() - begin)
        connection.close()
    return times[1:]


def _delaying() -> socket.socket:
    """A listening socket of which asyncio doesn't know that it is TCP, so that the delay stays."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind((HOST, 0))
    listener.listen()
    return listener


@contextlib.contextmanager
def _serving(listener: socket.socket) -> Iterator[int]:
    server = Server(_answer)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS)


def _answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    del environ
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))])
    return [BODY]


if __name__ == "__main__":
    main()
