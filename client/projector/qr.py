"""QR codes, and the address that they carry."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

import segno
from flask import current_app, request

PUBLIC_URL = "PUBLIC_URL"  # in app.config: text, or a Callable that gives it, or None
QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 asks


def check_in_url(address: str, *, path: str = "s") -> str:
    """What a code carries: an address of the tunnel if it is up, else of the local network.

    Args:
        address: what comes after the path, such as a session's token and its rotating code.
        path: ``s`` for sessions.
    """
    return f"{base_url()}/{path}/{address}"


def base_url() -> str:
    """Under which address phones reach the server, without a trailing slash."""
    configured: str | Callable[[], str | None] | None = current_app.config.get(PUBLIC_URL)
    base = configured() if callable(configured) else configured
    return (base or request.host_url).rstrip("/")


def code_svg(text: str) -> bytes:
    """A QR code as an SVG that fills whatever it is put into: black on white, whatever the colour scheme."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, nl=False
    )
    return out.getvalue()


def code_uri(text: str) -> str:
    """The same as a data address, which an image takes without another request."""
    return f"data:image/svg+xml;base64,{base64.b64encode(code_svg(text)).decode()}"
