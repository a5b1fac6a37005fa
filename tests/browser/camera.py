"""Films for Chromium's fake camera, and where Chromium is."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

from PIL import Image, ImageOps

from tests.portraits import jpeg

CAMERA = (640, 480)  # pixels, width and height
FRAMES = 10
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str | None:
    """The browser of this machine; the shell draws no windows of its own and needs half of the time."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def film(picture: bytes, path: Path, *, box: tuple[int, int, int, int] | None = None) -> Path:
    """Write a film in which a camera sees this picture and nothing else: JPEGs one after the other.

    Args:
        picture: an encoded picture; what is over at its edges is cut off.
        path: where to; ends in ``.mjpeg``.
        box: the part that the camera sees, in pixels of the picture; None means all of it.
    """
    image = Image.open(io.BytesIO(picture)).convert("RGB").crop(box)
    frame = jpeg(ImageOps.fit(image, CAMERA, Image.Resampling.LANCZOS, centering=(0.5, 0.2)))
    path.write_bytes(frame * FRAMES)
    return path
