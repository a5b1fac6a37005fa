"""Photos as from a phone's camera, made from public-domain portraits in installed packages."""

from __future__ import annotations

from importlib import import_module, resources
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 1280, 960
QUALITY = 90
SENT_SIZE, SENT_QUALITY = (800, 600), 80
# Around the face of Eileen Collins in scikit-image's 512x512 portrait: left, top, right, bottom. Enlarged
# to 1280x960, the face is about 400 pixels high, as at arm's length.
AROUND_THE_FACE = (53, 0, 394, 256)


def portrait_jpeg() -> bytes:
    """Eileen Collins, 512x512: the portrait to enrol."""
    return _jpeg(_eileen_collins())


def selfie_jpeg() -> bytes:
    """Another rendering of it, 1280x960: the photo of the check-in."""
    close = _eileen_collins().crop(AROUND_THE_FACE)
    return _jpeg(close.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))


def sent_jpeg() -> bytes:
    """The same as the phone's page sends it: 800x600 (docs/performance.md, "What the phone sends")."""
    close = _eileen_collins().crop(AROUND_THE_FACE)
    return _jpeg(close.resize(SENT_SIZE, Image.Resampling.BICUBIC), SENT_QUALITY)


def other_portrait_jpeg() -> bytes:
    """Grace Hopper, 512x600: another real face in the gallery."""
    package = Path(str(resources.files("matplotlib")))
    return (package / "mpl-data" / "sample_data" / "grace_hopper.jpg").read_bytes()


def _eileen_collins() -> Image.Image:
    return Image.fromarray(np.asarray(import_module("skimage.data").astronaut()))


def _jpeg(image: Image.Image, quality: int = QUALITY) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
