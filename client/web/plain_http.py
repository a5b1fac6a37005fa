"""Under which address phones reach the server, and what plain http means for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from flask import current_app, request

from attendance.values.this_computer import is_this_computer

PUBLIC_URL = "PUBLIC_URL"  # in app.config: text, or a Callable that gives it, or None
PLAIN_HTTP = "PLAIN_HTTP"  # in app.config: the addresses; None where another server runs the app


def base_url() -> str:
    """Under which address phones reach the server, without a trailing slash."""
    return (told_address() or request.host_url).rstrip("/")


def told_address() -> str | None:
    """The address that the launcher or whoever made the app gave; None: whatever a browser typed counts."""
    configured: str | Callable[[], str | None] | None = current_app.config.get(PUBLIC_URL)
    return (configured() if callable(configured) else configured) or None


def plain_http_addresses(address: str) -> Sequence[str]:
    """The addresses under which others in the network can read what is sent.

    Args:
        address: where phones reach the server; used where the launcher has not said more.
    """
    told: Sequence[str] | None = current_app.config.get(PLAIN_HTTP)
    if told is not None:
        return told
    return () if _is_private(address) else (address,)


def has_camera() -> bool:
    """Whether a phone that opens the address on the wall gets a camera for the page.

    Browsers give one only to https and to pages of their own computer. Where the code leads to such a page,
    this counts for everybody: who opens the same server over plain http avoids the camera.
    """
    return _is_private(request.host_url) or _is_private(base_url())


def _is_private(address: str) -> bool:
    """Whether nobody in the network can read what is sent to an address; what browsers call secure."""
    parts = urlsplit(address)
    return parts.scheme != "http" or is_this_computer(parts.hostname)
