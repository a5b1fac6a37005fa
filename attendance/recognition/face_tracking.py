"""Faces of a video from frame to frame: detected, tracked, embedded when useful, and decided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attendance.recognition.mismatch import engines_must_match
from attendance.recognition.pipelines import ClassroomReading
from face_detection.classroom_photo import SeenFace
from face_detection.values import Embedding, Face, Photo
from face_detection.video.tracker import Track, Tracker
from face_matching.decision import DecisionPolicy
from face_matching.gallery import Gallery
from face_matching.tracks.evidence_rules import EvidenceRules
from face_matching.tracks.track_evidence import TrackDecision, TrackEvidence

WHOLE_EVERY = 3
"""Of a live camera, in every which frame faces are looked for everywhere: of ten frames a second, 0.3 s apart
at most."""


@dataclass(frozen=True, eq=False)
class TrackedFace:
    """A face in the latest frame.

    Attributes:
        track: its number, and where it is.
        standing: who it is, as far as decided.
        settled: whether that stays so, unless the face becomes another one.
        seen: this frame's result, if the face was judged in it; most frames have none.
        start: how often the track was restarted because its face became another one.
        best: the best look at the face on which ``standing`` rests, ``(D,)`` float32 of length 1; None
            before the first one.
    """

    track: Track
    standing: TrackDecision
    settled: bool
    seen: SeenFace | None
    start: int
    best: Embedding | None


class FaceTracker:
    """Tracks the faces of one video. For one thread.

    Args:
        room: detects and embeds faces.
        gallery: whom to search; None: nobody.
        policy: the rule of decision.
        smallest_face: side in pixels of the smallest face to detect, unless set for a frame; None takes the
            default of ``room``.
        rules: how often a face is embedded, and what must agree.
        whole_every: in every n-th frame faces are searched everywhere; in between only where they are
            expected, which takes a tenth of the time. New faces are found that much later.
    """

    def __init__(
        self,
        room: ClassroomReading,
        gallery: Gallery | None,
        policy: DecisionPolicy,
        *,
        smallest_face: float | None = None,
        rules: EvidenceRules | None = None,
        whole_every: int = 1,
    ) -> None:
        self._room = room
        self._smallest_face = smallest_face
        self._whole_every = whole_every
        self._since_whole = whole_every
        self._visible: list[Track] = []
        self._tracker = Tracker()
        self._evidence = TrackEvidence(gallery, policy, rules)

    @property
    def evidence(self) -> TrackEvidence:
        """What is known about each track; its gallery can be replaced."""
        return self._evidence

    @engines_must_match()
    def look(
        self, photo: Photo, at: float, *, smallest_face: float | None = None, decide: bool = True
    ) -> tuple[TrackedFace, ...]:
        """Take the next frame.

        Args:
            photo: the frame.
            at: when it was taken, in seconds from any moment; never before the last one.
            smallest_face: side in pixels of the smallest face that is looked for in it.
            decide: False gathers looks only, for a decision at the end.

        Returns:
            The faces in it, by the numbers of their tracks.

        Raises:
            EngineMismatchError: the templates are of another engine.
            ValueError: the time runs backwards.
        """
        tracks = self._tracker.update(self._find(photo, at, smallest_face or self._smallest_face), at)
        visible = self._visible = [track for track in tracks if track.visible]
        seen = self._embed(photo, visible, at)
        if decide:
            self._evidence.decide([track.id for track in visible])
        self._evidence.keep_only(track.id for track in tracks)
        return tuple(self._followed(track, seen.get(track.id)) for track in visible)

    def _find(self, photo: Photo, at: float, smallest_face: float | None) -> tuple[Face, ...]:
        """The faces of a frame: of all of it, or where they are expected, if nothing speaks against that.

        A face is embedded only where the detector finds it without a hint, and one that is not where it is
        expected is searched everywhere at once.
        """
        self._since_whole += 1
        if self._since_whole < self._whole_every and not any(
            self._evidence.due(track.id, at) for track in self._visible
        ):
            boxes = np.array([track.box_at(at) for track in self._visible], np.float32).reshape(-1, 4)
            found = self._room.find_near(photo, boxes) if len(boxes) else ()
            if len(found) == len(boxes):
                return found
        self._since_whole = 0
        return self._room.find(photo, smallest_face=smallest_face)

    def _embed(self, photo: Photo, visible: list[Track], at: float) -> dict[int, SeenFace]:
        """Judge and embed the faces that are due, by their tracks."""
        due = [track for track in visible if self._evidence.due(track.id, at)]
        faces = self._room.embed(photo, [track.face for track in due]) if due else ()
        seen = {track.id: face for track, face in zip(due, faces, strict=True)}
        for track_id, face in seen.items():
            if face.embedding is None:
                self._evidence.skip(track_id, at)
            else:
                self._evidence.add(track_id, face.embedding, quality=face.quality, at=at)
        return seen

    def _followed(self, track: Track, seen: SeenFace | None) -> TrackedFace:
        evidence = self._evidence
        best = max(evidence.observations(track.id), key=lambda each: each.quality, default=None)
        return TrackedFace(
            track,
            evidence.decision(track.id),
            evidence.is_settled(track.id),
            seen,
            evidence.restarts(track.id),
            None if best is None else best.embedding,
        )
