"""Asks the server under the address that phones open: whether it answers, and with which certificate."""

from __future__ import annotations

import json
import ssl
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from cryptography import x509

SECONDS = 4.0  # for each step; a server in the same network answers in milliseconds, a tunnel in tenths
_PATH = "/healthz"
_MOST = 65_536  # bytes of an answer that are read
_HEADERS = {"ngrok-skip-browser-warning": "1", "Accept": "application/json"}


@dataclass(frozen=True)
class ServedAddress:
    """What an address answered.

    Attributes:
        version: the server's version; None: something else answered.
        certificate: the server's own, unchecked; None over plain http.
        distrust: why this system doesn't trust it for this address, as its TLS says; empty if it does.
    """

    version: str | None
    certificate: x509.Certificate | None
    distrust: str


def parts_of(address: str) -> SplitResult:
    """The parts of an address.

    Args:
        address: such as ``https://192.0.2.7:8080``.

    Raises:
        ValueError: this isn't an address; the message is a sentence's end.
    """
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port that is none, or brackets
        is_address = False
    if not is_address:
        raise ValueError(f"{address!r} isn't an address such as https://192.0.2.7:8080")
    return parts


def ask_address(address: str, seconds: float = SECONDS) -> ServedAddress:
    """Ask an address whether the server is there.

    Args:
        address: such as ``https://192.0.2.7:8080``.
        seconds: how long each step may take.

    Raises:
        OSError: nothing answers there, or not with TLS as the address says.
        ValueError: this isn't an address.
    """
    parts = parts_of(address)
    certificate, distrust = _certificate(parts, seconds) if parts.scheme == "https" else (None, "")
    return ServedAddress(_version(parts, seconds), certificate, distrust)


def _certificate(parts: SplitResult, seconds: float) -> tuple[x509.Certificate, str]:
    trusting = ssl.create_default_context()
    try:
        with closing(_secure(parts, seconds, trusting)) as connection:
            return _shown_by(connection), ""
    except ssl.SSLCertVerificationError as error:
        with closing(_secure(parts, seconds, _unchecked())) as connection:
            return _shown_by(connection), error.verify_message


def _secure(parts: SplitResult, seconds: float, context: ssl.SSLContext) -> HTTPSConnection:
    connection = HTTPSConnection(parts.hostname or "", parts.port, timeout=seconds, context=context)
    connection.connect()
    return connection


def _shown_by(connection: HTTPSConnection) -> x509.Certificate:
    encoded = connection.sock.getpeercert(binary_form=True)
    return x509.load_der_x509_certificate(encoded or b"")


def _unchecked() -> ssl.SSLContext:
    """For looking at a certificate: nothing secret is sent over such a connection."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _version(parts: SplitResult, seconds: float) -> str | None:
    host = parts.hostname or ""
    connection = (
        HTTPSConnection(host, parts.port, timeout=seconds, context=_unchecked())
        if parts.scheme == "https"
        else HTTPConnection(host, parts.port, timeout=seconds)
    )
    with closing(connection):
        try:
            connection.request("GET", _PATH, headers=_HEADERS)
            answer = json.loads(connection.getresponse().read(_MOST))
            return str(answer["version"])
        except (HTTPException, ValueError, KeyError, TypeError):
            return None
