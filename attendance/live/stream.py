"""One camera's stream: faces are tracked from frame to frame, recognised when due, and marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from attendance.errors import SessionClosedError, StudentNotFoundError
from attendance.live.movement_checks import MovementChecks, MovementState
from attendance.live.stream_marks import StreamMarks, is_there
from attendance.live.values import LiveFace, LiveMarking, LivePolicy, LiveStatus, LiveView
from attendance.marks.sightings import Sightings
from attendance.recognition.face_tracking import WHOLE_EVERY, FaceTracker, TrackedFace
from attendance.recognition.matcher import Matcher
from attendance.store.protocol import Store
from attendance.values import Course, Mark, MarkEvidence, Student
from attendance.values.liveness import NO_EVIDENCE
from face_detection.photo import decode
from face_detection.problems import PhotoProblem
from face_detection.values import Photo
from face_matching.decision import Doubtful, Match, Unknown
from face_matching.tracks.track_evidence import TrackDecision

LONGEST_SIDE = 1280
"""Pixels to which a larger frame is shrunk."""

SMALLEST_FACE = 40.0
"""Side in pixels of the smallest face to detect: in a frame of 640x480 a head 4 m from a webcam."""


class LiveStream:
    """Looks at the frames of one camera, one at a time.

    Args:
        store: the register's database.
        session_id: where students are marked.
        course: whose roster is searched.
        matcher: detects and identifies faces.
        sightings: marks.
        policy: when it marks.
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
        matcher: Matcher,
        sightings: Sightings,
        policy: LivePolicy,
        by: str,
        device: str | None,
        is_open: Callable[[], bool],
    ) -> None:
        self.policy = policy
        self._store = store
        self._course = course
        self._matcher = matcher
        self._by = by
        self._is_open = is_open
        self._following = FaceTracker(
            matcher.pipeline.room,
            matcher.gallery(course),
            matcher.policy,
            smallest_face=SMALLEST_FACE,
            whole_every=WHOLE_EVERY,
        )
        self._movements = MovementChecks(matcher.pipeline, policy)
        self._problems: dict[int, PhotoProblem] = {}
        self._students: dict[str, Student | None] = {}
        self._marks = StreamMarks(store, session_id, sightings, device=device)
        self._now = 0.0
        self._turn = Lock()

    def look(self, data: bytes, at: float) -> LiveView:
        """Process the next frame.

        Args:
            data: a JPEG.
            at: when it was taken, in seconds from any moment; never before the last one.

        Raises:
            PhotoError: the bytes are not a readable picture; the stream continues.
            StoreUnavailableError: the database is unavailable; the stream continues.
            ValueError: the time runs backwards.
        """
        photo = decode(data, longest_side=LONGEST_SIDE)
        with self._turn:
            self._now = at
            self._following.evidence.gallery = self._matcher.gallery(self._course)
            followed = self._following.look(photo, at)
            self._note_problems(followed)
            self._movements.keep_only(each.track.id for each in followed)
            is_open = self._is_open()
            faces = tuple(self._face(photo, each, is_open=is_open) for each in followed)
        return LiveView(photo.height, photo.width, is_open, faces)

    def click(
        self, track_id: int, *, by: str, student_id: str | None = None, by_person: bool = True
    ) -> Mark | None:
        """Mark a face that somebody clicked.

        Args:
            track_id: which face.
            by: who runs the camera.
            student_id: who it is, where the face is in doubt: one of its candidates; None: the one that
                was recognised.
            by_person: whether a teacher clicked, who may change what a person decided, and looks at the
                student; not a student at a kiosk, and no other software.

        Returns:
            The current mark; None if the face is nobody, not this student, or has not moved as asked.

        Raises:
            SessionClosedError: the session is not open.
            StudentNotFoundError: the student is no longer in the register.
        """
        with self._turn:
            standing = self._following.evidence.decision(track_id)
            offered = _offered(standing)
            chosen = student_id or (standing.student_id if isinstance(standing, Match) else None)
            if chosen is None or chosen not in offered:
                return None
            evidence = self._evidence_of_click(track_id, chosen, by_person=by_person)
            if evidence is None:
                return None
            return self._marks.mark(
                chosen, offered[chosen], by=by, evidence=evidence, at=self._now, by_person=by_person
            )

    def _evidence_of_click(self, track_id: int, student_id: str, *, by_person: bool) -> MarkEvidence | None:
        """What speaks for a clicked mark; None if a movement is missing."""
        if by_person:
            return MarkEvidence(self.policy.place)
        if self._marks.status_of(student_id, self._marks.of(student_id, self._now)) is LiveStatus.KEPT:
            return NO_EVIDENCE  # it is only noted that the student was seen
        student = self._student(student_id)
        return None if student is None else self._movements.may_be_clicked(track_id, student)

    def _note_problems(self, followed: Sequence[TrackedFace]) -> None:
        """Remember the last result for each face, as most frames have none."""
        problems = {}
        for each in followed:
            if each.seen is None:
                problem = self._problems.get(each.track.id)
            else:
                problem = each.seen.problems[0] if each.seen.problems else None
            if problem is not None:
                problems[each.track.id] = problem
        self._problems = problems

    def _face(self, photo: Photo, followed: TrackedFace, *, is_open: bool) -> LiveFace:
        track, standing = followed.track, followed.standing
        if isinstance(standing, Match):
            student = self._student(standing.student_id)
            if student is None:  # erased while in view
                return LiveFace(track.id, track.face, LiveStatus.UNKNOWN)
            return self._recognised(photo, followed, standing, student, is_open=is_open)
        if isinstance(standing, Doubtful):
            best = standing.candidates[0].score if standing.candidates else None
            return LiveFace(
                track.id, track.face, LiveStatus.DOUBTFUL, score=best, candidates=standing.candidates
            )
        if isinstance(standing, Unknown) and track.id not in self._problems:
            return LiveFace(track.id, track.face, LiveStatus.UNKNOWN, score=standing.best_score)
        problem = self._problems.get(track.id)
        status = LiveStatus.LOOKING if problem is None else LiveStatus.UNFIT
        return LiveFace(track.id, track.face, status, problem=problem)

    def _recognised(
        self, photo: Photo, followed: TrackedFace, match: Match, student: Student, *, is_open: bool
    ) -> LiveFace:
        """A student who is marked now, if the session is open and no movement is missing."""
        mark, track, state = self._marks.of(student.id, self._now), followed.track, MovementState()
        status = self._marks.status_of(student.id, mark)
        if is_open and status is LiveStatus.RECOGNISED:
            state = self._movements.look(photo, followed, student, self._now)
            if state.evidence is None:
                status = LiveStatus.ASKED if state.turns else LiveStatus.UNMOVED
        evidence = NO_EVIDENCE if status is LiveStatus.KEPT else state.evidence  # which is only noted
        automatic = self.policy.marking is LiveMarking.AUTOMATIC and self._marks.is_due(student.id, self._now)
        if is_open and automatic and not is_there(mark) and evidence is not None:
            mark = self._try_mark(student.id, match.score, evidence) or mark
            status = self._marks.status_of(student.id, mark)
        return LiveFace(
            track.id, track.face, status, student=student, score=match.score, mark=mark, turns=state.turns
        )

    def _try_mark(self, student_id: str, score: float, evidence: MarkEvidence) -> Mark | None:
        try:
            return self._marks.mark(student_id, score, by=self._by, evidence=evidence, at=self._now)
        except SessionClosedError:  # closed a moment ago
            pass
        except StudentNotFoundError:
            self._students[student_id] = None
        return None

    def _student(self, student_id: str) -> Student | None:
        if student_id not in self._students:
            self._students[student_id] = self._store.student(student_id)
        return self._students[student_id]


def _offered(standing: TrackDecision) -> dict[str, float]:
    """Who a click may choose, with the score."""
    if isinstance(standing, Match):
        return {standing.student_id: standing.score}
    if isinstance(standing, Doubtful):
        return {candidate.student_id: candidate.score for candidate in standing.candidates}
    return {}
