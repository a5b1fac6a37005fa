"""Compares the computer's clock with the database server's, which all machines of a site share."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from pymongo.database import Database

from attendance.errors import StoreUnavailableError
from attendance.store.records import Record

LARGEST_SKEW = 300.0
"""Seconds; Kerberos allows as much (RFC 4120). With less, sessions and late marks are nearly right."""


def refuse_other_time(register: Database[Record], where: str) -> None:
    """Check that this computer's clock and the database server's show about the same time.

    A machine that is a day ahead would close the sessions that all others run, and one that is a month ahead
    would erase people who are not due.

    Args:
        register: the database.
        where: its address, for the message.

    Raises:
        StoreUnavailableError: they are ``LARGEST_SKEW`` or more apart.
    """
    asked = time.time()
    theirs = register.command("ismaster").get("localTime")  # what older servers know instead of `hello`
    if not isinstance(theirs, datetime):
        return
    server = theirs.replace(tzinfo=UTC).timestamp()
    ahead = min(asked - server, 0.0) or max(time.time() - server, 0.0)
    if abs(ahead) >= LARGEST_SKEW:
        here = datetime.fromtimestamp(asked, UTC)
        raise StoreUnavailableError(
            f"The clock of this computer shows {here:%Y-%m-%d %H:%M} UTC, and that of the database server on "
            f"{where} shows {theirs:%Y-%m-%d %H:%M}. The sessions of all servers would open and close by the "
            "wrong one. Set it right, preferably by switching on synchronisation; this program then goes on."
        )
