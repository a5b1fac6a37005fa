"""The relay passes bytes on, until it is cut and after it is mended."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from benchmarks.faults.cut_relay import CutRelay

pytestmark = pytest.mark.server


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that sends back what it gets."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer(connection: socket.socket) -> None:
            with connection:
                while data := connection.recv(100):
                    connection.sendall(data)

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def test_a_cut_breaks_what_is_open_and_lets_nothing_pass(echo: int) -> None:
    with CutRelay(f"mongodb://user:word@127.0.0.1:{echo}/school?retryWrites=true") as relay:
        parts = urlsplit(relay.address)
        assert (parts.username, parts.password, parts.path) == ("user", "word", "/school")
        assert parts.query == "retryWrites=true&directConnection=true"
        assert parts.port != echo
        with socket.create_connection(("127.0.0.1", parts.port), 60) as open_one:
            open_one.sendall(b"hello")
            assert open_one.recv(100) == b"hello"
            relay.cut()
            assert is_broken(open_one)
        with socket.create_connection(("127.0.0.1", parts.port), 60) as late:
            assert is_broken(late)
        relay.mend()
        with socket.create_connection(("127.0.0.1", parts.port), 60) as again:
            again.sendall(b"hello")
            assert again.recv(100) == b"hello"


def is_broken(connection: socket.socket) -> bool:
    """Whether the other side has ended it."""
    try:
        return connection.recv(100) == b""
    except ConnectionError:
        return True
