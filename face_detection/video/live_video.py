"""Reads the newest frame of a camera or a stream, and reconnects after losing it."""

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
"""Seconds before the first attempt to reconnect; doubled with each attempt."""

LONGEST_PAUSE = 30.0
"""Maximum seconds between attempts."""

STEADY_SECONDS = 10.0
"""How long a stream must have lasted for the pauses to start over."""

CLOSE_SECONDS = 2.0
"""How long `LiveVideo.close` waits for the reading thread, which may be blocked until its own timeout."""

_log = logging.getLogger(__name__)


class StreamState(StrEnum):
    """A change of a live video's state."""

    LOST = "lost"
    BACK = "back"


@dataclass(frozen=True)
class StreamNews:
    """A report about a live video.

    Attributes:
        state: the new state.
        name: the name of the source, without secrets.
        tries: the number of attempts to reconnect since it was lost.
    """

    state: StreamState
    name: str
    tries: int = 0


OnChange = Callable[[StreamNews], None]


class LiveVideo:
    """Reads a camera or stream in a thread and keeps only the newest frame, so that no lag builds up.

    Args:
        capture: the opened video; the thread closes it.
        on_change: called from the thread when the stream is lost or back.
        first_pause: seconds before the first attempt to reconnect.
    """

    def __init__(self, capture: Capture, on_change: OnChange, *, first_pause: float = FIRST_PAUSE) -> None:
        self._address = capture.address
        self._on_change = on_change
        self._first_pause = first_pause
        self._changed = Condition()
        self._newest: tuple[int, float, Photo] | None = None
        self._closed = False
        self._begun = monotonic()
        self._thread = Thread(target=self._run, args=(capture,), name="video", daemon=True)
        self._thread.start()

    def newest(self, after: int, timeout: float) -> tuple[int, float, Photo] | None:
        """Wait for a new frame.

        Args:
            after: the number of the last frame received; 0 for none.
            timeout: maximum seconds to wait.

        Returns:
            Its number from 1, its time in seconds since the beginning, and the frame; None if none arrived
            in time.
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
            # Don't reconnect at full speed forever to a stream that always breaks off immediately.
            steady = monotonic() - since > STEADY_SECONDS
            pause = self._first_pause if steady else min(2 * pause, LONGEST_PAUSE)
            capture = None if self._closed else self._reconnect(pause)

    def _keep(self, number: int, photo: Photo) -> None:
        with self._changed:
            self._newest = (number, monotonic() - self._begun, photo)
            self._changed.notify_all()

    def _reconnect(self, pause: float) -> Capture | None:
        """Reopen the stream, however long it takes; return None once closed."""
        self._report(StreamNews(StreamState.LOST, self._address.name))
        tries = 0
        while True:
            with self._changed:
                if self._changed.wait_for(lambda: self._closed, pause):
                    return None
            tries, pause = tries + 1, min(2 * pause, LONGEST_PAUSE)
            capture = _opened(self._address)
            if capture is not None:
                if not self._closed:
                    self._report(StreamNews(StreamState.BACK, self._address.name, tries))
                return capture

    def _report(self, news: StreamNews) -> None:
        try:
            self._on_change(news)
        except Exception:  # noqa: BLE001 - an error of the callback must not end the reading
            _log.exception("The callback for changes of %s failed.", self._address.name)


def _opened(address: VideoAddress) -> Capture | None:
    try:
        return Capture(address)
    except VideoError:
        return None
