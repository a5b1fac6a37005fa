"""Whom a request counts for: a grant, a login or a token, or else the address that it comes from."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

IDENTIFY = "identify"
"""Key of ``Flask.extensions`` for an app's ``Identify``."""
PARTY = "attendance.party"
"""Key of the WSGI environment, and of the ASGI scope, for the ``Party`` that a request counts for."""
WAITED = "attendance.waited"
"""Key of the WSGI environment for the seconds that a complete request waited for its place."""


class PartyKind(IntEnum):
    """How much is known about a party; under pressure, those with less known give way first."""

    ADDRESS = 0
    GRANT = 1
    LOGIN = 2
    TOKEN = 3


@dataclass(frozen=True)
class Party:
    """Whom a request counts for.

    Attributes:
        kind: what is known.
        name: identifies it among its kind.
        address: for a grant, where it is used, as it is counted; grants are free, addresses are not.
    """

    kind: PartyKind
    name: str
    address: str = ""

    @property
    def key(self) -> str:
        """The party as a key of counters."""
        return f"{self.kind.name.lower()}:{self.name}"


Identify = Callable[[MutableMapping[str, Any]], Party]
"""Whom a request counts for, given its ASGI scope; cheap, because it runs in the event loop."""


def by_peer(scope: MutableMapping[str, Any]) -> Party:
    """The address of the connection, for apps that know nothing else."""
    client = scope.get("client")
    return Party(PartyKind.ADDRESS, str(client[0]) if client else "unknown")
