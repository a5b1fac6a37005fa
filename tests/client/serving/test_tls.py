"""HTTPS works with a self-signed certificate, which is stored with a private key and renewed in time."""

from __future__ import annotations

import contextlib
import gc
import http.client
import os
import ssl
import stat
from asyncio.sslproto import SSLProtocol
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from client.errors import CertificateError
from client.serving.limits import ServerLimits
from client.serving.tls import (
    is_self_signed,
    load_certificate,
    machine_names,
    own_certificate,
    self_signed_certificate,
)
from tests.client.served_app import connect, serving, wait_until

NAMES = machine_names(["192.0.2.7"])
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.url_scheme"].encode()]


def ask(port: int, trusted: Path, host: str = "127.0.0.1") -> bytes:
    """Send an HTTPS request that trusts only this certificate, with Python's strictest checks."""
    context = ssl.create_default_context(cafile=str(trusted))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    connection = http.client.HTTPSConnection(host, port, context=context, timeout=60)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read()
    finally:
        connection.close()


@pytest.mark.server
def test_a_browser_that_trusts_the_certificate_reads_the_page(tmp_path: Path) -> None:
    pem = self_signed_certificate(tmp_path, NAMES)
    with serving(app, certificate=load_certificate(pem, None)) as port:
        assert ask(port, pem) == b"https"
        assert ask(port, pem, "localhost") == b"https"


@pytest.mark.server
def test_handshakes_that_never_end_make_room_for_one_that_does(tmp_path: Path) -> None:
    pem = self_signed_certificate(tmp_path, NAMES)
    limits = ServerLimits(handshakes=3, head_seconds=600)
    with serving(app, certificate=load_certificate(pem, None), limits=limits) as port:
        silent = [connect(port) for _ in range(4)]
        with contextlib.suppress(ConnectionError):
            assert silent[0].recv(1) == b""
        assert ask(port, pem) == b"https"
        silent[-1].sendall(b"GET / HTTP/1.1\r\n\r\n")  # plain http
        with contextlib.suppress(ConnectionError):
            while silent[-1].recv(100):
                pass
        for connection in silent:
            connection.close()


@pytest.mark.server
def test_handshakes_that_end_leave_no_buffers_behind(tmp_path: Path) -> None:
    """asyncio has a buffer for each; what is in a circle would stay until some collection."""

    def protocols() -> list[SSLProtocol]:
        return [each for each in gc.get_objects() if type(each) is SSLProtocol]

    def buffers() -> int:
        return len(protocols())

    pem = self_signed_certificate(tmp_path, NAMES)
    limits = ServerLimits(handshakes=3, head_seconds=600)
    gc.collect()
    before = buffers()
    gc.disable()
    try:
        with serving(app, certificate=load_certificate(pem, None), limits=limits) as port:
            silent = [connect(port) for _ in range(50)]
            wait_until(lambda: 0 < buffers() - before <= 3)
            assert {len(each._ssl_buffer) for each in protocols()} == {64 * 1024}  # type: ignore[attr-defined]
            silent[-1].sendall(b"no handshake")
            for connection in silent:
                connection.close()
            wait_until(lambda: buffers() == before)
    finally:
        gc.enable()


@pytest.mark.server
def test_another_certificate_is_not_trusted(tmp_path: Path) -> None:
    pem = self_signed_certificate(tmp_path / "one", NAMES)
    other = self_signed_certificate(tmp_path / "two", NAMES)
    with serving(app, certificate=load_certificate(pem, None)) as port, pytest.raises(ssl.SSLError):
        ask(port, other)


def test_it_names_the_machine_and_its_addresses() -> None:
    assert {"localhost", "127.0.0.1", "192.0.2.7"} <= NAMES
    assert any(name.endswith(".local") for name in NAMES)


def test_the_certificate_is_kept_while_it_fits(tmp_path: Path) -> None:
    first = self_signed_certificate(tmp_path, NAMES, now=NOW).read_bytes()
    later = self_signed_certificate(tmp_path, NAMES, now=NOW + timedelta(days=300)).read_bytes()
    assert first == later


@pytest.mark.parametrize(
    ("names", "days"),
    [(NAMES | {"198.51.100.9"}, 1), (NAMES, 370), (NAMES, 5000), (NAMES, -30)],
    ids=["new address", "near its end", "long over", "the clock was wrong"],
)
def test_the_certificate_is_made_anew_when_it_no_longer_fits(
    tmp_path: Path, names: frozenset[str], days: int
) -> None:
    first = self_signed_certificate(tmp_path, NAMES, now=NOW).read_bytes()
    assert self_signed_certificate(tmp_path, names, now=NOW + timedelta(days=days)).read_bytes() != first


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    path = self_signed_certificate(tmp_path, NAMES, now=NOW)
    path.write_bytes(path.read_bytes()[:100])
    load_certificate(self_signed_certificate(tmp_path, NAMES, now=NOW), None)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_reads_the_key(tmp_path: Path) -> None:
    path = self_signed_certificate(tmp_path, NAMES)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_missing_certificate_is_named(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="File not found"):
        load_certificate(tmp_path / "missing.pem", None)


def test_a_key_that_belongs_to_another_certificate_is_refused(tmp_path: Path) -> None:
    one = self_signed_certificate(tmp_path / "one", NAMES)
    two = self_signed_certificate(tmp_path / "two", NAMES)
    with pytest.raises(CertificateError, match="must be PEM files that match"):
        load_certificate(one, two)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CertificateError, match="Make this folder writable"):
        self_signed_certificate(tmp_path / "file", NAMES)


def test_a_certificate_that_an_authority_signed_is_told_from_a_self_signed_one(tmp_path: Path) -> None:
    assert is_self_signed(own_certificate(self_signed_certificate(tmp_path, NAMES)))
    issued = tmp_path / "issued.pem"
    issued.write_bytes(_issued_by_an_authority())
    assert not is_self_signed(own_certificate(issued))


def _issued_by_an_authority() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("site", "authority")]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(names[0])
        .issuer_name(names[1])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)
