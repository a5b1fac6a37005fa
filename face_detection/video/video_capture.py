"""Wraps OpenCV's VideoCapture so that it doesn't hang, print, or open files that aren't videos."""

from __future__ import annotations

import math
import os
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np

from face_detection.errors import VideoError
from face_detection.problems import VideoProblem
from face_detection.values import Photo
from face_detection.video.video_address import VideoAddress, VideoKind

OPEN_SECONDS = 10
"""How long a stream may take to respond."""

READ_SECONDS = 5
"""How long the next frame of a stream may take."""

MOST_FRAMES = 10_000_000
"""The largest plausible number of frames of a file: 46 hours at 60 per second."""

_SHORTEST = 16  # bytes of a file that identify its format


class Capture:
    """An open video. Not thread-safe.

    Args:
        address: the video to open.

    Raises:
        VideoError: it can't be opened.
    """

    def __init__(self, address: VideoAddress) -> None:
        self.address = address
        if address.kind is VideoKind.FILE:
            _require_video(Path(address.target))
        _silence()
        self._capture = _opened(address)
        if not self._capture.isOpened():
            self._capture.release()
            raise _not_opened(address)
        self._capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)

    @property
    def size(self) -> tuple[int, int]:
        """Declared ``(height, width)`` of a frame in pixels, upright."""
        return int(self._property(cv2.CAP_PROP_FRAME_HEIGHT)), int(self._property(cv2.CAP_PROP_FRAME_WIDTH))

    @property
    def frame_count(self) -> int | None:
        """Declared number of frames of a file; None if undeclared, as in recordings of browsers."""
        count = self._property(cv2.CAP_PROP_FRAME_COUNT)
        return int(count) if self.address.kind is VideoKind.FILE and 0 < count <= MOST_FRAMES else None

    @property
    def duration(self) -> float | None:
        """Declared duration of a file in seconds; None if undeclared."""
        count, rate = self.frame_count, self._property(cv2.CAP_PROP_FPS)
        return count / rate if count and 0 < rate <= 1000 else None

    @property
    def seconds(self) -> float:
        """The time of the last grabbed frame of a file, in seconds from its beginning."""
        return max(0.0, self._property(cv2.CAP_PROP_POS_MSEC) / 1000)

    def grab(self) -> bool:
        """Advance to the next frame; return False if there is none or it doesn't arrive in time."""
        try:
            return bool(self._capture.grab())
        except cv2.error:
            return False

    def photo(self) -> Photo | None:
        """The grabbed frame in RGB; None if it can't be decoded."""
        try:
            done, pixels = self._capture.retrieve()
            if not done or pixels is None or pixels.ndim != 3 or pixels.dtype != np.uint8:
                return None
            rgb = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)
        except cv2.error:
            return None
        return Photo(rgb, (rgb.shape[0], rgb.shape[1]))

    def close(self) -> None:
        """Release the device, the file or the connection."""
        self._capture.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _property(self, what: int) -> float:
        value = float(self._capture.get(what))
        return value if math.isfinite(value) else 0.0


@cache
def _silence() -> None:
    """Stop OpenCV and FFmpeg from printing, because they print addresses with passwords."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    logging: Any = cv2.utils.logging
    logging.setLogLevel(logging.LOG_LEVEL_SILENT)


def _opened(address: VideoAddress) -> cv2.VideoCapture:
    if address.kind is VideoKind.DEVICE:
        return cv2.VideoCapture(int(address.target))
    waits = [
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
        OPEN_SECONDS * 1000,
        cv2.CAP_PROP_READ_TIMEOUT_MSEC,
        READ_SECONDS * 1000,
    ]
    return cv2.VideoCapture(address.target, cv2.CAP_FFMPEG, waits)


def _not_opened(address: VideoAddress) -> VideoError:
    if address.kind is VideoKind.FILE:
        return VideoError(
            VideoProblem.DAMAGED,
            f"{address.name} can't be decoded: it is damaged or incomplete, or its codec is not supported. "
            "Convert it to MP4 with H.264, or record it again.",
        )
    if address.kind is VideoKind.DEVICE:
        return VideoError(
            VideoProblem.UNREACHABLE,
            f"There is no {address.name} on this computer, or another program uses it. Cameras count from 0.",
        )
    return VideoError(
        VideoProblem.UNREACHABLE,
        f"{address.name} does not respond, or not with video. Check the address, username and password, "
        "and whether the camera is on.",
    )


def _require_video(path: Path) -> None:
    """Check the first bytes of a file; the decoder would also open playlists that refer to other files.

    Raises:
        VideoError: the file is missing, can't be read, or is not MP4, MOV, WebM, MKV or AVI.
    """
    try:
        if not path.is_file():
            raise VideoError(
                VideoProblem.NOT_FOUND,
                f"There is no file {path}. Give a file, the number of a camera, or an address.",
            )
        with path.open("rb") as file:
            start = file.read(_SHORTEST)
    except OSError as error:
        raise VideoError(VideoProblem.NOT_FOUND, f"{path.name} can't be read ({error.strerror}).") from error
    if not start:
        raise VideoError(VideoProblem.NO_FRAMES, f"{path.name} is empty. Record or copy it again.")
    if not _begins_like_a_video(start):
        raise VideoError(
            VideoProblem.NOT_A_VIDEO,
            f"{path.name} is not an MP4, MOV, WebM, MKV or AVI video.",
        )


def _begins_like_a_video(start: bytes) -> bool:
    """Whether a file begins like MP4 or MOV (ISO/IEC 14496-12), WebM or MKV (RFC 8794), or AVI (RIFF)."""
    return (
        start[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
        or start[:4] == b"\x1aE\xdf\xa3"
        or (start[:4] == b"RIFF" and start[8:12] == b"AVI ")
    )
