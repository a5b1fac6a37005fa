"""A camera that speaks RTSP as those of buildings do: with a password, its pictures as JPEG over RTP.

As little of RFC 2326 (RTSP 1.0, RTP interleaved in the TCP connection) and RFC 2435 (RTP payload for JPEG) as
a player needs.
"""

from __future__ import annotations

import base64
import io
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PIL import Image

from face_detection.values import Pixels

MOST_PAYLOAD = 1200  # bytes of one RTP packet
JPEG_PAYLOAD, JPEG_CLOCK = 26, 90_000  # RFC 3551
SUBSAMPLED, TABLES_WITHIN = 1, 255  # RFC 2435: type 4:2:0; the quantisation tables come with the picture


class RtspCamera:
    """A camera at ``rtsp://127.0.0.1:port/stream`` that lets nobody in without user and password.

    Args:
        picture: RGB pixels by the number of the picture; sides are multiples of 16.
        user: who is let in.
        password: theirs.
        per_second: how many pictures it sends.
    """

    def __init__(
        self, picture: Callable[[int], Pixels], *, user: str, password: str, per_second: float = 20.0
    ) -> None:
        self.secret = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.pause = 1 / per_second
        self.picture = picture
        self.refused = 0
        self.off = threading.Event()
        self.port = 0
        self._server: socketserver.ThreadingTCPServer | None = None

    def address(self, login: str = "") -> str:
        """Where it is, with ``user:password`` or without."""
        return f"rtsp://{login}{'@' if login else ''}127.0.0.1:{self.port}/stream"

    def switch_on(self) -> None:
        """Listen, at the same port as before."""
        camera, self.off = self, threading.Event()

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                try:
                    _Conversation(camera, self).run()
                except OSError:
                    return

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def switch_off(self) -> None:
        """Break off all connections, and answer no more."""
        self.off.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class _Conversation:
    """One player's connection."""

    def __init__(self, camera: RtspCamera, handler: socketserver.StreamRequestHandler) -> None:
        self._camera = camera
        self._handler = handler
        self._sequence = 0

    def run(self) -> None:
        while request := self._request():
            method, headers = request
            number = headers["cseq"]
            if method == "OPTIONS":
                self._answer(number, "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")
            elif headers.get("authorization") != f"Basic {self._camera.secret}":
                self._camera.refused += 1
                self._answer(number, 'WWW-Authenticate: Basic realm="camera"', status="401 Unauthorized")
            elif method == "DESCRIBE":
                sdp = f"v=0\r\nm=video 0 RTP/AVP {JPEG_PAYLOAD}\r\na=control:track0\r\n"
                self._answer(number, "Content-Type: application/sdp", body=sdp)
            elif method == "SETUP":
                self._answer(number, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1", "Session: 1")
            elif method == "PLAY":
                self._answer(number, "Session: 1")
                self._play()
                return
            else:
                self._answer(number)
                return

    def _request(self) -> tuple[str, dict[str, str]] | None:
        lines: list[str] = []
        while line := self._handler.rfile.readline().decode().strip():
            lines.append(line)
        if not lines:
            return None
        headers = dict(line.split(": ", 1) for line in lines[1:])
        return lines[0].split()[0], {name.lower(): value for name, value in headers.items()}

    def _answer(self, number: str, *headers: str, status: str = "200 OK", body: str = "") -> None:
        lines = [f"RTSP/1.0 {status}", f"CSeq: {number}", *headers, f"Content-Length: {len(body)}"]
        self._handler.wfile.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

    def _play(self) -> None:
        off, number = self._camera.off, 0
        while not off.is_set():
            number += 1
            for packet in self._packets(self._camera.picture(number), number):
                self._handler.wfile.write(b"$\0" + struct.pack(">H", len(packet)) + packet)
            time.sleep(self._camera.pause)

    def _packets(self, pixels: Pixels, number: int) -> Iterator[bytes]:
        tables, scan = _jpeg_parts(pixels)
        stamp = int(number * self._camera.pause * JPEG_CLOCK) & 0xFFFFFFFF
        for start in range(0, len(scan), MOST_PAYLOAD):
            piece = scan[start : start + MOST_PAYLOAD]
            last = start + MOST_PAYLOAD >= len(scan)
            self._sequence = (self._sequence + 1) & 0xFFFF
            yield (
                struct.pack(">BBHII", 0x80, JPEG_PAYLOAD | last << 7, self._sequence, stamp, 1)
                + struct.pack(">I", start)
                + bytes((SUBSAMPLED, TABLES_WITHIN, pixels.shape[1] // 8, pixels.shape[0] // 8))
                + (struct.pack(">HH", 0, len(tables)) + tables if start == 0 else b"")
                + piece
            )


def _jpeg_parts(pixels: Pixels) -> tuple[bytes, bytes]:
    """The two quantisation tables and the coded picture, of a JPEG with the standard Huffman tables."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=85, subsampling="4:2:0")
    data, at, tables = out.getvalue(), 2, b""
    while True:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == 0xDB:  # DQT: one or more of a byte and 64
            tables += b"".join(body[start + 1 : start + 65] for start in range(0, len(body), 65))
        elif marker == 0xDA:  # SOS: the coded picture follows, up to EOI
            return tables, data[at:-2]


@contextmanager
def rtsp_camera_of(
    picture: Callable[[int], Pixels], *, user: str = "grace", password: str = "hunter2"
) -> Iterator[RtspCamera]:
    """A camera that is on."""
    camera = RtspCamera(picture, user=user, password=password)
    camera.switch_on()
    try:
        yield camera
    finally:
        camera.switch_off()
