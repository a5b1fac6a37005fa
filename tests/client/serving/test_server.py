"""The server listens on the given address, limits its connections, and stops on a signal."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
import uvicorn
from uvicorn.server import ServerState

from client.errors import ServerError
from client.serving.http_protocol import GuardedProtocol
from client.serving.limits import ServerLimits
from client.serving.server import Server, bind, listen, raise_open_file_limit
from client.serving.websockets import SOCKETS
from tests.client.served_app import (
    WAIT_SECONDS,
    chunk,
    connect,
    post_head,
    read_to_end,
    read_until,
    serving,
    wait_until,
)
from tests.client.serving.loops import in_a_loop

pytestmark = pytest.mark.server

ROOT = Path(__file__).resolve().parents[3]
QUICK = ServerLimits(head_seconds=1.0, idle_seconds=2, write_seconds=0.5)  # short time-outs
PATIENT = ServerLimits(head_seconds=600.0, idle_seconds=600)
UPGRADE = b"GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
KEY = b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def hello(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_no_part_of_a_response_waits_for_the_client(host: str) -> None:
    try:
        listener = bind(host, 0)
    except ServerError:
        pytest.skip("needs IPv6")
    server = Server(hello)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        with socket.create_connection(listener.getsockname()[:2], timeout=WAIT_SECONDS) as client:
            client.sendall(GET)
            read_until(client, b"hello")
            (protocol,) = server.server_state.connections
            accepted = protocol.transport.get_extra_info("socket")
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    finally:
        server.should_exit = True
        thread.join(WAIT_SECONDS)


def test_a_port_in_use_is_said_with_the_remedy() -> None:
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerError, match=rf"Port {port} is in use.*--port {port + 1}"):
            bind("127.0.0.1", port)


def test_an_address_that_is_not_this_machines_is_said() -> None:
    with pytest.raises(ServerError, match=r"no address 192\.0\.2\.1"):
        bind("192.0.2.1", 0)


def test_a_connection_that_says_nothing_is_closed() -> None:
    with serving(hello, limits=QUICK) as port, connect(port) as silent:
        assert read_to_end(silent) == b""


def test_a_head_that_trickles_is_closed() -> None:
    def trickle(to: socket.socket) -> None:
        for letter in GET.strip() + b"x" * 1_000:  # an endless header name
            to.sendall(bytes([letter]))
            time.sleep(0.05)

    with serving(hello, limits=QUICK) as port, connect(port) as slow, pytest.raises(ConnectionError):
        trickle(slow)


def test_an_idle_connection_may_ask_again_and_is_closed_later() -> None:
    with serving(hello, limits=QUICK) as port, connect(port) as phone:
        for _ in range(2):
            phone.sendall(GET)
            assert read_until(phone, b"hello").endswith(b"hello")
        assert read_to_end(phone) == b""


def test_an_unfinished_second_request_is_closed_too() -> None:
    with serving(hello, limits=QUICK) as port, connect(port) as phone:
        phone.sendall(GET)
        assert read_until(phone, b"hello").endswith(b"hello")
        phone.sendall(GET[:10])
        assert read_to_end(phone) == b""


def test_a_head_beyond_all_measure_is_refused() -> None:
    with serving(hello, limits=PATIENT) as port, connect(port) as phone:
        phone.sendall(b"GET /" + b"x" * 100_000)
        assert phone.recv(100).startswith(b"HTTP/1.1 400 ")


def test_beyond_so_many_connections_the_one_idle_longest_makes_room() -> None:
    with serving(hello, limits=replace(PATIENT, connections=3)) as port:
        held = [connect(port) for _ in range(3)]
        for connection in held[1:]:
            time.sleep(0.1)
            connection.sendall(GET)
            assert read_until(connection, b"hello").endswith(b"hello")
        with connect(port) as phone:
            phone.sendall(GET)
            assert read_until(phone, b"hello").endswith(b"hello")
            with contextlib.suppress(ConnectionError):
                assert held[0].recv(100) == b""
            held[2].sendall(GET)
            assert read_until(held[2], b"hello").endswith(b"hello")
        for connection in held:
            connection.close()


class FakeTransport(asyncio.Transport):
    """A transport that is closed a moment after it is told to, or when all has been read."""

    def __init__(self, peer: str = "192.0.2.7") -> None:
        super().__init__({"peername": (peer, 1)})
        self.is_aborted = self.is_closed = False

    def write(self, _data: Any) -> None:
        """Send; nobody reads."""

    def close(self) -> None:
        """Close when all has been read."""
        self.is_closed = True

    def abort(self) -> None:
        """Begin to close."""
        self.is_aborted = True

    def is_closing(self) -> bool:
        """Whether it was told to close."""
        return self.is_aborted or self.is_closed


def test_of_many_that_come_in_one_moment_each_closes_another() -> None:
    async def come() -> list[bool]:
        state, transports = ServerState(), [FakeTransport() for _ in range(30)]
        config = uvicorn.Config(hello, log_config=None)
        for transport in transports:
            limits = replace(PATIENT, connections=10)
            protocol = GuardedProtocol(limits=limits, config=config, server_state=state, app_state={})
            protocol.connection_made(transport)
        return [transport.is_aborted for transport in transports]

    assert in_a_loop(come()) == [True] * 20 + [False] * 10


@pytest.mark.parametrize(
    ("sent", "reads"),
    [(b"not HTTP\r\n\r\n", True), (GET, False)],
    ids=["is being closed", "does not read"],
)
def test_who_does_not_read_makes_room_too(sent: bytes, *, reads: bool) -> None:
    async def come() -> list[bool]:
        state, transports = ServerState(), [FakeTransport() for _ in range(2)]
        config, limits = uvicorn.Config(hello, log_config=None), replace(PATIENT, connections=1)
        first, other = (
            GuardedProtocol(limits=limits, config=config, server_state=state, app_state={})
            for _ in transports
        )
        first.connection_made(transports[0])
        first.data_received(sent)
        if not reads:
            first.pause_writing()
        other.connection_made(transports[1])
        for task in state.tasks:
            task.cancel()
        return [transport.is_aborted for transport in transports]

    assert in_a_loop(come()) == [True, False]


def test_beyond_so_many_busy_connections_one_of_the_busiest_address_makes_room() -> None:
    """Not always the newest, nor one that has just come and is about to ask: somebody may hold all others."""

    async def come() -> tuple[int, int]:
        state, config = ServerState(), uvicorn.Config(hello, log_config=None)
        limits = replace(PATIENT, connections=100)
        held = [FakeTransport("192.0.2.8") for _ in range(100)]
        phones = [FakeTransport(f"192.0.2.{10 + number // 10}") for number in range(50)]
        for transport in held + phones:
            protocol = GuardedProtocol(limits=limits, config=config, server_state=state, app_state={})
            protocol.connection_made(transport)
            if transport in held and not transport.is_aborted:
                protocol.data_received(GET)
        for task in state.tasks:
            task.cancel()
        return sum(each.is_aborted for each in held), sum(each.is_aborted for each in phones)

    assert in_a_loop(come()) == (50, 0)


def test_beyond_so_many_half_requests_the_oldest_makes_room() -> None:
    with serving(hello, limits=replace(PATIENT, connections=3, first_byte_seconds=600)) as port:
        held = [connect(port) for _ in range(3)]
        for connection in held:
            connection.sendall(post_head(10))
            time.sleep(0.1)
        with connect(port) as phone:
            phone.sendall(GET)
            assert read_until(phone, b"hello").endswith(b"hello")
            with contextlib.suppress(ConnectionError):
                assert held[0].recv(100) == b""
        for connection in held:
            connection.close()


def test_a_phone_that_reads_nothing_is_given_up() -> None:
    size, begun = 20_000_000, list[int]()

    def large(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/":
            return hello(environ, start_response)
        start_response("200 OK", [("Content-Length", str(size))])
        begun.append(1)
        return [b"x" * 100_000] * (size // 100_000)

    def is_given_up() -> bool:
        """Whether another connection is accepted."""
        with connect(port) as other, contextlib.suppress(ConnectionError):
            other.sendall(GET)
            return read_until(other, b"hello") != b""
        return False

    with (
        serving(large, limits=replace(PATIENT, connections=1, write_seconds=0.5)) as port,
        connect(port) as deaf,
    ):
        deaf.sendall(GET.replace(b"/", b"/large", 1))
        wait_until(lambda: begun != [])
        wait_until(is_given_up)
        received = 0
        with contextlib.suppress(ConnectionError):
            while more := deaf.recv(1_000_000):
                received += len(more)
        assert received < size


def test_a_websocket_elsewhere_than_at_its_address_is_refused() -> None:
    with serving(hello, limits=PATIENT) as port, connect(port) as phone:
        phone.sendall(UPGRADE + KEY + b"\r\n")
        assert phone.recv(1000).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(
    "head",
    [
        UPGRADE.replace(b"GET", b"POST"),
        UPGRADE.replace(b"1.1", b"1.0"),
        UPGRADE + b"Content-Length: 1\r\n",
        UPGRADE + b"Transfer-Encoding: chunked\r\n",
        UPGRADE + b"X: " + b"x" * 10_000 + b"\r\n",
        UPGRADE,
    ],
    ids=["POST", "HTTP 1.0", "a length", "chunked", "a long line", "no key"],
)
def test_an_upgrade_that_is_no_handshake_is_hung_up_on(head: bytes) -> None:
    with serving(hello, limits=PATIENT) as port, connect(port) as phone:
        phone.sendall(head + b"\r\n")
        phone.settimeout(5)
        with contextlib.suppress(ConnectionError):
            while phone.recv(1000):
                pass


def test_websockets_that_wait_for_an_answer_make_room() -> None:
    begun, release = list[int](), threading.Event()

    async def ask_long(scope: Any, receive: Any, send: Any) -> None:
        begun.append(1)
        await asyncio.get_running_loop().run_in_executor(None, release.wait, WAIT_SECONDS)

    class Sockets:
        """Takes its time with every handshake."""

        serve = staticmethod(ask_long)

        def wants(self, _scope: Any) -> bool:
            return True

        def stop(self) -> None:
            release.set()

    class App:
        """An app with WebSockets."""

        extensions: ClassVar = {SOCKETS: lambda ask, limits: Sockets()}  # noqa: ARG005
        __call__ = staticmethod(hello)

    with serving(App(), limits=replace(PATIENT, connections=2)) as port:
        held = [connect(port) for _ in range(2)]
        for connection in held:
            connection.sendall(UPGRADE + KEY + b"\r\n")
        wait_until(lambda: len(begun) == 2)
        with connect(port) as phone:
            phone.sendall(GET)
            assert read_until(phone, b"hello").endswith(b"hello")
        for connection in held:
            connection.close()


@pytest.mark.parametrize("before", [b"", GET], ids=["first", "pipelined"])
@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"a:\r\n" * 1000 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 60_000 + b"\r\n\r\n",
    ],
    ids=["lines", "bytes"],
)
def test_a_large_head_is_refused_however_quickly_it_comes(head: bytes, before: bytes) -> None:
    with serving(hello, limits=PATIENT) as port, connect(port) as phone:
        phone.sendall(before + head)
        received = read_to_end(phone)
        assert received.startswith(b"HTTP/1.1 200 ") == bool(before)
        assert received.count(b"HTTP/1.1 400 ") == 1


def test_a_body_with_a_length_and_chunks_is_refused() -> None:
    """Its memory was reserved by the length, and it had the chunks': 60 of them held 550 MB."""
    for length in (0, 4, 1003):
        with serving(hello, limits=PATIENT) as port, connect(port) as phone:
            phone.sendall(post_head(None, f"Content-Length: {length}") + chunk(b"x" * 1000) + chunk(b""))
            assert read_to_end(phone).startswith(b"HTTP/1.1 400 ")


