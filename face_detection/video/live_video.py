"""The newest frame of a camera or a stream, and the way back to one that was lost."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Condition, Thread
from time import monotonic

from face_detection.errors import VideoError
from face_detection.values import Photo
from face_detection.video.video_address import VideoAddress
from face_detection.video.video_capture import Capture

FIRST_PAUSE = 0.5
"""Seconds before the first try to reach a lost stream again; doubled with each further one."""

LONGEST_PAUSE = 30.0
"""Seconds between two tries at most."""

STEADY_SECONDS = 10.0
"""How long a stream must have lasted for the first pause to be the short one again."""

CLOSE_SECONDS = 2.0
"""How long closing waits for the reader; one that waits for a dead camera ends when its time-out does."""

_log = logging.getLogger(__name__)


class StreamState(StrEnum):
    """What became of a live video."""

    LOST = "lost"
    BACK = "back"


@dataclass(frozen=True)
class StreamNews:
    """What is told of a live video.

    Attributes:
        state: what became of it.
        name: of the source, without secrets.
        tries: how often it was tried to reach it again since it was lost.
    """

    state: StreamState
    name: str
    tries: int = 0


Told = Callable[[StreamNews], None]


class LiveVideo:
    """Reads a camera or stream in a thread of its own and keeps the newest frame, so that no lag grows.

    Args:
        capture: the video, open; the thread closes it.
        told: told from that thread when the stream is lost and when it is back.
        first_pause: seconds before the first try to reach it again.
    """

    def __init__(self, capture: Capture, told: Told, *, first_pause: float = FIRST_PAUSE) -> None:
        self._address = capture.address
        self._told = told
        self._first_pause = first_pause
        self._changed = Condition()
        self._newest: tuple[int, float, Photo] | None = None
        self._closed = False
        self._begun = monotonic()
        self._thread = Thread(target=self._run, args=(capture,), name="video", daemon=True)
        self._thread.start()

    def newest(self, after: int, timeout: float) -> tuple[int, float, Photo] | None:
        """Wait for a frame that was not given out yet.

        Args:
            after: number of the last frame that was given out; 0 for none.
            timeout: seconds to wait at most.

        Returns:
            Its number from 1, when it came in seconds since the beginning, and the frame; None where none
            came in time.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._is_newer(after), timeout)
            return None if self._closed or not self._is_newer(after) else self._newest

    def close(self) -> None:
        """Stop reading."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(CLOSE_SECONDS)

    def _is_newer(self, after: int) -> bool:
        return self._newest is not None and self._newest[0] > after

    def _run(self, capture: Capture | None) -> None:
        number, pause = 0, self._first_pause / 2
        while capture is not None:
            since = monotonic()
            with capture:
                while not self._closed and capture.grab():
                    photo = capture.photo()
                    if photo is None:
                        break
                    number += 1
                    self._keep(number, photo)
            # A stream that breaks off as soon as it is reached is not reached for at full speed for ever.
            steady = monotonic() - since > STEADY_SECONDS
            pause = self._first_pause if steady else min(2 * pause, LONGEST_PAUSE)
            capture = None if self._closed else self._again(pause)

    def _keep(self, number: int, photo: Photo) -> None:
        with self._changed:
            self._newest = (number, monotonic() - self._begun, photo)
            self._changed.notify_all()

    def _again(self, pause: float) -> Capture | None:
        """The stream opened again, however long it takes, the first time after a pause; None once closed."""
        self._tell(StreamNews(StreamState.LOST, self._address.name))
        tries = 0
        while True:
            with self._changed:
                if self._changed.wait_for(lambda: self._closed, pause):
                    return None
            tries, pause = tries + 1, min(2 * pause, LONGEST_PAUSE)
            capture = _reached(self._address)
            if capture is not None:
                if not self._closed:
                    self._tell(StreamNews(StreamState.BACK, self._address.name, tries))
                return capture

    def _tell(self, news: StreamNews) -> None:
        try:
            self._told(news)
        except Exception:  # noqa: BLE001 - the listener's own fault must not end the reading
            _log.exception("Whoever is told about %s failed.", self._address.name)


def _reached(address: VideoAddress) -> Capture | None:
    try:
        return Capture(address)
    except VideoError:
        return None
