"""OpenCV's VideoCapture, kept from hanging, from printing, and from reading what is no video."""

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
"""How long a stream may take to answer."""

READ_SECONDS = 5
"""How long the next frame of a stream may take."""

MOST_FRAMES = 10_000_000
"""A number of frames above which a file does not tell the truth: 46 hours at 60 a second."""

_SHORTEST = 16  # bytes of a file that tell its format


class Capture:
    """One open video; for one thread.

    Args:
        address: what to open.

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
        """``(height, width)`` of a frame, upright, as declared."""
        return int(self._tells(cv2.CAP_PROP_FRAME_HEIGHT)), int(self._tells(cv2.CAP_PROP_FRAME_WIDTH))

    @property
    def frame_count(self) -> int | None:
        """Number of frames of a file, as declared; None where it is not, as in a browser's recording."""
        count = self._tells(cv2.CAP_PROP_FRAME_COUNT)
        return int(count) if self.address.kind is VideoKind.FILE and 0 < count <= MOST_FRAMES else None

    @property
    def duration(self) -> float | None:
        """Seconds of a file, as declared; None where they are not."""
        count, rate = self.frame_count, self._tells(cv2.CAP_PROP_FPS)
        return count / rate if count and 0 < rate <= 1000 else None

    @property
    def seconds(self) -> float:
        """When the last grabbed frame of a file is shown, from its beginning."""
        return max(0.0, self._tells(cv2.CAP_PROP_POS_MSEC) / 1000)

    def grab(self) -> bool:
        """Go to the next frame; False where there is none or it does not come in time."""
        try:
            return bool(self._capture.grab())
        except cv2.error:
            return False

    def photo(self) -> Photo | None:
        """The grabbed frame; None where it can't be decoded."""
        try:
            done, pixels = self._capture.retrieve()
            if not done or pixels is None or pixels.ndim != 3 or pixels.dtype != np.uint8:
                return None
            rgb = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)
        except cv2.error:
            return None
        return Photo(rgb, (rgb.shape[0], rgb.shape[1]))

    def close(self) -> None:
        """Give the device, the file or the connection back."""
        self._capture.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tells(self, what: int) -> float:
        value = float(self._capture.get(what))
        return value if math.isfinite(value) else 0.0


@cache
def _silence() -> None:
    """Keep OpenCV and FFmpeg from printing: they print addresses with the passwords in them."""
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
            f"{address.name} can't be decoded: it is damaged or cut short, or in a codec that OpenCV lacks "
            "here. Convert it to MP4 with H.264, or record it again.",
        )
    if address.kind is VideoKind.DEVICE:
        return VideoError(
            VideoProblem.UNREACHABLE,
            f"There is no {address.name} on this computer, or another program uses it. The first one is 0.",
        )
    return VideoError(
        VideoProblem.UNREACHABLE,
        f"{address.name} does not answer, or with no video. Check address, user and password, and whether "
        "the camera is on.",
    )


def _require_video(path: Path) -> None:
    """Refuse what is no video by its first bytes: the decoder would also read play lists that name others.

    Raises:
        VideoError: there is no such file, it can't be read, or it is no MP4, MOV, WebM, MKV or AVI.
    """
    try:
        if not path.is_file():
            raise VideoError(
                VideoProblem.NOT_FOUND,
                f"There is no file {path}. Give a file, a camera's number or an address.",
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
            f"{path.name} is no MP4, MOV, WebM, MKV or AVI video. Send one of these.",
        )


def _begins_like_a_video(start: bytes) -> bool:
    """MP4 and MOV: ISO/IEC 14496-12 and the QuickTime File Format; WebM and MKV: RFC 8794; AVI: RIFF."""
    return (
        start[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
        or start[:4] == b"\x1aE\xdf\xa3"
        or (start[:4] == b"RIFF" and start[8:12] == b"AVI ")
    )
