"""This computer learns its public addresses by one request to itself, which nobody else can make."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from client.serving import tls
from client.serving.networks.own_addresses import PATH, OwnAddresses, ask_over

TUNNEL = "https://class.example"
V4, V6 = socket.AF_INET, socket.AF_INET6


class Tunnel:
    """Takes the computer's requests, and delivers them with the address that it saw."""

    def __init__(self, **seen: str) -> None:
        self.seen = {V4: seen.get("v4"), V6: seen.get("v6")}
        self.asked: list[str] = []
        self.own = OwnAddresses(self.ask, pauses=(0.0, 0.0))

    def ask(self, url: str, family: socket.AddressFamily) -> None:
        """Deliver a request, unless there is no way over IPv4 or IPv6."""
        self.asked.append(url)
        address = self.seen[family]
        if address is None:
            raise OSError
        assert self.own.arrived(url.rpartition("/")[2], address)


def test_both_addresses_are_learned() -> None:
    tunnel = Tunnel(v4="198.51.100.4", v6="2001:db8:1::/64")
    tunnel.own.learn(TUNNEL).join()
    assert tunnel.own.known == {"198.51.100.4", "2001:db8:1::/64"}
    assert all(url.startswith(f"{TUNNEL}{PATH}") for url in tunnel.asked)
    assert len(set(tunnel.asked)) == 2


def test_without_an_answer_nothing_is_known_and_it_asks_again() -> None:
    tunnel = Tunnel()
    tunnel.own.learn(TUNNEL).join()
    assert tunnel.own.known == frozenset()
    assert len(tunnel.asked) == 4


def test_a_secret_counts_once_and_only_while_it_is_on_its_way() -> None:
    tunnel = Tunnel(v4="198.51.100.4")
    tunnel.own.learn(TUNNEL).join()
    for url in tunnel.asked:
        assert not tunnel.own.arrived(url.rpartition("/")[2], "203.0.113.9")
    assert not tunnel.own.arrived("", "203.0.113.9")
    assert tunnel.own.known == {"198.51.100.4"}


def test_a_restored_tunnel_replaces_what_was_known() -> None:
    tunnel = Tunnel(v4="198.51.100.4", v6="2001:db8:1::/64")
    tunnel.own.learn(TUNNEL).join()
    tunnel.seen = {V4: "198.51.100.99", V6: None}
    tunnel.own.learn(TUNNEL).join()
    assert tunnel.own.known == {"198.51.100.99"}


def test_an_older_question_learns_nothing_any_more() -> None:
    reached, go_on = threading.Event(), threading.Event()

    def slowly(url: str, _family: socket.AddressFamily) -> None:
        if url.startswith("https://old.example"):
            reached.set()
            go_on.wait(60)
            assert not own.arrived(url.rpartition("/")[2], "203.0.113.9")
        else:
            assert own.arrived(url.rpartition("/")[2], "198.51.100.4")

    own = OwnAddresses(slowly, pauses=(0.0,))
    older = own.learn("https://old.example")
    assert reached.wait(60)
    own.learn(TUNNEL).join()
    go_on.set()
    older.join()
    assert own.known == {"198.51.100.4"}


class Page(BaseHTTPRequestHandler):
    """Notes what is asked for."""

    asked: list[tuple[str, str | None]] = []  # noqa: RUF012 - of the process

    def do_GET(self) -> None:
        """Note the path and the header that avoids ngrok's own page."""
        self.asked.append((self.path, self.headers["ngrok-skip-browser-warning"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Log nothing."""


@pytest.fixture
def https(tmp_path: Path) -> Iterator[tuple[int, ssl.SSLContext]]:
    """The port of an https server, and a context that trusts it."""
    certificate = tls.self_signed_certificate(tmp_path, tls.machine_names(()))
    trusting = ssl.create_default_context(cafile=str(certificate))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.socket = tls.load_certificate(certificate, None).wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], trusting
    server.shutdown()
    server.server_close()


@pytest.mark.server
def test_the_request_goes_out_over_https(https: tuple[int, ssl.SSLContext]) -> None:
    port, trusting = https
    ask_over(f"https://localhost:{port}{PATH}secret", V4, context=trusting)
    assert Page.asked[-1] == (f"{PATH}secret", "1")


@pytest.mark.server
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(https: tuple[int, ssl.SSLContext]) -> None:
    port, _ = https
    with pytest.raises(ssl.SSLError):
        ask_over(f"https://localhost:{port}{PATH}secret", V4, context=None)
