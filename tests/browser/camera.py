"""Films for Chromium's fake camera, and where Chromium is."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

CAMERA = (640, 480)  # pixels, width and height
RATE = 10  # pictures in a second; Chromium would show thirty JPEGs, and decode each of them
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WATCH_THE_CAMERA = """window.asked = 0;
const open = navigator.mediaDevices && navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
if (open) navigator.mediaDevices.getUserMedia = (wanted) => { window.asked += 1; return open(wanted); };"""
"""A page's script that counts in ``asked`` how often the page starts its camera."""


def chromium_path() -> str | None:
    """The browser of this machine; the shell draws no windows of its own and needs half of the time."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def film(picture: bytes, path: Path, *, box: tuple[int, int, int, int] | None = None) -> Path:
    """Write a film in which a camera sees this picture and nothing else, over and over: plain I420 pixels.

    Args:
        picture: an encoded picture; what is over at its edges is cut off.
        path: where to; ends in ``.y4m``.
        box: the part that the camera sees, in pixels of the picture; None means all of it.
    """
    image = Image.open(io.BytesIO(picture)).convert("RGB").crop(box)
    return moving_film([ImageOps.fit(image, CAMERA, Image.Resampling.LANCZOS, centering=(0.5, 0.2))], path)


def moving_film(pictures: Iterable[Image.Image], path: Path, *, rate: int = RATE) -> Path:
    """Write a film of these pictures, over and over.

    Args:
        pictures: of the camera's size.
        path: where to; ends in ``.y4m``.
        rate: pictures in a second.
    """
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{CAMERA[0]} H{CAMERA[1]} F{rate}:1 Ip A1:1 C420\n".encode())
        for picture in pictures:
            pixels = np.asarray(picture.convert("RGB"))
            out.write(b"FRAME\n" + cv2.cvtColor(pixels, cv2.COLOR_RGB2YUV_I420).tobytes())
    return path
