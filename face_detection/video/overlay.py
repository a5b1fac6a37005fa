"""Draws boxes and names on a frame, in any script for which this computer has a font."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from face_detection.values import Photo, Pixels

Font = ImageFont.FreeTypeFont

FONTS = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "segoeui.ttf",
    "Arial Unicode.ttf",
    "NotoSansCJK-Regular.ttc",
    "msyh.ttc",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "malgun.ttf",
    "AppleSDGothicNeo.ttc",
    "NotoSansDevanagari-Regular.ttf",
    "Nirmala.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "NotoSansBengali-Regular.ttf",
    "NotoSansTamil-Regular.ttf",
)
"""File names of fonts in the systems' font folders, those with many scripts first."""

_NO_LETTER = "\U0010fffe"  # in no font: its glyph is that of every missing letter
_JOINERS = "\u200c\u200d"  # required by several scripts
_MOST_LETTERS = 60


class Tone(Enum):
    """The meaning of a box, with its colours: RGB of the frame and of the text."""

    SURE = ((11, 110, 79), (255, 255, 255))
    UNSURE = ((178, 84, 0), (255, 255, 255))
    NOBODY = ((72, 80, 87), (255, 255, 255))
    WAITING = ((38, 84, 124), (255, 255, 255))


@dataclass(frozen=True, eq=False)
class Label:
    """The box and the text of one face. The text expresses the same as the colour.

    Attributes:
        box: ``(4,)`` float32 x1, y1, x2, y2 in pixels of the frame; may extend beyond it.
        text: the text, such as a name; empty for none.
        tone: the meaning.
        otherwise: the text to use if no font has the letters of ``text``, such as the roll number.
    """

    box: NDArray[np.float32]
    text: str
    tone: Tone
    otherwise: str = ""


def draw_labels(photo: Photo, labels: Iterable[Label]) -> Pixels:
    """Draw boxes and names on a copy of a frame.

    Args:
        photo: the frame.
        labels: the labels; later ones cover earlier ones.

    Returns:
        RGB uint8 ``(H, W, 3)``.
    """
    image = Image.fromarray(photo.pixels)
    pen = ImageDraw.Draw(image)
    thick = max(2, round(min(photo.width, photo.height) / 240))
    size = max(14, round(min(photo.width, photo.height) / 26))
    for label in labels:
        _draw(pen, label, thick, size)
    return np.array(image)


def drawable(text: str, otherwise: str = "") -> str:
    """The text on one line, or the alternative if no font has its letters.

    Args:
        text: the text.
        otherwise: the alternative; if empty, the text is used in any case.
    """
    line, other = _one_line(text), _one_line(otherwise)
    return line if not other or _font_for(line, 16)[1] else other


def _draw(pen: ImageDraw.ImageDraw, label: Label, thick: int, size: int) -> None:
    frame, ink = label.tone.value
    width, height = pen.im.size
    x1, y1, x2, y2 = (float(value) for value in label.box)
    x1, x2 = sorted((min(max(x1, 0), width - 1), min(max(x2, 0), width - 1)))
    y1, y2 = sorted((min(max(y1, 0), height - 1), min(max(y2, 0), height - 1)))
    pen.rectangle((x1, y1, x2, y2), outline=frame, width=thick)
    text = drawable(label.text, label.otherwise)
    if not text:
        return
    font, _ = _font_for(text, size)
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
    pad = max(2, size // 5)
    wide, high = right - left + 2 * pad, bottom - top + 2 * pad
    x = max(0.0, min(x1, width - wide))
    y = y1 - high if y1 >= high else min(y2, height - high)
    pen.rectangle((x, y, x + wide, y + high), fill=frame)
    pen.text((x + pad - left, y + pad - top), text, font=font, fill=ink)


def _one_line(text: str) -> str:
    """The text without line breaks and control characters."""
    kept = (" " if sign.isspace() else sign for sign in text if sign.isspace() or _is_letter(sign))
    line = " ".join("".join(kept).split())
    return line if len(line) <= _MOST_LETTERS else f"{line[: _MOST_LETTERS - 1]}…"


def _is_letter(sign: str) -> bool:
    return sign in _JOINERS or unicodedata.category(sign) not in ("Cc", "Cf", "Cs")


@lru_cache(maxsize=512)
def _font_for(text: str, size: int) -> tuple[Font, bool]:
    """The first font with all letters and True, or else the font with the most of them and False."""
    best, most = None, -1
    letters = {sign for sign in text if not sign.isspace()}
    for font in _fonts(size):
        missing = _drawn(font, _NO_LETTER)
        known = sum(_drawn(font, sign) != missing for sign in letters)
        if known == len(letters):
            return font, True
        if known > most:
            best, most = font, known
    assert best is not None
    return best, False


@lru_cache(maxsize=4096)
def _drawn(font: Font, sign: str) -> bytes:
    return bytes(font.getmask(sign))


@lru_cache(maxsize=16)
def _fonts(size: int) -> tuple[Font, ...]:
    """The available fonts, followed by Pillow's own for Latin letters."""
    found: list[Font] = []
    for name in FONTS:
        try:
            found.append(ImageFont.truetype(name, size))
        except OSError:
            continue
    own = ImageFont.load_default(size)
    assert isinstance(own, ImageFont.FreeTypeFont), "Pillow's wheels come with FreeType"
    return (*found, own)
