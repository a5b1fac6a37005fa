"""Whether the server can be reached over plain http from other computers."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import current_app

from attendance.values.this_computer import is_this_computer

PLAIN_HTTP = "PLAIN_HTTP"  # in app.config: the addresses; None where another server runs the app


def plain_http_addresses(base_url: str) -> Sequence[str]:
    """The addresses under which others in the network can read what is sent.

    Args:
        base_url: where phones reach the server; used where the launcher has not said more.
    """
    told: Sequence[str] | None = current_app.config.get(PLAIN_HTTP)
    if told is not None:
        return told
    parts = urlsplit(base_url)
    is_readable = parts.scheme == "http" and not is_this_computer(parts.hostname)
    return (base_url,) if is_readable else ()
