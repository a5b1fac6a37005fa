"""Opens streams, one for each camera."""

from __future__ import annotations

from collections.abc import Callable

from attendance.classes.class_sessions import ClassSessions
from attendance.clock import Clock
from attendance.live.separate_frames import SeparateFrames
from attendance.live.stream import LiveStream
from attendance.live.values import LivePolicy
from attendance.marks.sightings import Sightings
from attendance.recognition.matcher import MatcherSource
from attendance.recognition.recogniser import Recogniser
from attendance.store.protocol import Store
from attendance.values import Course


class LiveStreams:
    """Opens streams for sessions.

    Args:
        store: the register's database.
        clock: the source of the time.
        matcher: gives the matcher, which reads frames and identifies students.
        class_sessions: finds sessions.
    """

    def __init__(
        self, store: Store, clock: Clock, matcher: MatcherSource, class_sessions: ClassSessions
    ) -> None:
        self._store = store
        self._clock = clock
        self._matcher = matcher
        self._class_sessions = class_sessions

    def open(
        self,
        session_id: str,
        course: Course,
        *,
        by: str,
        device: str | None = None,
        policy: LivePolicy | None = None,
    ) -> LiveStream:
        """A stream that looks for the students of a course and marks them in a session of it.

        Args:
            session_id: where it marks.
            course: whose roster is searched; later changes of the roster apply to the next stream.
            by: who runs the camera, for the history of marks.
            device: which camera.
            policy: when it marks; None means automatically.

        Raises:
            SessionNotFoundError: there is no such session.
            face_detection.errors.FaceDetectionError: networks can't be had or loaded.
        """
        return LiveStream(
            self._store,
            session_id,
            course=course,
            matcher=self._matcher(),
            sightings=Sightings(self._store, self._clock),
            policy=policy or LivePolicy(),
            by=by,
            device=device,
            is_open=self._openness(session_id),
        )

    def open_separate(
        self,
        session_id: str,
        course: Course,
        *,
        by: str,
        device: str | None = None,
        policy: LivePolicy | None = None,
    ) -> SeparateFrames:
        """The same for a client that sends a frame every few seconds: each is judged alone.

        No movement can be seen in such frames, so where one is required nobody is marked.

        Raises:
            SessionNotFoundError: there is no such session.
        """
        return SeparateFrames(
            self._store,
            session_id,
            course=course,
            recogniser=Recogniser(self._store, self._matcher),
            sightings=Sightings(self._store, self._clock),
            policy=policy or LivePolicy(),
            by=by,
            device=device,
            is_open=self._openness(session_id),
        )

    def _openness(self, session_id: str) -> Callable[[], bool]:
        """Whether a session takes marks, each time it is asked."""
        self._class_sessions.get(session_id)

        def is_open() -> bool:
            session = self._store.session(session_id)
            return session is not None and session.is_open(self._clock.now())

        return is_open