def test_a_body_of_tiny_chunks_is_refused() -> None:
    with serving(hello, limits=PATIENT) as port, connect(port) as phone:
        phone.sendall(post_head(None) + chunk(b"x") * 300)
        assert phone.recv(100).startswith(b"HTTP/1.1 400 ")
    with serving(hello, limits=PATIENT) as port, connect(port) as program:
        program.sendall(post_head(None) + chunk(b"x") * 200 + chunk(b"x" * 500) * 200 + chunk(b""))
        assert read_until(program, b"hello").endswith(b"hello")


def test_what_is_not_http_during_an_answer_is_hung_up_on(caplog: pytest.LogCaptureFixture) -> None:
    with (
        serving(hello, limits=replace(PATIENT, body_bytes=10)) as port,
        connect(port) as phone,
        caplog.at_level(logging.ERROR),
    ):
        phone.sendall(post_head(None) + chunk(b"x" * 100))
        assert phone.recv(100).startswith(b"HTTP/1.1 413 ")
        phone.sendall(b"no chunk\r\n")
        with contextlib.suppress(ConnectionError):
            while phone.recv(1000):
                pass
    assert not caplog.records


def test_answers_do_not_advertise_the_software() -> None:
    with serving(hello, limits=PATIENT) as port, connect(port) as phone:
        phone.sendall(GET)
        assert b"server:" not in phone.recv(1000).lower()


