"""The certificate of a running server, read again when its files change; the server's own one is renewed."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from client.errors import CertificateError
from client.serving.tls import is_self_signed, load_certificate, own_certificate

_log = logging.getLogger(__name__)


class ServedCertificate:
    """What new connections are answered with.

    Args:
        certificate: a PEM file.
        key: its key, if it is in another file.
        renew: renews the file where that is necessary; None: somebody else does.

    Attributes:
        path: the certificate's file.
        context: for the next connection.
        begins_at, ends_at: from when and until when browsers accept it, aware UTC.
        is_self_signed: whether browsers warn of it.

    Raises:
        CertificateError: a file is missing or unreadable, or they don't match.
    """

    def __init__(
        self, certificate: Path, key: Path | None, renew: Callable[[], object] | None = None
    ) -> None:
        self.path = certificate
        self._key = key
        self._renew = renew
        self._loaded = self._state()
        self._load()

    def current(self) -> ssl.SSLContext:
        """The context for a connection that begins now."""
        return self.context

    def tick(self) -> None:
        """Renew the certificate and read its files again where that is due; cheap, and meant for a timer.

        Files that can't be used are logged once, and the former certificate stays.
        """
        try:
            if self._renew is not None:
                self._renew()
            if self._state() != self._loaded:
                self._load()
        except CertificateError as error:
            self._loaded = self._state()  # until they change again
            _log.error("The certificate was not renewed, and the former one is still used: %s", error)

    def _load(self) -> None:
        self._loaded = self._state()
        context, own = load_certificate(self.path, self._key), own_certificate(self.path)
        self.context, self.is_self_signed = context, is_self_signed(own)
        self.begins_at: datetime = own.not_valid_before_utc
        self.ends_at: datetime = own.not_valid_after_utc

    def _state(self) -> tuple[tuple[int, int, int] | None, ...]:
        """What differs once a file was written or exchanged."""
        return tuple(_identity(path) for path in (self.path, self._key) if path is not None)


def _identity(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
