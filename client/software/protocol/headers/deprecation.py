"""Calls that are replaced by others: how responses and the document announce it (RFC 9745 and RFC 8594)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import quote

from flask import Response, request
from werkzeug.http import http_date

from client.serving.software_addresses import PREFIX

HEADERS = ("Deprecation", "Sunset", "Link")
EXPLAINED = "/docs"  # the page says of each call what replaces it, and until when it is kept
KEPT_MONTHS = 12
"""For how long at least a call keeps working after its deprecation."""
BESIDE_MONTHS = 24
"""For how long at least a version of the API stays beside its successor."""


@dataclass(frozen=True)
class Deprecation:
    """The replacement of a call.

    Attributes:
        since: the day of its deprecation.
        until: the day before which it isn't removed.
        successor: the rule of the call to use instead, with the same parts in ``<>``.
    """

    since: date
    until: date
    successor: str

    @property
    def sentence(self) -> str:
        """What the document says of the call."""
        return (
            f"Deprecated since {self.since}, and kept until {self.until} at least. "
            f"Use `{self.successor.replace('<string:', '{').replace('>', '}')}`."
        )

    def announce(self, response: Response) -> Response:
        """The response with the headers that announce the replacement."""
        successor = PREFIX + self.successor
        for name, value in (request.view_args or {}).items():
            successor = successor.replace(f"<string:{name}>", quote(str(value), safe=""))
        response.headers["Deprecation"] = f"@{_midnight(self.since).timestamp():.0f}"
        response.headers["Sunset"] = http_date(_midnight(self.until))
        response.headers["Link"] = f'<{successor}>; rel="successor-version", <{EXPLAINED}>; rel="deprecation"'
        return response


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
