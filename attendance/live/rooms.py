"""Opens streams: one for each camera that is looked through."""

from __future__ import annotations

from attendance.class_sessions import ClassSessions
from attendance.clock import Clock
from attendance.galleries import Galleries
from attendance.live.stream import LiveStream
from attendance.live.values import LivePolicy
from attendance.pipelines import PipelineSource, PolicySource
from attendance.sightings import Sightings
from attendance.store.protocol import Store
from attendance.values import Course
from face_matching.gallery import Gallery


class LiveRooms:
    """Opens streams for sessions.

    Args:
        store: the register's database.
        clock: tells the time.
        pipeline: gives what reads frames.
        policy: gives the rule of decision for an engine and a detector.
        galleries: whom to compare with.
        class_sessions: finds sessions.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        pipeline: PipelineSource,
        policy: PolicySource,
        galleries: Galleries,
        class_sessions: ClassSessions,
    ) -> None:
        self._store = store
        self._clock = clock
        self._pipeline = pipeline
        self._policy = policy
        self._galleries = galleries
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
            course: whose roster is searched; changes of the roster are for the next stream.
            by: who runs the camera, for the history of marks.
            device: which camera.
            policy: when it marks; None means by itself.

        Raises:
            SessionNotFoundError: there is no such session.
            face_detection.errors.FaceDetectionError: networks can't be had or loaded.
        """
        self._class_sessions.get(session_id)
        pipeline = self._pipeline()
        engine, detector = pipeline.engine_name, pipeline.detector_name

        def gallery() -> Gallery | None:
            return self._galleries.of_course(course, engine=engine, detector=detector)

        def is_open() -> bool:
            session = self._store.session(session_id)
            return session is not None and session.is_open(self._clock.now())

        return LiveStream(
            self._store,
            session_id,
            room=pipeline.room,
            gallery=gallery,
            decisions=self._policy(engine, detector),
            sightings=Sightings(self._store, self._clock),
            policy=policy or LivePolicy(),
            by=by,
            device=device,
            is_open=is_open,
        )
