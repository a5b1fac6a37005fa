"""The one production server: binds its socket, serves Flask behind the ASGI layer, stops cleanly."""

from __future__ import annotations

import contextlib
import errno
import functools
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from typing import Any, cast

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from client.errors import ServerError
from client.serving.asgi import AttendanceApp
from client.serving.http_protocol import GuardedProtocol
from client.serving.limits import ServerLimits

MOST_MESSAGE_BYTES = 2_000_000  # of a WebSocket, which a larger one ends; a frame may have half of it
LOWEST_FREE_PORT = 1024  # below, most systems ask for an administrator


class Server(uvicorn.Server):
    """uvicorn, without its habit of sending the signal that ended it to itself once more.

    Args:
        app: the Flask app.
        limits: what the server gives to any one sender.
        certificate: serves HTTPS with it.
    """

    def __init__(
        self, app: Any, *, limits: ServerLimits | None = None, certificate: ssl.SSLContext | None = None
    ) -> None:
        limits = limits or ServerLimits()
        protocol = functools.partial(GuardedProtocol, limits=limits)
        factory = None if certificate is None else (lambda _config, _default: certificate)
        self._attendance = AttendanceApp(app, limits)
        super().__init__(
            uvicorn.Config(
                self._attendance,
                http=cast("type[GuardedProtocol]", protocol),
                ws="websockets-sansio",
                ws_max_size=MOST_MESSAGE_BYTES,
                loop="asyncio",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,  # the app alone decides whom it believes
                server_header=False,
                timeout_keep_alive=limits.idle_seconds,
                timeout_graceful_shutdown=limits.stop_seconds,
                ssl_context_factory=factory,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams of boards first, which would go on for as long as uvicorn waits."""
        self._attendance.stop()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on Ctrl-C and SIGTERM, a second one at once; being told to stop is no failure."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def bind(host: str, port: int) -> socket.socket:
    """A socket that will listen there; port 0 takes any free one.

    Raises:
        ServerError: with a sentence that says what to do.
    """
    with contextlib.ExitStack() as stack:
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            listener = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
            if sys.platform == "win32":  # where SO_REUSEADDR would let two programs share the port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen()  # some systems let two sockets bind, and only one listen
        except OSError as error:
            raise ServerError(_why_not(error, host, port)) from error
        stack.pop_all()
    return listener


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use, perhaps by an attendance server that is still running. "
            f"Stop it, or start with another port: --port {port + 1}"
        )
    if error.errno == errno.EACCES and port < LOWEST_FREE_PORT:
        return f"Port {port} needs an administrator. Start with a port above 1023: --port 8080"
    if isinstance(error, socket.gaierror) or error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return (
            f"This machine has no address {host}. Leave --host away to be reachable on all of its addresses."
        )
    return f"The server can't listen on {host} port {port}: {error.strerror or error}."


def make_room_for_connections(limits: ServerLimits) -> None:
    """Raise this process's limit of open files where it is low (256 on macOS), as far as it may."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    wanted = limits.connections + 256  # the store, the models, the threads
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted and (hard == resource.RLIM_INFINITY or hard >= wanted):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
