"""Frames of a video to find faces in: a camera of this computer, a file, or a stream, behind one class."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from face_detection.errors import VideoError
from face_detection.problems import VideoProblem
from face_detection.values import Photo
from face_detection.video.live_video import FIRST_PAUSE, LiveVideo, StreamNews, Told
from face_detection.video.video_address import VideoAddress
from face_detection.video.video_capture import Capture

_ROUNDING = 0.001  # seconds; files give times in thousandths

WAIT_SECONDS = 1.0
"""How long `VideoSource.read` waits for a live frame unless told otherwise."""


@dataclass(frozen=True)
class VideoLimits:
    """What a video may have.

    Attributes:
        seconds: longest file; None for any.
        pixels: most pixels of a frame: 4K has 8.8 million in the cinema's form.
    """

    seconds: float | None = None
    pixels: int = 4096 * 2304


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame.

    Attributes:
        photo: RGB, upright, whichever way the phone was held.
        number: from 1, counting those that were passed over too.
        seconds: from the beginning of the file, or since the live source was opened; never falling.
    """

    photo: Photo
    number: int
    seconds: float


def next_look(seconds: float, per_second: float) -> float:
    """When the next frame is due after one that was looked at.

    It goes from one multiple of the step to the next, so that no rounding of a file's times adds up.

    Args:
        seconds: when the last one was.
        per_second: how many are wanted of a second.
    """
    passed = math.floor((seconds + _ROUNDING) * per_second)
    return (passed + 1) / per_second - _ROUNDING


def nobody_told(news: StreamNews) -> None:
    """For whom a lost stream is no news."""


class VideoSource:
    """A video, read frame by frame; for one thread, but for `stop`.

    A file gives its frames one after the other, and a live source always its newest. A live source that is
    lost is reached for again and again, less and less often; meanwhile `read` gives None.

    Args:
        address: what it is.
        capture: the same, open.
        limits: what it may have.
        told: told when a live source is lost, and when it is back, from another thread.
        first_pause: seconds before a lost live source is reached for.

    Attributes:
        address: what it is.
        frame_count: number of frames that a file declares, or None.
        duration: seconds that a file declares, or None.
        size: ``(height, width)`` of a frame in pixels, as declared.
        ended: whether there will be no further frame.
    """

    def __init__(
        self,
        address: VideoAddress,
        capture: Capture,
        *,
        limits: VideoLimits,
        told: Told = nobody_told,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        self.address = address
        self.frame_count, self.duration = capture.frame_count, capture.duration
        self.size = capture.size
        self.ended = False
        self._limits = limits
        self._number, self._seconds = 0, 0.0
        self._file = None if address.is_live else capture
        self._live = LiveVideo(capture, told, first_pause=first_pause) if address.is_live else None

    @classmethod
    def open(
        cls,
        source: str | Path,
        *,
        limits: VideoLimits | None = None,
        told: Told = nobody_told,
        first_pause: float = FIRST_PAUSE,
    ) -> Self:
        """Open a video.

        Args:
            source: the number of a camera such as ``0``, the address of a stream, or the path of a file.
            limits: what it may have; None takes the usual ones.
            told: told when a live source is lost, and when it is back, from another thread.
            first_pause: seconds before a lost live source is reached for; doubled with each try.

        Raises:
            VideoError: it can't be opened, or exceeds a limit as far as it declares itself.
        """
        address, limits = VideoAddress.of(source), limits or VideoLimits()
        capture = Capture(address)
        try:
            _require_size(address, capture.size, limits)
            _require_length(address, capture.duration, limits)
        except VideoError:
            capture.close()
            raise
        return cls(address, capture, limits=limits, told=told, first_pause=first_pause)

    @property
    def name(self) -> str:
        """For people and logs; without user and password."""
        return self.address.name

    @property
    def live(self) -> bool:
        """Whether it shows what happens now."""
        return self.address.is_live

    def read(self, timeout: float = WAIT_SECONDS, *, not_before: float = 0.0) -> Frame | None:
        """The next frame of a file, or the newest of a live source.

        Args:
            timeout: how long a live source is waited for, in seconds.
            not_before: a file's frames before this second are passed over, which is quicker than to decode
                them in full.

        Returns:
            The frame; None where a live source has none yet, or at the end.

        Raises:
            VideoError: there is no frame at all, or it exceeds a limit.
        """
        if self.ended:
            return None
        frame = self._next_live(timeout) if self._live is not None else self._next_of_file(not_before)
        if frame is not None:
            _require_size(self.address, (frame.photo.height, frame.photo.width), self._limits)
        return frame

    def frames(self, per_second: float | None = None) -> Iterator[Frame]:
        """All frames of a file, or some in each second of it; of a live source those that one keeps up with.

        Args:
            per_second: about how many are wanted of a second; None wants all.

        Raises:
            VideoError: there is no frame at all, or it exceeds a limit.
        """
        due = 0.0
        while not self.ended:
            frame = self.read(not_before=due)
            if frame is None or frame.seconds < due:
                continue
            yield frame
            due = next_look(frame.seconds, per_second) if per_second else 0.0

    def stop(self) -> None:
        """Let `frames` and `read` come to an end; may be called from a signal handler."""
        self.ended = True

    def close(self) -> None:
        """Give the device, the file or the connection back."""
        self.ended = True
        if self._live is not None:
            self._live.close()
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _next_live(self, timeout: float) -> Frame | None:
        assert self._live is not None
        newest = self._live.newest(self._number, timeout)
        if newest is None:
            return None
        self._number, self._seconds, photo = newest
        return Frame(photo, self._number, self._seconds)

    def _next_of_file(self, not_before: float) -> Frame | None:
        assert self._file is not None
        while not self.ended and self._file.grab():
            self._number += 1
            self._seconds = max(self._seconds, self._file.seconds)
            _require_length(self.address, self._seconds, self._limits)
            if self._seconds < not_before:
                continue
            photo = self._file.photo()
            if photo is not None:
                return Frame(photo, self._number, self._seconds)
        self.ended = True
        if not self._number:
            raise VideoError(
                VideoProblem.NO_FRAMES,
                f"{self.name} has no frame that can be decoded: it is cut short, or in a codec that OpenCV "
                "lacks here. Convert it to MP4 with H.264, or record it again.",
            )
        return None


def _require_size(address: VideoAddress, size: tuple[int, int], limits: VideoLimits) -> None:
    height, width = size
    if height * width > limits.pixels:
        raise VideoError(
            VideoProblem.FRAMES_TOO_LARGE,
            f"The frames of {address.name} have {width}x{height} pixels; at most {limits.pixels:,} are read. "
            "Record it in 4K or less.",
        )


def _require_length(address: VideoAddress, seconds: float | None, limits: VideoLimits) -> None:
    if limits.seconds is not None and seconds is not None and seconds > limits.seconds:
        raise VideoError(
            VideoProblem.TOO_LONG,
            f"{address.name} lasts {seconds:.0f} s or more; at most {limits.seconds:.0f} s are read. "
            "Cut it, or record a shorter one.",
        )
