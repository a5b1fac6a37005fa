"""Videos made on the spot: portraits that move before a wall, in files and as a stream over HTTP."""

from __future__ import annotations

import io
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from face_detection.photo import decode
from face_detection.values import Pixels

WALL = (150, 145, 140)
CODECS = {".mp4": "mp4v", ".mov": "mp4v", ".webm": "VP80", ".avi": "MJPG"}
Way = Callable[[float], tuple[float, float]]


@dataclass(frozen=True)
class Actor:
    """Somebody in a scene.

    Attributes:
        portrait: an encoded picture of the person.
        way: the middle of the picture at a second, in pixels; out of the frame is out of view.
        side: pixels of the picture's longer side in the frame.
    """

    portrait: bytes
    way: Way
    side: int = 240


@cache
def _portrait(data: bytes, side: int) -> Pixels:
    return decode(data, longest_side=side).pixels


def scene(at: float, actors: Iterable[Actor], *, size: tuple[int, int] = (640, 480)) -> Pixels:
    """One frame, RGB ``(H, W, 3)``, with the later actors in front; ``size`` is width and height."""
    frame = Image.new("RGB", size, WALL)
    for actor in actors:
        x, y = actor.way(at)
        picture = Image.fromarray(_portrait(actor.portrait, actor.side))
        frame.paste(picture, (round(x - picture.width / 2), round(y - picture.height / 2)))
    return np.asarray(frame)


def scenes(
    actors: Iterable[Actor], *, seconds: float, per_second: float, size: tuple[int, int] = (640, 480)
) -> list[Pixels]:
    """The frames of a scene."""
    cast = list(actors)
    return [scene(number / per_second, cast, size=size) for number in range(round(seconds * per_second))]


def write_video(path: Path, frames: Iterable[Pixels], *, per_second: float = 10.0) -> Path:
    """Write a file; the suffix says the format."""
    writer: cv2.VideoWriter | None = None
    for frame in frames:
        if writer is None:
            code = cv2.VideoWriter.fourcc(*CODECS[path.suffix])
            size = (frame.shape[1], frame.shape[0])
            writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, per_second, size)
            assert writer.isOpened(), f"OpenCV can't write {path.suffix} here"
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    assert writer is not None
    writer.release()
    return path


def turned_by_the_phone(path: Path, turned: Path) -> Path:
    """The same MP4 with the matrix that a phone writes that is held upright: turn it by 90 degrees to see it.

    ISO/IEC 14496-12, 8.3.2: ``matrix`` of the track header stands 40 bytes after the name of the box.
    """
    data = path.read_bytes()
    start = data.index(b"tkhd") + 4 + 40
    matrix = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
    turned.write_bytes(data[:start] + matrix + data[start + 36 :])
    return turned


class Camera:
    """A camera of the network: sends JPEGs over HTTP until it is switched off, and again once it is on.

    Args:
        picture: RGB pixels by the number of the picture.
        per_second: how many it sends.
    """

    def __init__(self, picture: Callable[[int], Pixels], *, per_second: float = 20.0) -> None:
        self._picture = picture
        self._pause = 1 / per_second
        self._server: ThreadingHTTPServer | None = None
        self._off = threading.Event()
        self.port = 0
        self.sent = 0

    @property
    def address(self) -> str:
        """Where it sends."""
        return f"http://127.0.0.1:{self.port}/stream.mjpg"

    def switch_on(self) -> None:
        """Listen, at the same port as before."""
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                try:
                    for part in camera.parts():
                        self.wfile.write(part)
                except OSError:
                    pass
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._off = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def switch_off(self) -> None:
        """Break off all connections, and answer no more."""
        self._off.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def parts(self) -> Iterator[bytes]:
        """What a connection gets."""
        off = self._off
        while not off.is_set():
            self.sent += 1
            out = io.BytesIO()
            Image.fromarray(self._picture(self.sent)).save(out, "JPEG", quality=90)
            data = out.getvalue()
            yield (
                b"--frame\r\nContent-Type: image/jpeg\r\n"
                + f"Content-Length: {len(data)}\r\n\r\n".encode()
                + data
                + b"\r\n"
            )
            time.sleep(self._pause)


@contextmanager
def camera_of(picture: Callable[[int], Pixels], *, per_second: float = 20.0) -> Iterator[Camera]:
    """A camera that is on."""
    camera = Camera(picture, per_second=per_second)
    camera.switch_on()
    try:
        yield camera
    finally:
        camera.switch_off()
