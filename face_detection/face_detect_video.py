"""Reads frames from a camera, a file or a stream through one class."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from face_detection.errors import VideoError
from face_detection.problems import VideoProblem
from face_detection.video.frames import Frame, next_due
from face_detection.video.live_video import FIRST_PAUSE, LiveVideo, OnChange, StreamNews
from face_detection.video.video_address import VideoAddress
from face_detection.video.video_capture import Capture
from face_detection.video.video_limits import VideoLimits, require_length, require_size

Result = TypeVar("Result")

WAIT_SECONDS = 1.0
"""How long `VideoSource.read` waits for a live frame by default."""


def ignore_news(news: StreamNews) -> None:
    """The default of ``on_change``."""


class VideoSource:
    """A video, read frame by frame. Not thread-safe, except `stop`.

    A file returns its frames in order, a live source always the newest. If a live source is lost, it
    reconnects with increasing pauses; meanwhile `read` returns None.

    Args:
        address: the address of the video.
        capture: the opened video.
        limits: its limits.
        on_change: called from another thread when a live source is lost or back.
        first_pause: seconds before the first attempt to reconnect.

    Attributes:
        address: the address of the video.
        frame_count: declared number of frames of a file, or None.
        duration: declared duration of a file in seconds, or None.
        size: declared ``(height, width)`` of a frame in pixels.
        ended: whether there are no more frames.
    """

    def __init__(
        self,
        address: VideoAddress,
        capture: Capture,
        *,
        limits: VideoLimits,
        on_change: OnChange = ignore_news,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        self.address = address
        self.frame_count, self.duration = capture.frame_count, capture.duration
        self.size = capture.size
        self.ended = False
        self._limits = limits
        self._number, self._seconds = 0, 0.0
        self._worked = 0.0  # seconds
        self._file = None if address.is_live else capture
        self._live = LiveVideo(capture, on_change, first_pause=first_pause) if address.is_live else None

    @classmethod
    def open(
        cls,
        source: str | Path,
        *,
        limits: VideoLimits | None = None,
        on_change: OnChange = ignore_news,
        first_pause: float = FIRST_PAUSE,
    ) -> Self:
        """Open a video.

        Args:
            source: the number of a camera such as ``0``, the address of a stream, or the path of a file.
            limits: its limits; None means the default ones.
            on_change: called from another thread when a live source is lost or back.
            first_pause: seconds before the first attempt to reconnect; doubled with each attempt.

        Raises:
            VideoError: it can't be opened, or its declared properties exceed a limit.
        """
        address, limits = VideoAddress.of(source), limits or VideoLimits()
        capture = Capture(address)
        try:
            require_size(address, capture.size, limits)
            require_length(address, capture.duration, limits)
        except VideoError:
            capture.close()
            raise
        return cls(address, capture, limits=limits, on_change=on_change, first_pause=first_pause)

    @property
    def name(self) -> str:
        """The name for people and logs, without username and password."""
        return self.address.name

    @property
    def live(self) -> bool:
        """Whether it is a camera or a stream."""
        return self.address.is_live

    def read(self, timeout: float = WAIT_SECONDS, *, not_before: float = 0.0) -> Frame | None:
        """The next frame of a file, or the newest of a live source.

        Args:
            timeout: how long to wait for a live source, in seconds.
            not_before: skip a file's frames before this time in seconds, which is faster than decoding them.

        Returns:
            The frame; None if a live source has none yet, or at the end.

        Raises:
            VideoError: there is no frame at all, or the frame exceeds a limit.
        """
        if self.ended:
            return None
        frame = self._next_live(timeout) if self._live is not None else self._next_of_file(not_before)
        if frame is not None:
            require_size(self.address, (frame.photo.height, frame.photo.width), self._limits)
        return frame

    def frames(self, per_second: float | None = None) -> Iterator[Frame]:
        """Iterate over the frames of a file, or over those of a live source that the caller keeps up with.

        Args:
            per_second: approximate number of frames per second; None means all.

        Raises:
            VideoError: there is no frame at all, or a frame exceeds a limit.
        """
        due = 0.0
        while not self.ended:
            frame = self.read(not_before=due)
            if frame is None or frame.seconds < due:
                continue
            yield frame
            due = next_due(frame.seconds, per_second) if per_second else 0.0

    def stop(self) -> None:
        """End `frames` and `read`; may be called from a signal handler."""
        self.ended = True

    def close(self) -> None:
        """Release the device, the file or the connection."""
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
        while not self.ended and self._grab(self._file):
            require_length(self.address, self._seconds, self._limits)
            if self._seconds < not_before:
                continue
            photo = self._timed(self._file.photo)
            if photo is not None:
                return Frame(photo, self._number, self._seconds)
        self.ended = True
        if not self._number:
            raise VideoError(
                VideoProblem.NO_FRAMES,
                f"{self.name} has no frame that can be decoded: it is incomplete, or its codec is not "
                "supported. Convert it to MP4 with H.264, or record it again.",
            )
        return None

    def _grab(self, file: Capture) -> bool:
        """Advance to the next frame of a file.

        Raises:
            VideoError: it has more frames, or takes more time, than the limits allow.
        """
        if not self._timed(file.grab):
            return False
        self._number += 1
        self._seconds = max(self._seconds, file.seconds)
        frames, work = self._limits.frames, self._limits.work_seconds
        if frames is not None and self._number > frames:
            raise VideoError(
                VideoProblem.TOO_LONG,
                f"{self.name} has more than {frames:,} frames. Record it with fewer per second.",
            )
        if work is not None and self._worked > work:
            raise VideoError(
                VideoProblem.TOO_LONG,
                f"Decoding {self.name} took more than {work:.0f} s. Cut it, or convert it to MP4 with H.264.",
            )
        return True

    def _timed(self, step: Callable[[], Result]) -> Result:
        begun = time.monotonic()
        try:
            return step()
        finally:
            self._worked += time.monotonic() - begun
