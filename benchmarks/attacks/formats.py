"""Send the largest photos of every format at once, while phones check in, and measure the server's memory.

    python -m benchmarks.attacks.formats [--at-once 8] [--engine dlib]

A server with the real limits runs in a process of its own, for as long as this takes. Each file has as many
pixels as its format may have, and faces where a decoder takes it; it goes to all entrances at the same time:
check-ins under grants, an enrolment, ``/detect_face`` and the API. The memory is that of the server and its
decoders, in which shared pages count once. Every honest check-in must be served meanwhile.
"""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import click
import pillow_heif
from PIL import Image

from benchmarks.apparatus.processes.process_family import shared_bytes
from benchmarks.apparatus.recognition import ENGINES, plain_errors
from benchmarks.attacks import attacker
from benchmarks.attacks import crafted_photos as crafted
from benchmarks.attacks.attacked_server import AttackedServer, Target
from benchmarks.attacks.honest_check_ins import HonestCheckIns
from benchmarks.attacks.memory import MEGABYTE, room_jpeg, watched
from face_detection.decoding.limits import MAX_COSTLY_PIXELS, MAX_PIXELS

MEGAPIXELS = 24.4  # a little less than MAX_PIXELS
MOST_JPEG_PIXELS = 79_000_000  # and than MAX_JPEG_PIXELS, for sides that are rounded
LOSSLESS = {"lossless": True, "quality": 0, "method": 0}
FLIP = Image.Transpose.FLIP_LEFT_RIGHT
SETTLE_SECONDS = 5.0  # between two formats
WARM_SECONDS = 5.0
ENTRANCES = (
    attacker.check_in_as_nobody,
    attacker.faces_with_token,
    attacker.api_with_token,
    attacker.enrol_with_token,
)


@click.command(help=__doc__)
@click.option("--at-once", default=8, show_default=True, type=click.IntRange(1, 64), help="Of each file.")
@click.option("--engine", default="dlib", show_default=True, type=click.Choice(ENGINES))
@click.option("--only", multiple=True, help="One of the formats, such as WebP; may be repeated.")
def main(at_once: int, engine: str, only: tuple[str, ...]) -> None:
    """Attack, and print the memory and what became of the honest check-ins."""
    with (
        plain_errors(),
        AttackedServer(Target(engine)) as server,
        watched(server.attacked.pid, shared_bytes) as memory,
        HonestCheckIns(server.attacked) as phones,
    ):
        time.sleep(WARM_SECONDS)
        print(f"Memory of {engine} before: {memory.now / MEGABYTE:.0f} MB.")
        for name in [each for each in FORMATS if not only or each in only]:
            data = large_photo(name)
            memory.peak = 0
            with ThreadPoolExecutor(at_once) as senders:
                sent = [
                    senders.submit(ENTRANCES[number % len(ENTRANCES)], server.attacked, data)
                    for number in range(at_once)
                ]
                answers = Counter(each.result() for each in sent)
            print(
                f"{name}, {len(data) / MEGABYTE:.1f} MB: {memory.peak / MEGABYTE:.0f} MB at most; "
                f"{attacker.listed(answers)}."
            )
            time.sleep(SETTLE_SECONDS)
    phones.done.require_all()


def large_photo(name: str, megapixels: float | None = None) -> bytes:
    """A file of one of the formats.

    Args:
        name: of the format.
        megapixels: of it, or about half as many where a decoder needs most memory for each; None means the
            most that are accepted.
    """
    megapixels = megapixels or MEGAPIXELS
    if name in COSTLY:
        megapixels *= MAX_COSTLY_PIXELS / MAX_PIXELS
    room = Image.open(io.BytesIO(room_jpeg(megapixels)))
    room.load()
    return FORMATS[name](room)


def _encoded(image: Image.Image, file_format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, file_format, **options)
    return out.getvalue()


def _heic(image: Image.Image) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(image).save(out, quality=40, enc_params={"preset": "ultrafast"})
    return out.getvalue()


def _seethrough(image: Image.Image) -> Image.Image:
    image = image.convert("RGBA")
    image.putalpha(200)
    return image


def _larger(image: Image.Image) -> bytes:
    """A JPEG that is shrunk while it is decoded, and so may have more pixels."""
    factor = (MOST_JPEG_PIXELS / MAX_PIXELS) ** 0.5
    larger = image.resize((int(image.width * factor), int(image.height * factor)))
    return _encoded(larger, "JPEG", quality=40)


FORMATS: dict[str, Callable[[Image.Image], bytes]] = {
    "JPEG": partial(_encoded, file_format="JPEG", quality=60),
    "larger JPEG": _larger,
    "progressive JPEG": partial(_encoded, file_format="JPEG", progressive=True, subsampling=0, quality=40),
    "four-colour JPEG": lambda room: _encoded(room.convert("CMYK"), "JPEG", progressive=True, quality=40),
    "JPEG with three scans": lambda room: crafted.scan_of_each(*room.size),
    "lossless JPEG": lambda room: crafted.lossless_jpeg(*room.size),
    "several JPEGs": lambda room: _encoded(
        room, "MPO", quality=40, save_all=True, append_images=[room.crop((0, 0, 9, 9))]
    ),
    "PNG": lambda room: _encoded(room.quantize(8).convert("RGBA"), "PNG", compress_level=6),
    "PNG with a palette": lambda room: _encoded(room.quantize(16), "PNG", compress_level=1),
    "WebP": lambda room: _encoded(_seethrough(room), "WEBP", quality=30, method=0),
    "lossless WebP": lambda room: _encoded(room.quantize(4).convert("RGB"), "WEBP", **LOSSLESS),
    "moving WebP": lambda room: _encoded(
        room, "WEBP", quality=20, method=0, save_all=True, append_images=[room.transpose(FLIP)]
    ),
    "HEIC": _heic,
}
COSTLY = {"four-colour JPEG", "WebP", "lossless WebP", "moving WebP"}


if __name__ == "__main__":
    main()
