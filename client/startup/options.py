"""The command line's options, and which can't be combined."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from attendance.values.this_computer import is_this_computer
from client.errors import StartError
from client.startup.network import is_everywhere


@dataclass(frozen=True)
class Options:
    """The options of ``./run``; ``command_line.py`` describes them."""

    host: str
    port: int
    public: bool = False
    domain: str | None = None
    tls: bool = False
    no_plain_http: bool = False
    cert: Path | None = None
    key: Path | None = None
    data: Path | None = None
    trusted_proxies: str | None = None
    demo: bool = False
    debug: bool = False
    workers: int = 1

    @property
    def wants_tls(self) -> bool:
        """Whether to serve HTTPS; ``--cert`` implies it."""
        return self.tls or self.cert is not None

    def check(self) -> None:
        """Check for options that can't be combined.

        Raises:
            StartError: some can't; the message includes the remedy.
        """
        if self.public and self.debug:
            raise StartError(
                "--debug exposes internals to anyone who asks, so it can't be combined with --public. "
                "Omit one of them."
            )
        if self.domain and not self.public:
            raise StartError("--domain sets the name of the public address. Add --public to use it.")
        if self.public and not (is_everywhere(self.host) or is_this_computer(self.host)):
            raise StartError(
                f"--public connects to the server from this machine, which --host {self.host} excludes. "
                "Omit --host, or use --host 127.0.0.1 to allow only the public address."
            )
        if self.key and not self.cert:
            raise StartError("--key needs a certificate. Add it with --cert.")
        if self.workers > 1 and sys.platform == "win32":
            raise StartError(
                "--workers lets several processes share one port, which Windows can't. Omit it: one process "
                "uses all cores for recognising faces."
            )
        if self.demo and self.data:
            raise StartError("--demo uses a temporary data folder. Omit --data.")
