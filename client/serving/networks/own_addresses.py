"""The public addresses of this computer, which it learns by asking itself through the tunnel."""

from __future__ import annotations

import functools
import http.client
import logging
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

PATH = "/own-address/"  # a secret that counts once follows
FAMILIES = (socket.AF_INET, socket.AF_INET6)
TIMEOUT_SECONDS = 5.0  # for each connection and each reading
PAUSES = (0.0, 3.0, 20.0)  # seconds before each try: ngrok needs a moment to announce a new tunnel
_log = logging.getLogger(__name__)

Ask = Callable[[str, socket.AddressFamily], None]
"""Requests an address over IPv4 or IPv6. Raises OSError or HTTPException if that fails."""


def _nobody() -> None:
    """Nobody waits for changes."""


class OwnAddresses:
    """What a tunnel reports as the addresses of this computer; thread-safe.

    The request for a secret path goes out to the internet and returns through the tunnel, which adds the
    address that it saw. A phone whose address is the same is behind the same router.

    Args:
        ask: requests an address.
        pauses: seconds before each try.
        changed: called after each change of what is known and expected, from any thread.
    """

    def __init__(
        self,
        ask: Ask | None = None,
        pauses: Sequence[float] = PAUSES,
        changed: Callable[[], object] = _nobody,
    ) -> None:
        self._ask = ask or functools.partial(ask_over, context=None)
        self._pauses = pauses
        self._changed = changed
        self._lock = threading.Lock()
        self._secrets: set[str] = set()  # on their way
        self._known: frozenset[str] = frozenset()
        self._public_url = ""  # the tunnel that was asked last

    @property
    def known(self) -> frozenset[str]:
        """The addresses as visitors' are counted: IPv4, and the /64 network of IPv6."""
        return self._known

    @property
    def expected(self) -> frozenset[str]:
        """The secrets of the requests that are on their way."""
        with self._lock:
            return frozenset(self._secrets)

    def learn(self, public_url: str) -> threading.Thread:
        """Forget what is known, and ask through a tunnel in the background.

        Args:
            public_url: its address, without a trailing slash.
        """
        with self._lock:
            self._known, self._public_url = frozenset(), public_url
            self._secrets.clear()
        self._changed()
        thread = threading.Thread(target=self._learn, args=(public_url,), name="own-address", daemon=True)
        thread.start()
        return thread

    def arrived(self, secret: str, address: str) -> bool:
        """Note the address that a request for a secret path came from; whether this computer sent it."""
        with self._lock:
            if secret not in self._secrets:
                return False
            self._secrets.remove(secret)
            self._known |= {address}
        self._changed()
        return True

    def _learn(self, public_url: str) -> None:
        for pause in self._pauses:
            time.sleep(pause)
            for family in FAMILIES:
                self._ask_once(public_url, family)
            if self._known or self._public_url != public_url:
                return
        _log.info("The tunnel doesn't report this computer's public address.")

    def _ask_once(self, public_url: str, family: socket.AddressFamily) -> None:
        secret = secrets.token_urlsafe(32)
        with self._lock:
            if self._public_url != public_url:
                return
            self._secrets.add(secret)
        self._changed()
        try:
            self._ask(f"{public_url}{PATH}{secret}", family)
        except (OSError, http.client.HTTPException) as error:
            _log.debug("No answer from this computer over %s: %s", family.name, error)
        finally:
            with self._lock, suppress(KeyError):
                self._secrets.remove(secret)
            self._changed()


def ask_over(url: str, family: socket.AddressFamily, *, context: ssl.SSLContext | None) -> None:
    """Request an https address over IPv4 or IPv6, without a proxy.

    Args:
        url: the address.
        family: IPv4 or IPv6.
        context: whose certificates are trusted; None: those that the system trusts.

    Raises:
        OSError: there is no connection.
        HTTPException: the answer is not HTTP.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or http.client.HTTPS_PORT
    found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
    with socket.create_connection((str(found[0][4][0]), port), TIMEOUT_SECONDS) as plain:
        trusted = context or ssl.create_default_context()
        with trusted.wrap_socket(plain, server_hostname=host) as encrypted:
            connection = http.client.HTTPSConnection(host, port)
            connection.sock = encrypted
            # ngrok's free plan shows browsers a page of its own first, and no program that sends this.
            connection.request("GET", parts.path, headers={"ngrok-skip-browser-warning": "1"})
            connection.getresponse().read()
