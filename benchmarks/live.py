"""Measure the frame rate of live recognition, from JPEG to JSON, with the real WebSocket server.

    python -m benchmarks.live [--frames 150] [--engine facenet] [--faces 3] [--rounds 3]

The server of ``client/serving/server.py`` runs in a separate process, with a class of 60. Faces of 100 px
move about in frames of 640x480. Each socket has one frame in flight: it sends the next one after the
response; first one socket alone, then three at once. The reference embeds all faces of all frames in the same
process, without a socket. All take turns in each round, in f32 and, if the processor supports it, bf16. Two
of three faces are of one person, so that they stay in doubt, which needs the most observations. "CPU" is the
time of all threads of the server together, which is more reliable than elapsed time on a busy machine.
"""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any

import click
import numpy as np
from PIL import Image
from rich.console import Console
from rich.progress import track
from rich.table import Table
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.live_server import LiveServer, LiveServing, Started
from benchmarks.apparatus.recognition import engine_option, plain_errors
from benchmarks.check_in import precisions
from benchmarks.video import HEIGHT, PER_SECOND, WIDTH, walk

SOCKETS = (1, 3)
WARM_UP = 10  # frames
QUALITY = 80  # of the JPEGs, as a browser's canvas makes them
ANSWER_SECONDS = 60.0
CONSOLE_WIDTH = 110


@dataclass
class LiveRun:
    """The measurements of one variant over all rounds.

    Attributes:
        frames: number of processed frames.
        seconds: elapsed time.
        cpu: processor time of all threads of the server, in seconds.
        waits: seconds from each frame to its response.
        faces: total number of faces in the responses.
    """

    frames: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    waits: list[float] = field(default_factory=list)
    faces: int = 0

    @property
    def per_second(self) -> float:
        """Frames per second of all sockets together."""
        return self.frames / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Processor time per frame in milliseconds."""
        return self.cpu / self.frames * 1000


@dataclass
class Comparison:
    """The measurements by number of sockets; 0 is the reference."""

    engine: str
    ways: dict[int, LiveRun]


@click.command(help=__doc__)
@click.option(
    "--frames", default=150, show_default=True, type=click.IntRange(min=5), help="Frames per socket."
)
@click.option("--faces", default=3, show_default=True, type=click.IntRange(1, 6))
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(min=1))
@engine_option
def main(frames: int, faces: int, rounds: int, engines: tuple[str, ...]) -> None:
    """Measure and print the table."""
    console = Console(width=CONSOLE_WIDTH)
    title = f"{WIDTH}x{HEIGHT}, {faces} faces, one frame in flight per socket"
    table = Table("engine", "precision", "way", title=title, caption=f"{os.cpu_count()} cores")
    for heading in ("frames/s", "each", "wait ms", "95 %", "times", "CPU ms", "less"):
        table.add_column(heading, justify="right")
    pictures = jpegs(faces, frames)
    with plain_errors():
        for engine in engines:
            for precision in precisions():
                with LiveServer(LiveServing(engine, precision)) as server:
                    turns = track(range(rounds), f"{engine} {precision}", console=console, transient=True)
                    found = measure(server, pictures, turns)
                for sockets, measured in found.ways.items():
                    table.add_row(found.engine, precision, *_cells(sockets, measured, found.ways[0]))
    console.print(table)


def jpegs(faces: int, frames: int) -> list[bytes]:
    """JPEG frames of people who move about, as a browser sends them."""
    made = []
    for photo in walk(faces, -(-frames // PER_SECOND))[:frames]:
        out = io.BytesIO()
        Image.fromarray(photo.pixels).save(out, "JPEG", quality=QUALITY)
        made.append(out.getvalue())
    return made


def measure(server: LiveServer, pictures: list[bytes], rounds: Iterable[int]) -> Comparison:
    """Measure the reference and the sockets in turn.

    Args:
        server: the running server.
        pictures: the frames that each socket sends in each round.
        rounds: the rounds.

    Raises:
        BenchmarkError: the server rejected a frame.
    """
    ways = {0: LiveRun()} | {sockets: LiveRun() for sockets in SOCKETS}
    server.embed_every_face(pictures[:WARM_UP])
    for _ in rounds:
        spent = server.embed_every_face(pictures)
        reference = ways[0]
        reference.frames += len(pictures)
        reference.seconds += spent.seconds
        reference.cpu += spent.cpu
        for sockets in SOCKETS:
            _stream(server, pictures, sockets, ways[sockets])
    return Comparison(server.started.engine, ways)


def _stream(server: LiveServer, pictures: list[bytes], sockets: int, measured: LiveRun) -> None:
    """Send all pictures through several sockets at once, and add up the measurements."""
    together = Barrier(sockets + 1)
    with ExitStack() as stack:
        opened = [stack.enter_context(_socket(server.started)) for _ in range(sockets)]
        threads = stack.enter_context(ThreadPoolExecutor(sockets))
        sent = [threads.submit(_send, socket, pictures, together) for socket in opened]
        together.wait(ANSWER_SECONDS)
        begun, cpu = time.perf_counter(), server.cpu()
        for each in sent:
            waits, faces = each.result()
            measured.waits += waits
            measured.faces += faces
            measured.frames += len(waits)
        measured.seconds += time.perf_counter() - begun
        measured.cpu += server.cpu() - cpu


@contextmanager
def _socket(started: Started) -> Iterator[ClientConnection]:
    address = f"ws://127.0.0.1:{started.port}/ws"
    headers = {"Authorization": f"Bearer {started.token}"}
    with connect(address, additional_headers=headers, proxy=None) as socket:
        _next(socket)  # the greeting
        yield socket


def _send(socket: ClientConnection, pictures: list[bytes], together: Barrier) -> tuple[list[float], int]:
    """Send pictures one by one; return the seconds to each response, and the total number of faces."""
    waits, faces = [], 0
    for picture in pictures[:WARM_UP]:
        socket.send(picture)
        _next(socket)
    together.wait(ANSWER_SECONDS)
    for picture in pictures:
        begun = time.perf_counter()
        socket.send(picture)
        faces += len(_next(socket)["faces"])
        waits.append(time.perf_counter() - begun)
    return waits, faces


def _next(socket: ClientConnection) -> dict[str, Any]:
    try:
        response: dict[str, Any] = json.loads(socket.recv(ANSWER_SECONDS))
    except ConnectionClosed as error:
        raise BenchmarkError(f"the server closed a socket: {error}") from error
    if response["type"] not in ("ready", "faces"):
        raise BenchmarkError(f"the server responded: {response}")
    return response


def _cells(sockets: int, measured: LiveRun, reference: LiveRun) -> tuple[str, ...]:
    if not sockets:
        each = f"{1000 / reference.per_second:.0f}"
        rate = f"{reference.per_second:.1f}"
        return "every face embedded", rate, rate, each, "", "1.00", f"{reference.cpu_ms:.0f}", "1.00"
    middle, slow = np.percentile(measured.waits, [50, 95]) * 1000
    return (
        f"{sockets} socket{'s' if sockets > 1 else ''}",
        f"{measured.per_second:.1f}",
        f"{measured.per_second / sockets:.1f}",
        f"{middle:.0f}",
        f"{slow:.0f}",
        f"{measured.per_second / reference.per_second:.2f}",
        f"{measured.cpu_ms:.0f}",
        f"{reference.cpu_ms / measured.cpu_ms:.2f}",
    )


if __name__ == "__main__":
    main()
