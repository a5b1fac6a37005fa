"""One camera's frames, each judged alone: for clients that send one every few seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from attendance.errors import SessionClosedError, StudentNotFoundError
from attendance.live.stream_marks import status_with
from attendance.live.values import LiveFace, LivePolicy, LiveStatus, LiveView
from attendance.marks.sightings import Sighting, SightingMark, Sightings
from attendance.recognition.recogniser import RecognisedFace, Recogniser
from attendance.store.protocol import Store
from attendance.values import Course, LivenessMode, LivenessResult, Mark, MarkEvidence, Student
from face_matching.decision import Doubtful, Match, Unknown


class SeparateFrames:
    """Looks at the frames of one camera like at the photos of a check-in, and marks at once.

    A stream follows faces and waits until three frames agree. Seconds later somebody else may be at the same
    place, so here a frame says nothing about who is in the next.

    Args:
        store: the register's database.
        session_id: where students are marked.
        course: whose roster is searched.
        recogniser: recognises the face of a picture.
        sightings: marks.
        policy: whether marks need a movement, which these frames can't show, and what marks note.
        by: who runs the camera, for the history of marks.
        device: which camera.
        is_open: whether the session takes marks now.
    """

    def __init__(
        self,
        store: Store,
        session_id: str,
        *,
        course: Course,
        recogniser: Recogniser,
        sightings: Sightings,
        policy: LivePolicy,
        by: str,
        device: str | None,
        is_open: Callable[[], bool],
    ) -> None:
        self._store = store
        self._session_id = session_id
        self._course = course
        self._recogniser = recogniser
        self._sightings = sightings
        self._policy = policy
        self._by = by
        self._device = device
        self._is_open = is_open
        self._faces = 0

    def look(self, data: bytes, at: float) -> LiveView:
        """Process a frame, which marks the student if it shows one person only.

        Args:
            data: a JPEG.
            at: when it was taken; of no importance here.

        Raises:
            PhotoError: the bytes are not a readable picture.
            StoreUnavailableError: the database is unavailable.
        """
        del at
        recognised = self._recogniser.one(data, self._course)
        is_open = self._is_open()
        faces = tuple(self._face(face, is_open=is_open) for face in recognised.faces)
        return LiveView(recognised.height, recognised.width, is_open, faces)

    def click(
        self, track_id: int, *, by: str, student_id: str | None = None, by_person: bool = True
    ) -> Mark | None:
        """Mark nobody: the frame that a click is about has been dealt with."""
        del track_id, by, student_id, by_person
        return None

    def _face(self, recognised: RecognisedFace, *, is_open: bool) -> LiveFace:
        self._faces += 1
        seen, decision = recognised.seen, recognised.decision
        face = LiveFace(self._faces, seen.face, LiveStatus.UNKNOWN)
        if isinstance(decision, Match):
            return self._matched(face, decision, is_open=is_open)
        if isinstance(decision, Doubtful):
            best = decision.candidates[0].score if decision.candidates else None
            return replace(face, status=LiveStatus.DOUBTFUL, score=best, candidates=decision.candidates)
        if isinstance(decision, Unknown):
            return replace(face, score=decision.best_score)
        return replace(face, status=LiveStatus.UNFIT, problem=seen.problems[0])

    def _matched(self, face: LiveFace, match: Match, *, is_open: bool) -> LiveFace:
        student = self._store.student(match.student_id)
        if student is None:  # erased meanwhile
            return face
        known = replace(face, student=student, score=match.score)
        mark, if_there = self._store.mark(self._session_id, student.id), LiveStatus.ALREADY
        evidence = self._evidence(student)
        if is_open and evidence is not None:
            try:
                done = self._mark(match, evidence)
            except SessionClosedError:  # closed a moment ago
                pass
            except StudentNotFoundError:
                return face
            else:
                mark = done.mark
                if_there = LiveStatus.MARKED if done.is_new else LiveStatus.ALREADY
        status = status_with(mark, if_there)
        if is_open and evidence is None and status is LiveStatus.RECOGNISED:
            status = LiveStatus.UNMOVED
        return replace(known, status=status, mark=mark)

    def _evidence(self, student: Student) -> MarkEvidence | None:
        """What speaks for a mark; None where a movement is required."""
        results = {
            LivenessMode.OFF: self._policy.unasked,
            LivenessMode.FLAG: LivenessResult.NOT_SHOWN,
            LivenessMode.REQUIRED: None,
        }
        exempt = student.movement_exempt and self._policy.liveness is not LivenessMode.OFF
        result = LivenessResult.EXEMPT if exempt else results[self._policy.liveness]
        return None if result is None else MarkEvidence(self._policy.place, result)

    def _mark(self, match: Match, evidence: MarkEvidence) -> SightingMark:
        sighting = Sighting(
            match.student_id, match.score, by=self._by, device=self._device, evidence=evidence
        )
        return self._sightings.mark(self._session_id, sighting)
