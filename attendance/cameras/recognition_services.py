"""Recognition without a check-in: other software, live streams, cameras of the server."""

from __future__ import annotations

from attendance.cameras.own_camera import OwnCamera
from attendance.cameras.watching import Watching
from attendance.classes.class_sessions import ClassSessions
from attendance.classes.sessions import Sessions
from attendance.clock import Clock
from attendance.files.snapshots import Snapshots
from attendance.live.live_streams import LiveStreams
from attendance.marks.outcomes.unmoved_photos import UnmovedPhotos
from attendance.marks.sightings import Sightings
from attendance.recognition.matcher import MatcherSource
from attendance.recognition.recogniser import Recogniser
from attendance.settings.site_uses import EVERYTHING, SiteUses
from attendance.store.protocol import Store


class RecognitionServices:
    """Builds the services that recognise faces without a check-in.

    Attributes:
        recogniser: finds and names faces for other software, and writes nothing.
        live_streams: opens streams of cameras that send their frames.
        watching: watches sessions with cameras of this computer.
        own: the server's own camera.
        sightings: marks whom they recognise.
        unmoved: puts photos into review that don't count without a movement.

    Args:
        store: the register's database.
        clock: the source of the time.
        matcher: gives the matcher, which reads pictures and identifies students.
        sessions: finds the course of a session.
        class_sessions: knows which sessions are open.
        snapshots: where snapshots are stored.
        own_camera: number, address or file of the server's own.
        uses: what the site allows.
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
        uses: SiteUses = EVERYTHING,
    ) -> None:
        self.sightings = Sightings(store, clock)
        self.unmoved = UnmovedPhotos(store, clock, snapshots)
        self.recogniser = Recogniser(store, matcher)
        self.live_streams = LiveStreams(store, clock, matcher, class_sessions)
        self.watching = Watching(
            store,
            clock,
            matcher=matcher,
            sessions=sessions,
            class_sessions=class_sessions,
            snapshots=snapshots,
            uses=uses,
        )
        self.own = OwnCamera(own_camera, self.watching)
