"""One camera's stream: faces are tracked from frame to frame, recognised when due, and marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from attendance.errors import SessionClosedError, StudentNotFoundError
from attendance.live.movement_checks import MovementChecks, MovementState
from attendance.live.values import LiveFace, LiveMarking, LivePolicy, LiveStatus, LiveView
from attendance.marks.last_word import has_last_word
from attendance.marks.sightings import Sighting, Sightings
from attendance.recognition.face_tracking import WHOLE_EVERY, FaceTracker, TrackedFace
from attendance.recognition.matcher import Matcher
from attendance.store.protocol import Store
from attendance.values import Course, Mark, MarkEvidence, Student
from attendance.values.liveness import NO_EVIDENCE
from face_detection.photo import decode
from face_detection.problems import PhotoProblem
from face_detection.values import Photo
from face_matching.decision import Doubtful, Match, Unknown
from face_matching.track_evidence import TrackDecision

LONGEST_SIDE = 1280
"""Pixels to which a larger frame is shrunk."""

SMALLEST_FACE = 40.0
"""Side in pixels of the smallest face to detect: in a frame of 640x480 a head 4 m from a webcam."""

REREAD_SECONDS = 3.0
"""After which a mark is read again, as a teacher may have corrected it."""


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
        self._session_id = session_id
        self._course = course
        self._matcher = matcher
        self._sightings = sightings
        self._by = by
        self._device = device
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
        self._given: dict[str, LiveStatus] = {}  # by student: whether this stream gave the mark
        self._tried: dict[str, float] = {}  # by student: when this stream last tried to mark them
        self._marks: dict[str, tuple[float, Mark | None]] = {}  # by student: when it was read
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
            return self._mark(chosen, offered[chosen], by, evidence, by_person=by_person)

    def _evidence_of_click(self, track_id: int, student_id: str, *, by_person: bool) -> MarkEvidence | None:
        """What speaks for a clicked mark; None if a movement is missing."""
        if by_person:
            return MarkEvidence(self.policy.place)
        if _status_of(self._mark_of(student_id), None) is LiveStatus.KEPT:
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
        mark, track, state = self._mark_of(student.id), followed.track, MovementState()
        status = _status_of(mark, self._given.get(student.id))
        if is_open and status is LiveStatus.RECOGNISED:
            state = self._movements.look(photo, followed, student, self._now)
            if state.evidence is None:
                status = LiveStatus.ASKED if state.turns else LiveStatus.UNMOVED
        evidence = NO_EVIDENCE if status is LiveStatus.KEPT else state.evidence  # which is only noted
        automatic = self.policy.marking is LiveMarking.AUTOMATIC and self._is_due(student.id)
        if is_open and automatic and not _is_there(mark) and evidence is not None:
            mark = self._try_mark(student.id, match.score, evidence) or mark
            status = _status_of(mark, self._given.get(student.id))
        return LiveFace(
            track.id, track.face, status, student=student, score=match.score, mark=mark, turns=state.turns
        )

    def _is_due(self, student_id: str) -> bool:
        """Whether to try to mark a student who is in view; again after a while, as a mark may be undone."""
        tried_at = self._tried.get(student_id)
        return tried_at is None or self._now - tried_at >= REREAD_SECONDS

    def _try_mark(self, student_id: str, score: float, evidence: MarkEvidence) -> Mark | None:
        try:
            return self._mark(student_id, score, self._by, evidence)
        except SessionClosedError:  # closed a moment ago
            pass
        except StudentNotFoundError:
            self._students[student_id] = None
        return None

    def _mark(
        self, student_id: str, score: float, by: str, evidence: MarkEvidence, *, by_person: bool = False
    ) -> Mark:
        sighting = Sighting(
            student_id, score, by=by, device=self._device, by_person=by_person, evidence=evidence
        )
        found = self._sightings.mark(self._session_id, sighting)
        self._tried[student_id] = self._now
        if found.mark.counts_as_there:
            given = LiveStatus.MARKED if found.is_new else LiveStatus.ALREADY
            self._given[student_id] = given if found.is_new else self._given.get(student_id, given)
        self._marks[student_id] = (self._now, found.mark)
        return found.mark

    def _mark_of(self, student_id: str) -> Mark | None:
        read_at, mark = self._marks.get(student_id, (None, None))
        if read_at is None or self._now - read_at >= REREAD_SECONDS:
            mark = self._store.mark(self._session_id, student_id)
            self._marks[student_id] = (self._now, mark)
        return mark

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


def _is_there(mark: Mark | None) -> bool:
    return mark is not None and mark.counts_as_there


def _status_of(mark: Mark | None, given: LiveStatus | None) -> LiveStatus:
    if mark is not None and mark.counts_as_there:
        return given or LiveStatus.ALREADY
    is_kept = mark is not None and has_last_word(mark)
    return LiveStatus.KEPT if is_kept else LiveStatus.RECOGNISED
