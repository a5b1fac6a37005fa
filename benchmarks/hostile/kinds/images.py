"""Pictures: mutated in bytes and chunks, resized in their heads, joined and crafted."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Iterator

from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.kinds.image_seeds import crafted_pictures, picture_seeds, resized
from benchmarks.hostile.mutations import mutated
from benchmarks.hostile.values import HostileInput
from benchmarks.hostile.visitors import file_of

_SIZES = (0, 1, 2, 16, 5000, 65_535, 65_536, 2**31 - 1, 2**32 - 1)
_WORDS: tuple[bytes, ...] = (
    b"\xff\xd8",
    b"\xff\xd9",
    b"\xff\xda",
    b"\xff\xc0",
    b"\xff\xc3",
    b"IHDR",
    b"IDAT",
    b"PLTE",
    b"acTL",
    b"VP8X",
    b"ANMF",
)
_WORDS += (
    b"ftyp",
    b"meta",
    b"iprp",
    b"ipco",
    b"ispe",
    b"iloc",
    b"iref",
    b"grid",
    b"Exif\x00\x00",
    b"ICC_PROFILE\x00",
)
_CRAFTED_SHARE = 0.03
_TYPES = ("image/jpeg", "image/png", "image/heic", "text/html", None)


class Images:
    """Pictures to the check-in, to enrolment, and to what other software calls.

    Args:
        site: the site.
    """

    name = "images"

    def __init__(self, site: HostileSite) -> None:
        self._site = site
        self._entrances: dict[str, Callable[[bytes], int]] = {
            "check-in": self._check_in,
            "/detect_face": self._detect_face,
            "/api/v1/recognise": self._recognise,
            "enrolment": self._enrol,
        }

    def inputs(self, draw: random.Random) -> Iterator[HostileInput]:
        """See ``HostileKind``."""
        seeds, entrances = picture_seeds(), list(self._entrances)
        while True:
            name = draw.choice(list(seeds))
            data, made = _hostile(seeds[name], draw)
            if draw.random() < _CRAFTED_SHARE:
                made = draw.choice(list(crafted_pictures()))
                name, data = "crafted", crafted_pictures()[made]
            yield HostileInput(self.name, draw.choice(entrances), data, f"{name}: {made}")

    def send(self, one: HostileInput) -> int:
        """See ``HostileKind``."""
        return self._entrances[one.entrance](one.data)

    def _check_in(self, data: bytes) -> int:
        phone = self._site.phone
        return phone.post(
            f"/capture?grant={phone.grant}", [("image", file_of(data, "photo.jpg"))]
        ).status_code

    def _detect_face(self, data: bytes) -> int:
        return self._site.software(
            "POST", "/detect_face", data={"image": file_of(data, "photo.png")}
        ).status_code

    def _recognise(self, data: bytes) -> int:
        form = {"image": file_of(data, "x", _TYPES[len(data) % len(_TYPES)])}
        return self._site.software("POST", "/api/v1/recognise", data=form).status_code

    def _enrol(self, data: bytes) -> int:
        path = f"/teach/students/{self._site.student.id}/photos"
        return self._site.office.post(path, [("photos", file_of(data, "photo.heic"))]).status_code


def _hostile(data: bytes, draw: random.Random) -> tuple[bytes, str]:
    """A picture that was changed in one of several ways."""
    match draw.randrange(5):
        case 0:
            width, height = draw.choice(_SIZES), draw.choice(_SIZES)
            return resized(data, width, height), f"{width}x{height}"
        case 1:
            return _changed_parts(data, draw), "parts"
        case 2:
            other = draw.choice(list(picture_seeds().values()))
            cut = draw.randint(0, min(len(data), len(other)))
            return data[:cut] + other[cut:], "joined"
        case _:
            return mutated(data, draw, _WORDS)


def _changed_parts(data: bytes, draw: random.Random) -> bytes:
    """Chunks or boxes left out, repeated, exchanged or changed inside, in a file that is else valid."""
    head, parts = _parts(data)
    if not parts:
        return mutated(data, draw)[0]
    at, other = draw.randrange(len(parts)), draw.randrange(len(parts))
    match draw.randrange(5):
        case 0:
            del parts[at]
        case 1:
            parts[at:at] = [parts[other]] * draw.choice((1, 3, 100))
        case 2:
            parts[at], parts[other] = parts[other], parts[at]
        case 3:
            parts[at] = (parts[other][0], parts[at][1])
        case _:
            parts[at] = (parts[at][0], mutated(parts[at][1], draw)[0])
    return head + b"".join(_joined(data, kind, body) for kind, body in parts)


def _parts(data: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The head of a PNG, WebP, HEIC or AVIF file, and its chunks or boxes by their kinds."""
    if data.startswith(b"\x89PNG"):
        return data[:8], _walk(data, 8, ">I4s", 12)
    if data.startswith(b"RIFF"):
        return data[:12], _walk(data, 12, "<4sI", 8)
    if data[4:8] == b"ftyp":
        return b"", _walk(data, 0, ">I4s", 0)
    return b"", []


def _walk(data: bytes, at: int, form: str, more: int) -> list[tuple[bytes, bytes]]:
    """Chunks one after the other; ``more`` is what a chunk has besides the length that it states."""
    found: list[tuple[bytes, bytes]] = []
    while at + 8 <= len(data):
        first, second = struct.unpack_from(form, data, at)
        length, kind = (first, second) if isinstance(first, int) else (second, first)
        end = at + length + more
        found.append((kind, data[at + 8 : end - (4 if more == 12 else 0)]))
        at = max(end, at + 8)
    return found


def _joined(data: bytes, kind: bytes, body: bytes) -> bytes:
    if data.startswith(b"\x89PNG"):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    if data.startswith(b"RIFF"):
        return kind + struct.pack("<I", len(body)) + body
    return struct.pack(">I", len(body) + 8) + kind + body
