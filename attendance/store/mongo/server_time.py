"""Compares the computer's clock with the database server's, which all machines of a site share."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime

from pymongo.database import Database

from attendance.errors import StoreUnavailableError
from attendance.store.records import Record

_log = logging.getLogger(__name__)
LARGEST_SKEW = 300.0
"""Seconds; Kerberos allows as much (RFC 4120). With less, sessions and late marks are nearly right."""
NOTICEABLE_SKEW = 3.0
"""Seconds; with more, a code that one server shows may count as expired, or as not valid yet, at another."""


class ServerTime:
    """Compares this computer's clock with the database server's.

    Args:
        where: the database's address, for messages.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._was_told = False

    def compare(self, register: Database[Record]) -> None:
        """Check that both show about the same time; a smaller difference is in the log, once until it ends.

        A machine that is a day ahead would close the sessions that all others run, and one that is a month
        ahead would erase people who are not due.

        Args:
            register: the database.

        Raises:
            StoreUnavailableError: they are ``LARGEST_SKEW`` or more apart.
        """
        asked = time.time()
        theirs = register.command("ismaster").get("localTime")  # what older servers know instead of `hello`
        if not isinstance(theirs, datetime):
            return
        server = theirs.replace(tzinfo=UTC)
        # The server read its clock between the two readings of ours: only what lies outside is a difference.
        ahead = max(asked - server.timestamp(), 0.0) + min(time.time() - server.timestamp(), 0.0)
        if abs(ahead) >= LARGEST_SKEW:
            here = datetime.fromtimestamp(asked, UTC)
            raise StoreUnavailableError(
                f"The clock of this computer shows {here:%Y-%m-%d %H:%M} UTC, and that of the database "
                f"server on {self._where} shows {server:%Y-%m-%d %H:%M}. The sessions of all servers would "
                "open and close by the wrong one. Set it right, preferably by switching on synchronisation; "
                "this program then goes on."
            )
        is_noticeable = abs(ahead) >= NOTICEABLE_SKEW
        if is_noticeable and not self._was_told:
            _log.warning(
                "The clock of this computer is %.0f s %s that of the database server on %s. Codes that one "
                "server shows may count as expired at another. Switch on synchronisation on both.",
                abs(ahead),
                "ahead of" if ahead > 0 else "behind",
                self._where,
            )
        self._was_told = is_noticeable
