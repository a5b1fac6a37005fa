"""Links that work once: the token is in the link alone, the store keeps its digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from attendance.accounts.errors import LinkEndedError
from attendance.clock import Clock
from attendance.store.protocol import Store
from attendance.values import OneTimeLink

TOKEN_BYTES = 24  # 192 bits
ENDED = "This link was used already or has expired. Ask for a new one."


class OneTimeLinks:
    """Makes and uses them.

    Args:
        store: keeps the digests.
        clock: the source of the time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def new(self, purpose: str, lifetime: timedelta) -> str:
        """The token of a new link."""
        now = self._clock.now()
        self._store.purge_links(now)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._store.put_link(OneTimeLink(_digest(token), purpose, now + lifetime))
        return token

    def check(self, token: str, purpose: str) -> None:
        """Raises ``LinkEndedError`` where it would not work."""
        if not self._store.has_link(_digest(token), purpose, self._clock.now()):
            raise LinkEndedError(ENDED)

    def use(self, token: str, purpose: str) -> None:
        """Use it up, with all others of its purpose.

        Raises:
            LinkEndedError: it does not work, or was used concurrently.
        """
        if not self._store.consume_link(_digest(token), purpose, self._clock.now()):
            raise LinkEndedError(ENDED)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
