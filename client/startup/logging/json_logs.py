"""The log as JSON for programs: one object a line, with the date, and without personal data."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from datetime import UTC, datetime
from typing import Any

from client.startup.logging.discreet import DiscreetFormatter

DIGITS = 12  # of an address: enough to distinguish some thousands


class JSONFormatter(DiscreetFormatter):
    """Formats a record as one line of JSON.

    Addresses are hashed with a salt that is new each day and with each start, and kept in memory only. So a
    log shows that two requests of a day came from one address, but not from which.
    """

    def __init__(self) -> None:
        super().__init__()
        self._day, self._salt = "", b""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record without secrets; what the request's own record has is in fields of its own."""
        at = datetime.fromtimestamp(record.created, UTC)
        fields: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": super().format(record),
        }
        request_id = getattr(record, "request_id", None)
        if request_id:
            fields["request_id"] = request_id
        fields |= getattr(record, "fields", {})
        address = getattr(record, "address", None)
        if address is not None:
            fields["address"] = self._hidden(address, at)
        return json.dumps(fields, ensure_ascii=False)

    def _hidden(self, address: str, at: datetime) -> str:
        day = at.date().isoformat()
        if day != self._day:
            self._day, self._salt = day, secrets.token_bytes(16)
        return hashlib.blake2b(address.encode(), key=self._salt).hexdigest()[:DIGITS]
