"""Public-domain pictures out of installed packages, and other renderings of them."""

from __future__ import annotations

import io
from functools import cache
from importlib import import_module, resources
from pathlib import Path

from PIL import Image, ImageEnhance


def jpeg(image: Image.Image, quality: int = 92) -> bytes:
    """The picture as JPEG bytes."""
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


@cache
def skimage_picture(name: str) -> bytes:
    """``astronaut``, ``chelsea`` (a cat) or ``coffee`` of scikit-image, as JPEG."""
    pixels = getattr(import_module("skimage.data"), name)()
    return jpeg(Image.fromarray(pixels))


@cache
def grace_hopper() -> bytes:
    """The portrait among matplotlib's sample data, as JPEG."""
    package = Path(str(resources.files("matplotlib")))
    return (package / "mpl-data" / "sample_data" / "grace_hopper.jpg").read_bytes()


def render(
    data: bytes,
    *,
    angle: float = 0.0,
    scale: float = 1.0,
    brightness: float = 1.0,
    crop: float = 0.0,
    quality: int = 90,
) -> bytes:
    """The same picture as another camera might have taken it.

    Args:
        data: an encoded picture.
        angle: degrees that it is turned, counter-clockwise.
        scale: factor on its size.
        brightness: factor on its brightness.
        crop: share of width and height cut off at each edge.
        quality: JPEG quality of the result.
    """
    image = Image.open(io.BytesIO(data)).convert("RGB")
    if angle:
        image = image.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=(90, 90, 90))
    if crop:
        dx, dy = int(image.width * crop), int(image.height * crop)
        image = image.crop((dx, dy, image.width - dx, image.height - dy))
    if scale != 1.0:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.LANCZOS)
    if brightness != 1.0:
        image = ImageEnhance.Brightness(image).enhance(brightness)
    return jpeg(image, quality)
