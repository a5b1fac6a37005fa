"""The server's own camera: pictures for enrolling, and a watch until everybody in view is marked."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock

from attendance.cameras.watch_values import Passing, Sight, WatchNews, WatchNewsKind, WatchTerms
from attendance.cameras.watching import Watch, Watching
from attendance.errors import AttendanceError, SessionClosedError
from attendance.values import Session
from face_detection.errors import VideoError
from face_detection.face_detect_video import VideoSource
from face_detection.photo import encode_jpeg
from face_detection.video.frames import Frame, next_due
from face_detection.video.live_video import StreamNews, StreamState

LOOKS_PER_SECOND = 10.0
SHOTS_PER_SECOND = 4.0
LONGEST_WAIT = 0.25  # seconds between two looks at the clock
QUIET_SECONDS = 1.0  # without a new face, before everybody in view counts as done


class CameraError(AttendanceError):
    """The server has no camera, or it is in use; the message gives the reason and the remedy."""


class WatchEnd(StrEnum):
    """Why a watch ended."""

    DONE = "done"  # everybody in view was marked
    TIMED_OUT = "timed_out"  # somebody in view was not marked, or nobody came
    SESSION_CLOSED = "session_closed"
    CAMERA_GONE = "camera_gone"  # it stopped returning pictures


@dataclass(frozen=True)
class WatchResult:
    """The result of a watch.

    Attributes:
        news: what happened, in order.
        end: why it ended.
    """

    news: tuple[WatchNews, ...]
    end: WatchEnd


class OwnCamera:
    """One camera of the server; one at a time may use it.

    Args:
        source: the number of a camera, the address of a stream, or a file.
        watching: watches sessions with it.
    """

    def __init__(self, source: str, watching: Watching) -> None:
        self._source = source
        self._watching = watching
        self._in_use = Lock()

    def shots(self, wanted: int, *, seconds: float) -> list[bytes]:
        """Pictures of the people in front of it, several a second, as JPEG.

        Args:
            wanted: how many at most.
            seconds: how long it is tried.

        Raises:
            CameraError: there is no camera, it returns no picture, or another user is using it.
        """
        with self._opened() as video:
            pictures = [
                encode_jpeg(frame.photo.pixels)
                for frame, _ in zip(_frames(video, seconds, SHOTS_PER_SECOND), range(wanted), strict=False)
            ]
        if not pictures:
            raise CameraError(f"The server's camera ({self._source_name()}) returned no picture.")
        return pictures

    def watch(self, session: Session, *, by: str, least_score: float, seconds: float) -> WatchResult:
        """Mark the people in front of it, until everybody in view is marked or the time is over.

        Args:
            session: an open one.
            by: who started it, for the history of marks.
            least_score: similarity that a match must have in addition to the engine's rule.
            seconds: how long at most.

        Raises:
            CameraError: there is no camera, or another user is using it.
            SessionClosedError: the session is not open at the beginning.
            EngineMismatchError: the templates have to be made again.
            StoreUnavailableError: the database is unavailable.
        """
        news: list[WatchNews] = []
        gone = Event()
        with self._opened(gone) as video:
            terms = WatchTerms(by=by, device=video.name, least_score=least_score)
            watch = self._watching.start(session, terms)
            try:
                done = _watch_until_done(watch, _frames(video, seconds, LOOKS_PER_SECOND), news)
            except SessionClosedError:
                return WatchResult(tuple(news), WatchEnd.SESSION_CLOSED)
        news += watch.end()
        end = WatchEnd.DONE if done else WatchEnd.CAMERA_GONE if gone.is_set() else WatchEnd.TIMED_OUT
        return WatchResult(tuple(news), end)

    def _source_name(self) -> str:
        return f"camera {self._source}" if self._source.isdecimal() else "its stream or file"

    @contextmanager
    def _opened(self, gone: Event | None = None) -> Iterator[VideoSource]:
        """The camera, for this caller alone; ``gone`` is set while it gives no picture."""

        def note_gap(news: StreamNews) -> None:
            if gone is not None:
                (gone.set if news.state is StreamState.LOST else gone.clear)()

        if not self._in_use.acquire(blocking=False):
            raise CameraError("Another user is using the server's camera. Try again.")
        try:
            try:
                video = VideoSource.open(self._source, on_change=note_gap)
            except VideoError as error:
                raise CameraError(
                    f"This server has no camera ({self._source_name()} can't be opened, or another "
                    "program uses it). Connect one, name it with ATTENDANCE_CAMERA, or send pictures "
                    "instead."
                ) from error
            with video:
                yield video
        finally:
            self._in_use.release()


def _watch_until_done(watch: Watch, frames: Iterable[Frame], news: list[WatchNews]) -> bool:
    """Process frames until everybody in view is marked and nobody new comes; returns whether that happened.

    Args:
        watch: marks.
        frames: what it looks at.
        news: what happens is added to it, so that it stays when the watch breaks off.
    """
    marked: set[str] = set()
    done_since: float | None = None
    for frame in frames:
        sight = watch.look(frame.photo, frame.seconds)
        news += sight.news
        marked |= {each.student.id for each in sight.news if each.kind is not WatchNewsKind.HELD}
        if not _everybody_is_done(sight, marked):
            done_since = None
        elif done_since is None:
            done_since = frame.seconds
        elif frame.seconds - done_since >= QUIET_SECONDS:
            return True
    return done_since is not None


def _frames(video: VideoSource, seconds: float, per_second: float) -> Iterator[Frame]:
    """Some frames of each second, until the time or the video is over."""
    end, due = time.monotonic() + seconds, 0.0
    while not video.ended and time.monotonic() < end:
        try:
            frame = video.read(LONGEST_WAIT, not_before=due)
        except VideoError as error:
            raise CameraError(f"The server's camera returned no usable picture: {error}") from error
        if frame is None:
            continue
        if frame.seconds < due:  # a live camera delivers more frames than are read
            time.sleep(min(due - frame.seconds, 1 / per_second))
            continue
        yield frame
        due = next_due(frame.seconds, per_second)


def _everybody_is_done(sight: Sight, marked: set[str]) -> bool:
    """Whether somebody is in view, and everybody in view is marked."""
    return bool(sight.passers) and all(
        each.passing is Passing.NAMED and each.student is not None and each.student.id in marked
        for each in sight.passers
    )
