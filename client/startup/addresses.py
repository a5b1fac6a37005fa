"""The addresses under which the server can be reached."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass

from attendance.values.this_computer import IPV4, NAME, NAMES, is_this_computer
from client.startup.network import is_everywhere, local_addresses, url
from client.startup.options import Options


@dataclass(frozen=True)
class Addresses:
    """The addresses of a running server.

    Attributes:
        scheme: ``http`` or ``https``.
        host: the host or address that the server listens on.
        port: the actual port.
        machine: this machine's addresses in its networks.
    """

    scheme: str
    host: str
    port: int
    machine: tuple[str, ...]

    @classmethod
    def of(cls, options: Options, listeners: Sequence[socket.socket]) -> Addresses:
        """The addresses of a server with these options that listens on these sockets."""
        scheme = "https" if options.wants_tls else "http"
        return cls(scheme, options.host, listeners[0].getsockname()[1], local_addresses())

    @property
    def local(self) -> str:
        """The address for a browser on this machine."""
        return url(self.scheme, NAME if self._has_loopback else self.host, self.port)

    @property
    def internal(self) -> str:
        """The address for a program on this machine, without a name to look up."""
        return url(self.scheme, IPV4 if self._has_loopback else self.host, self.port)

    @property
    def _has_loopback(self) -> bool:
        """Whether ``localhost``, 127.0.0.1 and ::1 lead to the server."""
        return is_everywhere(self.host) or self.host in NAMES

    @property
    def network(self) -> tuple[str, ...]:
        """The addresses for phones in the same network; empty if they can't reach the server."""
        if is_this_computer(self.host):
            return ()
        hosts = self.machine if is_everywhere(self.host) else (self.host,)
        return tuple(url(self.scheme, host, self.port) for host in hosts)

    @property
    def plain_http(self) -> tuple[str, ...]:
        """The addresses at which others in the network can read what phones send."""
        return self.network if self.scheme == "http" else ()

    @property
    def for_phones(self) -> str | None:
        """The address for the QR code if there is no public address."""
        return next(iter(self.network), None)
