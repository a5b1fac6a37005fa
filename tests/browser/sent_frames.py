"""Frames of a test's own choice for the live page: what it shows stays, what it sends is exchanged."""

from __future__ import annotations

import base64
import io

from PIL import Image
from playwright.sync_api import Page

from tests.attendance.fake_pipeline import WALL
from tests.browser.camera import CAMERA

# A picture of the fake pipeline says by its colours who is on it; a film and JPEG would change them a little.
_EXCHANGE = """
HTMLCanvasElement.prototype.toBlob = function (done) {
  const binary = atob(localStorage.getItem('sent') || '');
  setTimeout(() => done(new Blob([Uint8Array.from(binary, (letter) => letter.charCodeAt(0))])), 0);
};
"""


def exchange_frames(page: Page) -> None:
    """From the next page on, send what ``send_frames`` chose."""
    page.add_init_script(_EXCHANGE)


def send_frames(page: Page, picture: bytes) -> None:
    """Send this picture as each frame; the page must be one of the site's."""
    page.evaluate("picture => localStorage.setItem('sent', picture)", base64.b64encode(picture).decode())


def frame_of(faces: dict[tuple[int, int], bytes]) -> bytes:
    """A frame of the camera's size with faces at these places (left, top), as PNG."""
    frame = Image.new("RGB", CAMERA, WALL)
    for place, face in faces.items():
        frame.paste(Image.open(io.BytesIO(face)), place)
    out = io.BytesIO()
    frame.save(out, "PNG")
    return out.getvalue()
