"""All that looks at faces without a check-in: other software, live streams, cameras of the server."""

from __future__ import annotations

from attendance.cameras.own_camera import OwnCamera
from attendance.cameras.watching import Watching
from attendance.classes.class_sessions import ClassSessions
from attendance.classes.sessions import Sessions
from attendance.clock import Clock
from attendance.files.snapshots import Snapshots
from attendance.live.live_streams import LiveStreams
from attendance.marks.sightings import Sightings
from attendance.recognition.matcher import MatcherSource
from attendance.recognition.recogniser import Recogniser
from attendance.store.protocol import Store


class RecognitionServices:
    """Puts together what looks.

    Attributes:
        recogniser: finds and names faces for other software, and writes nothing.
        live_rooms: opens streams of cameras that send their frames.
        watching: lets cameras of this computer watch sessions.
        own: the server's own camera.
        sightings: marks whom they recognise.

    Args:
        store: the register's database.
        clock: tells the time.
        matcher: gives what reads pictures and says whose they are.
        sessions: finds the course of a session.
        class_sessions: knows which sessions are open.
        snapshots: where pictures for a review are kept.
        own_camera: number, address or file of the server's own.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        matcher: MatcherSource,
        sessions: Sessions,
        class_sessions: ClassSessions,
        snapshots: Snapshots,
        own_camera: str,
    ) -> None:
        self.sightings = Sightings(store, clock)
        self.recogniser = Recogniser(store, matcher)
        self.live_streams = LiveStreams(store, clock, matcher, class_sessions)
        self.watching = Watching(
            store,
            clock,
            matcher=matcher,
            sessions=sessions,
            class_sessions=class_sessions,
            snapshots=snapshots,
        )
        self.own = OwnCamera(own_camera, self.watching)