def test_a_request_under_way_is_answered_before_the_server_stops() -> None:
    started, release = threading.Event(), threading.Event()

    def slow(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        started.set()
        release.wait(WAIT_SECONDS)
        return hello(environ, start_response)

    def is_stopping() -> bool:
        try:
            connect(port).close()
        except ConnectionError:
            return True
        return False

    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    server = Server(slow)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    wait_until(lambda: server.started)
    with connect(port) as phone:
        phone.sendall(GET)
        assert started.wait(WAIT_SECONDS)
        server.should_exit = True
        wait_until(is_stopping)
        release.set()
        assert read_to_end(phone).endswith(b"hello")
    thread.join(WAIT_SECONDS)
    assert not thread.is_alive()


SERVE = """
from client.serving.server import Server, bind
def app(environ, start_response):
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]
listener = bind("127.0.0.1", 0)
print(listener.getsockname()[1], flush=True)
Server(app).run(sockets=[listener])
print("stopped", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_told_to_stop_is_no_failure(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        try:
            with connect(port) as phone:
                phone.sendall(GET)
                assert read_until(phone, b"hello").endswith(b"hello")
                process.send_signal(number)
                output, errors = process.communicate(timeout=WAIT_SECONDS)
        finally:
            process.kill()
    assert (process.returncode, output, errors) == (0, "stopped\n", "")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_the_limit_of_open_files_is_raised_where_it_is_low() -> None:
    program = """
import resource
from client.serving.limits import ServerLimits
from client.serving.server import raise_open_file_limit
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
raise_open_file_limit(ServerLimits(connections=300, handshakes=20, backlog=1))
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    assert int(done.stdout) == 580


def test_asking_for_more_files_than_allowed_is_no_error() -> None:
    raise_open_file_limit(ServerLimits(connections=10**9))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "0.0.0.0"])
