"""What was asked for on the command line, and which wishes exclude each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from client.errors import StartError
from client.startup.network import is_everywhere, is_this_machine_only


@dataclass(frozen=True)
class Options:
    """The options of the start; ``client.__main__`` says what each means."""

    host: str
    port: int
    public: bool = False
    domain: str | None = None
    tls: bool = False
    cert: Path | None = None
    key: Path | None = None
    data: Path | None = None
    demo: bool = False
    debug: bool = False

    @property
    def wants_tls(self) -> bool:
        """A certificate is given to be used."""
        return self.tls or self.cert is not None

    def check(self) -> None:
        """Refuse what contradicts itself.

        Raises:
            StartError: with a sentence that says what to leave away.
        """
        if self.public and self.debug:
            raise StartError(
                "--debug shows the program's insides to whoever asks, so it does not go with --public. "
                "Leave one of them away."
            )
        if self.domain and not self.public:
            raise StartError("--domain is the name of the public address. Add --public to use it.")
        if self.public and not (is_everywhere(self.host) or is_this_machine_only(self.host)):
            raise StartError(
                f"--public reaches the server from this machine itself, which --host {self.host} shuts out. "
                "Leave --host away, or say --host 127.0.0.1 to be reachable by the public address alone."
            )
        if self.key and not self.cert:
            raise StartError("--key belongs to a certificate. Name it with --cert.")
        if self.demo and self.data:
            raise StartError("--demo uses a data folder of its own that it deletes. Leave --data away.")
