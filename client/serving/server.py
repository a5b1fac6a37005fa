"""The production server: binds its socket, serves Flask through the ASGI layer, and stops cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, cast

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from attendance.values.this_computer import IPV4, IPV6
from client.errors import ServerError
from client.serving.asgi import AttendanceApp
from client.serving.http_protocol import GuardedProtocol
from client.serving.limits import ServerLimits
from client.serving.tls_door import TlsDoor, keep_buffers_small

MOST_MESSAGE_BYTES = (
    2_000_000  # of a WebSocket; a larger message ends it, while a frame above half of this is only rejected
)
LOWEST_UNPRIVILEGED_PORT = 1024
ACCEPTED_AT_ONCE = 4  # connections, by one of several processes: all of them look at the same queue
_OTHER_LOOPBACK = {IPV4: IPV6, IPV6: IPV4, "0.0.0.0": IPV6}  # noqa: S104 - the address that was asked for


class Server(uvicorn.Server):
    """uvicorn, except that it does not raise the signal that stopped it again.

    Args:
        app: the Flask app.
        limits: the server's limits.
        certificate: gives the one for a new connection, for HTTPS; None serves HTTP.
        on_stop: called once the server is to stop, at the latest when it begins to.
        shares_port: whether other processes accept connections at the same sockets. It then accepts a few
            at a time, so that of many phones at once each process gets some.
    """

    def __init__(
        self,
        app: Any,
        *,
        limits: ServerLimits | None = None,
        certificate: Callable[[], ssl.SSLContext] | None = None,
        on_stop: Callable[[], None] = lambda: None,
        shares_port: bool = False,
    ) -> None:
        self._on_stop = on_stop
        limits = limits or ServerLimits()
        self._switch_seconds = limits.switch_seconds
        self._backlog = limits.backlog
        protocol: Callable[..., asyncio.Protocol] = functools.partial(GuardedProtocol, limits=limits)
        if certificate is not None:
            keep_buffers_small()
            protocol = functools.partial(TlsDoor, limits=limits, certificate=certificate, waiting={})
        self._attendance = AttendanceApp(app, limits)
        super().__init__(
            uvicorn.Config(
                self._attendance,
                http=cast("type[GuardedProtocol]", protocol),
                ws="websockets-sansio",
                ws_max_size=MOST_MESSAGE_BYTES,
                loop="asyncio",
                lifespan="off",
                backlog=ACCEPTED_AT_ONCE if shares_port else limits.backlog,
                log_config=None,
                access_log=False,
                proxy_headers=False,  # client.web.proxy decides which proxies to trust
                server_header=False,
                timeout_keep_alive=limits.idle_seconds,
                timeout_graceful_shutdown=limits.stop_seconds,
            )
        )

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until the server is to stop."""
        before = sys.getswitchinterval()
        sys.setswitchinterval(self._switch_seconds)
        try:
            await super().serve(sockets)
        finally:
            sys.setswitchinterval(before)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, with the whole backlog even if asyncio accepts only a few connections at a time."""
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(self._backlog)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End long-lived connections first, because uvicorn would wait for them."""
        self._on_stop()
        self._attendance.stop()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop on a signal."""
        self._on_stop()
        super().handle_exit(sig, frame)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on Ctrl-C or SIGTERM, on the second one immediately, with exit status 0."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def listen(host: str, port: int) -> list[socket.socket]:
    """Listen on an address, and on both loopback addresses if it includes this computer's own.

    If only one of them were listened on, another program could have the same port of the other, and browsers
    on this computer would go there or here, depending on how their system looks up ``localhost``.

    Args:
        host: a name or an address.
        port: 0 picks a free one.

    Returns:
        The sockets with the same port, the one of ``host`` first. There is no second one without IPv6.

    Raises:
        ServerError: the address can't be used; the message includes the remedy.
    """
    first = bind(host, port)
    address, found = first.getsockname()[:2]
    other = _OTHER_LOOPBACK.get(address)
    if other is None:
        return [first]
    try:
        return [first, bind(other, found)]
    except ServerError as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and cause.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            return [first]
        first.close()
        if port:
            raise
    return listen(host, port)  # the system picked a port that is free at the first address only


def bind(host: str, port: int) -> socket.socket:
    """Listen on one address; port 0 picks a free port.

    Raises:
        ServerError: the address can't be used; the message includes the remedy.
    """
    with contextlib.ExitStack() as stack:
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            # Named, because asyncio sets TCP_NODELAY only where it reads the protocol; see docs/server.md.
            listener = stack.enter_context(socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP))
            if sys.platform == "win32":  # where SO_REUSEADDR would allow two programs to share the port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6 and socket.has_dualstack_ipv6():  # "::" is every address, IPv4 too
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            listener.bind((host, port))
            listener.listen()  # some systems allow two sockets to bind, but only one to listen
        except OSError as error:
            raise ServerError(_bind_problem(error, host, port)) from error
        stack.pop_all()
    return listener


def _bind_problem(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use, possibly by an attendance server that is still running. "
            f"Stop it, or choose another port: --port {port + 1}"
        )
    if error.errno == errno.EACCES and port < LOWEST_UNPRIVILEGED_PORT:
        return f"Port {port} needs administrator rights. Choose a port above 1023: --port 8080"
    if isinstance(error, socket.gaierror) or error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return f"This machine has no address {host}. Omit --host to listen on all its addresses."
    return f"Can't listen on {host}, port {port}: {error.strerror or error}."


def raise_open_file_limit(limits: ServerLimits) -> None:
    """Raise this process's limit of open files if it is low (256 on macOS) and may be raised."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    # asyncio accepts whole backlogs before it asks whether they are too many. 256 are for the store, models
    # and threads.
    needed = limits.connections + limits.handshakes + 4 * limits.backlog + 256
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
