"""Send large photos full of faces at once, while phones check in, and measure the server's memory.

    python -m benchmarks.attacks.memory [--photos 16] [--megapixels 24] [--settle 40] [--engine dlib]

A server with the real limits runs in a process of its own, for as long as this takes. The photos are baseline
JPEGs of 300 faces, sent at the same time with a token to ``/detect_face`` and the API. The memory is that of
the server with its decoders: resident, at most, and some time after the last response. Every honest check-in
must be served meanwhile.
"""

from __future__ import annotations

import io
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import click
from PIL import Image

from benchmarks.apparatus.processes.process_family import resident_bytes
from benchmarks.apparatus.recognition import ENGINES, plain_errors
from benchmarks.apparatus.selfie import portrait_jpeg
from benchmarks.attacks import attacker
from benchmarks.attacks.attacked_server import AttackedServer, Target
from benchmarks.attacks.honest_check_ins import HonestCheckIns

MEGABYTE = 1_000_000
SIDES = (4, 3)
COLUMNS = 20
FACE = (100, 0, 400, 300)  # in the portrait: left, top, right, bottom
SAMPLE_SECONDS = 0.05
WARM_SECONDS = 5.0


@dataclass
class Resident:
    """The memory of a process and its children, in bytes."""

    now: int = 0
    peak: int = 0


@click.command(help=__doc__)
@click.option("--photos", default=16, show_default=True, type=click.IntRange(1, 64))
@click.option("--megapixels", default=24.0, show_default=True, type=click.FloatRange(0.1, 24.4))
@click.option("--settle", default=40.0, show_default=True, type=click.FloatRange(0, 300), help="Seconds.")
@click.option("--engine", default="dlib", show_default=True, type=click.Choice(ENGINES))
def main(photos: int, megapixels: float, settle: float, engine: str) -> None:
    """Attack, and print the memory and what became of the honest check-ins."""
    picture = room_jpeg(megapixels)
    entrances = (attacker.faces_with_token, attacker.api_with_token)
    with (
        plain_errors(),
        AttackedServer(Target(engine)) as server,
        watched(server.attacked.pid) as memory,
        HonestCheckIns(server.attacked) as phones,
    ):
        time.sleep(WARM_SECONDS)
        before = memory.now
        with ThreadPoolExecutor(photos) as senders:
            sent = [
                senders.submit(entrances[number % 2], server.attacked, picture) for number in range(photos)
            ]
            answers = Counter(each.result() for each in sent)
        time.sleep(settle)
        settled = memory.now
    print(f"{photos} photos of {megapixels:g} megapixels were answered with: {attacker.listed(answers)}.")
    print(
        f"Memory of {engine}: {before / MEGABYTE:.0f} MB before, {memory.peak / MEGABYTE:.0f} MB at most, "
        f"{settled / MEGABYTE:.0f} MB {settle:.0f} s after the last response."
    )
    phones.done.require_all()


def room_jpeg(megapixels: float) -> bytes:
    """A photo in the format 4:3 that is tiled with one face."""
    unit = (megapixels * MEGABYTE / (SIDES[0] * SIDES[1])) ** 0.5
    width, height = int(SIDES[0] * unit), int(SIDES[1] * unit)
    side = width // COLUMNS
    face = Image.open(io.BytesIO(portrait_jpeg())).crop(FACE).resize((side, side))
    room = Image.new("RGB", (width, height))
    for top in range(0, height, side):
        for left in range(0, width, side):
            room.paste(face, (left, top))
    out = io.BytesIO()
    room.save(out, "JPEG", quality=60)
    return out.getvalue()


@contextmanager
def watched(pid: int, measured: Callable[[int], int] = resident_bytes) -> Iterator[Resident]:
    """Measure the memory of a process and its children while the block runs."""
    memory, stop = Resident(), threading.Event()

    def measure() -> None:
        while not stop.wait(SAMPLE_SECONDS):
            total = measured(pid)
            memory.now, memory.peak = total, max(memory.peak, total)

    thread = threading.Thread(target=measure, daemon=True)
    thread.start()
    try:
        yield memory
    finally:
        stop.set()
        thread.join()


if __name__ == "__main__":
    main()
