"""Under which addresses this start can be reached, by whom."""

from __future__ import annotations

from dataclasses import dataclass

from client.startup.network import is_everywhere, is_this_machine_only, url


@dataclass(frozen=True)
class Addresses:
    """The addresses of one running server.

    Attributes:
        scheme: ``http`` or ``https``.
        host: what the server listens on.
        port: the port that it got.
        machine: this machine's addresses in its networks.
    """

    scheme: str
    host: str
    port: int
    machine: tuple[str, ...]

    @property
    def local(self) -> str:
        """For a browser on this machine."""
        by_name = is_everywhere(self.host) or self.host in ("127.0.0.1", "localhost")
        return url(self.scheme, "localhost" if by_name else self.host, self.port)

    @property
    def itself(self) -> str:
        """For a program on this machine: no name that has to be looked up."""
        everywhere = is_everywhere(self.host) or self.host == "localhost"
        return url(self.scheme, "127.0.0.1" if everywhere else self.host, self.port)

    @property
    def network(self) -> tuple[str, ...]:
        """For phones in the same network; none where they can't reach it."""
        if is_this_machine_only(self.host):
            return ()
        hosts = self.machine if is_everywhere(self.host) else (self.host,)
        return tuple(url(self.scheme, host, self.port) for host in hosts)

    @property
    def for_phones(self) -> str | None:
        """The one in the code to scan, where there is no public address."""
        return next(iter(self.network), None)
