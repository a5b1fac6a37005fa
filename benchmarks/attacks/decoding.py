"""Send photo files that are built to be slow, while phones check in.

    python -m benchmarks.attacks.decoding [--seconds 30] [--senders 4] [--engine dlib]

A server with the real limits runs in a process of its own, for as long as this takes. Files with thousands of
scans, comments, fill bytes, chunks and boxes, and the slowest ones within the limits, go to every entrance
for photos: check-ins under a grant, ``/detect_face`` without a token (switched on for this) and with one, and
the API. Every honest check-in must be served meanwhile.
"""

from __future__ import annotations

import io
import time
from functools import partial

import click
import numpy as np
from PIL import Image

from benchmarks.apparatus.recognition import ENGINES, plain_errors
from benchmarks.apparatus.selfie import portrait_jpeg
from benchmarks.attacks import attacker
from benchmarks.attacks import crafted_photos as crafted
from benchmarks.attacks.attacked_server import AttackedServer, Target
from benchmarks.attacks.honest_check_ins import HonestCheckIns

WIDTH, HEIGHT = 5700, 4280  # just within the limit of pixels
WEBP_SIDES = 0.71  # of these: a WebP may have half as many pixels
SCANS = 8000
PAUSE_SECONDS = 0.5
ENTRANCES = (
    attacker.check_in_as_nobody,
    attacker.anonymous_faces,
    attacker.faces_with_token,
    attacker.api_with_token,
)


@click.command(help=__doc__)
@click.option("--seconds", default=30.0, show_default=True, type=click.FloatRange(1, 300))
@click.option("--senders", default=4, show_default=True, type=click.IntRange(1, 16))
@click.option("--engine", default="dlib", show_default=True, type=click.Choice(ENGINES))
def main(seconds: float, senders: int, engine: str) -> None:
    """Attack, and print what became of the honest check-ins."""
    files = crafted_files()
    with (
        plain_errors(),
        AttackedServer(Target(engine, {"ATTENDANCE_ANONYMOUS_FACES": "on"})) as server,
        HonestCheckIns(server.attacked) as phones,
    ):
        attacks = [partial(entrance, server.attacked, data) for data in files for entrance in ENTRANCES]
        with attacker.attacking(attacks, senders=senders, pause=PAUSE_SECONDS) as answers:
            time.sleep(seconds)
    print(f"The attack was answered with: {attacker.listed(answers)}.")
    phones.done.require_all()


def crafted_files(width: int = WIDTH, height: int = HEIGHT, scans: int = SCANS) -> list[bytes]:
    """One file of each kind."""
    portrait = portrait_jpeg()
    small = Image.open(io.BytesIO(portrait))
    noise = np.random.default_rng(1).integers(0, 256, (height // 8, width // 8, 4), np.uint8)
    slow = Image.fromarray(noise).resize((width, height), Image.Resampling.NEAREST)
    slow_webp = slow.resize((int(width * WEBP_SIDES), int(height * WEBP_SIDES)), Image.Resampling.NEAREST)
    return [
        crafted.many_scans(width, height, scans),
        crafted.many_scans(width, height, 22),  # as many as are allowed, with the ten that it has
        crafted.filled(portrait, 7_000_000),
        crafted.many_comments(portrait, 1_700_000),
        crafted.many_chunks(_encoded(small, "PNG"), 500_000),
        crafted.many_webp_chunks(_encoded(small, "WEBP"), 800_000),
        _encoded(slow_webp, "WEBP", lossless=True, quality=0, method=0),
        _encoded(slow, "PNG", compress_level=1),
    ]


def _encoded(image: Image.Image, file_format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, file_format, **options)
    return out.getvalue()


if __name__ == "__main__":
    main()
