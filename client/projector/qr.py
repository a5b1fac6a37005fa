"""QR codes, and the address that they carry."""

from __future__ import annotations

import base64
import io

import segno

from client.web.plain_http import base_url

QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 asks


def check_in_url(address: str, *, path: str = "s") -> str:
    """What a code carries: an address of the tunnel if it is up, else of the local network.

    Args:
        address: what comes after the path, such as a session's token and its rotating code.
        path: ``s`` for sessions.
    """
    return f"{base_url()}/{path}/{address}"


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
