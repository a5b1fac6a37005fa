"""Whether the server can be reached over plain http from other computers."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import current_app

from client.web.proxy import is_loopback

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
    here = parts.hostname == "localhost" or is_loopback(parts.hostname)
    return (base_url,) if parts.scheme == "http" and not here else ()
