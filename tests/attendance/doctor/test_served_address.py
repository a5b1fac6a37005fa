"""An address is asked whether the server is there, and with which certificate."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from attendance.doctor.served_address import ask_address
from client.serving.tls import load_certificate, self_signed_certificate

HEALTH = b'{"version": "1.2.3", "status": "ok"}'


@contextmanager
def answering(body: bytes, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server on this computer that always answers this; gives its port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: this is a test."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.server
def test_over_plain_http_the_version_is_read() -> None:
    with answering(HEALTH) as port:
        served = ask_address(f"http://127.0.0.1:{port}")
    assert (served.version, served.certificate, served.distrust) == ("1.2.3", None, "")


@pytest.mark.server
def test_over_tls_the_certificate_is_read_though_nobody_trusts_it(tmp_path: Path) -> None:
    path = self_signed_certificate(tmp_path, frozenset({"localhost"}))
    with answering(HEALTH, load_certificate(path, None)) as port:
        served = ask_address(f"https://localhost:{port}")
    assert served.version == "1.2.3"
    assert served.certificate is not None
    assert served.certificate.issuer == served.certificate.subject
    assert "self-signed" in served.distrust.replace("self signed", "self-signed")


@pytest.mark.server
@pytest.mark.parametrize("body", [b"<html>a router", b"[]", b'{"other": 1}', b""])
def test_something_else_has_no_version(body: bytes) -> None:
    with answering(body) as port:
        assert ask_address(f"http://127.0.0.1:{port}").version is None


@pytest.mark.server
def test_tls_where_none_is_spoken_is_an_error() -> None:
    with answering(HEALTH) as port, pytest.raises(OSError):
        ask_address(f"https://127.0.0.1:{port}")


@pytest.mark.parametrize(
    "address",
    [
        "school",
        "ftp://school.example",
        "https://",
        "http:///path",
        "https://[::1",
        "https://school.example:99999",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="isn't an address such as"):
        ask_address(address)
