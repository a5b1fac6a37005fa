"""A picture that is made upright in strips is the one that is made upright as a whole."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from face_detection.decoding import upright
from face_detection.decoding.upright import BACKDROP, UprightPicture

TURNS = [None, *Image.Transpose]


def picture(mode: str) -> Image.Image:
    noise = np.random.default_rng(1).integers(0, 256, (41, 29, 4), np.uint8)
    return Image.fromarray(noise).convert(mode)


def whole(image: Image.Image, factor: int, turn: Image.Transpose | None) -> Image.Image:
    if image.has_transparency_data:
        opaque = Image.new("RGBA", image.size, BACKDROP)
        opaque.alpha_composite(image.convert("RGBA"))
        image = opaque
    image = image.convert("RGB").reduce(factor)
    return image if turn is None else image.transpose(turn)


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("factor", [1, 3])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P", "L", "CMYK"])
def test_strips_together_are_the_picture(
    mode: str, factor: int, turn: Image.Transpose | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upright, "STRIP_BYTES", 1200)
    image = picture(mode)
    made = UprightPicture(image, factor, turn)
    strips = list(made.strips())
    wanted = whole(image, factor, turn)
    assert len(strips) > 2, "no copy of the whole picture is made"
    assert made.size == wanted.size[::-1]
    assert b"".join(strips) == wanted.tobytes()