def test_this_computer_is_listened_on_at_both_loopback_addresses(host: str) -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("needs IPv6")
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(each) for each in listen(host, 0)]
        (port,) = {each.getsockname()[1] for each in sockets}
        for address in ("127.0.0.1", "::1"):
            with socket.create_connection((address, port), timeout=WAIT_SECONDS):
                pass


def test_every_address_of_ipv6_includes_those_of_ipv4() -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("needs IPv6")
    (listener,) = listen("::", 0)
    with listener, socket.create_connection(("127.0.0.1", listener.getsockname()[1]), timeout=WAIT_SECONDS):
        pass


def test_another_program_behind_localhost_is_a_port_in_use() -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("needs IPv6")
    with bind("::1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerError, match=rf"Port {port} is in use"):
            listen("127.0.0.1", port)
    with contextlib.ExitStack() as stack:  # and the first one is free again
        for each in listen("127.0.0.1", port):
            stack.enter_context(each)


def test_a_computer_without_ipv6_has_one_loopback_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_ipv6(host: str, port: int) -> socket.socket:
        if host == "::1":
            raise ServerError("no such address") from OSError(errno.EADDRNOTAVAIL, "not available")
        return bind(host, port)

    monkeypatch.setattr("client.serving.server.bind", without_ipv6)
    (listener,) = listen("127.0.0.1", 0)
    listener.close()


def test_an_address_in_a_network_is_listened_on_alone() -> None:
    (listener,) = listen("127.0.0.2", 0)
    listener.close()


def test_ipv6_is_possible_and_where_it_is_not_that_is_said() -> None:
    answer = ""
    try:
        with bind("::1", 0) as listener:
            family = listener.family
    except ServerError as error:
        family, answer = None, str(error)
    assert family == socket.AF_INET6 or "no address ::1" in answer
