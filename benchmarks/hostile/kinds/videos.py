"""Videos: small ones in each format, with changed boxes and bytes, read as a classroom's video is read."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from attendance.classroom.faces.classroom_video import ROOM_VIDEO_LIMITS, read_room_video
from attendance.classroom.media_kinds import kind_of
from benchmarks.apparatus.fixed_pipeline import DETECTOR, ENGINE
from benchmarks.hostile.faceless_pipeline import FacelessRoom
from benchmarks.hostile.hostile_site import HostileSite
from benchmarks.hostile.kinds.image_seeds import picture_seeds
from benchmarks.hostile.mutations import mutated
from benchmarks.hostile.values import HostileInput
from face_detection.errors import FaceDetectionError
from face_matching.thresholds import policy_for

CODECS = {".mp4": "mp4v", ".webm": "VP80", ".avi": "MJPG"}
FRAMES, WIDTH, HEIGHT = 6, 64, 48
_WORDS: tuple[bytes, ...] = (
    b"ftyp",
    b"moov",
    b"trak",
    b"mdia",
    b"stsz",
    b"stco",
    b"stts",
    b"edts",
    b"elst",
    b"mdat",
    b"\x1aE\xdf\xa3",
    b"webm",
)
_WORDS += (b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x00\x00\x00\x01")


class Videos:
    """Videos to the reader of classroom videos, which runs later than the request that brings them.

    Args:
        site: has the folder for them.
    """

    name = "videos"

    def __init__(self, site: HostileSite) -> None:
        self._folder = site.folder / self.name
        self._folder.mkdir(exist_ok=True)
        self._policy = policy_for(ENGINE, DETECTOR)

    def inputs(self, draw: random.Random) -> Iterator[HostileInput]:
        """See ``HostileKind``."""
        while True:
            suffix = draw.choice(list(CODECS))
            data, made = mutated(_video(suffix), draw, _WORDS)
            if draw.random() < 0.1:
                data, made = data[:40] + draw.choice(list(picture_seeds().values())), "joined with a picture"
            yield HostileInput(self.name, suffix, data, made)

    def send(self, one: HostileInput) -> int:
        """See ``HostileKind``."""
        path = self._folder / f"video{one.entrance}"
        path.write_bytes(one.data)
        try:
            kind_of(path)
            read_room_video(
                path, room=FacelessRoom(), gallery=None, policy=self._policy, limits=ROOM_VIDEO_LIMITS
            )
        except FaceDetectionError:
            return 422
        finally:
            path.unlink()
        return 200


@cache
def _video(suffix: str) -> bytes:
    """A valid video of moving noise."""
    noise = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"seed{suffix}"
        code = cv2.VideoWriter.fourcc(*CODECS[suffix])
        writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, 10.0, (WIDTH, HEIGHT))
        for number in range(FRAMES):
            writer.write(np.roll(noise, 4 * number, axis=1))
        writer.release()
        return path.read_bytes()
