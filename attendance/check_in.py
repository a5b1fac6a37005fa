"""From one submitted photo to a verdict, and to a mark that is written once whatever is retried."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from attendance.clock import Clock
from attendance.galleries import Galleries
from attendance.held import hold
from attendance.mark_changes import MarkDetails, mark_with, settle_mark, status_at
from attendance.objection import Objection, Objections
from attendance.pipelines import Pipeline, PipelineSource, PolicySource
from attendance.sessions import Sessions
from attendance.snapshots import Snapshots
from attendance.store.protocol import Store
from attendance.values import (
    Candidate,
    GrantAnswer,
    Mark,
    MarkEvent,
    MarkMethod,
    Review,
    ReviewReason,
    Session,
    Student,
)
from attendance.verdict import Verdict, VerdictCode
from face_detection.errors import PhotoError
from face_detection.photo import encode_jpeg
from face_detection.quality import CHECK_IN_LIMITS
from face_detection.values import Embedding, Pixels, Probe
from face_matching.decision import Doubtful, Match, Unknown

MOST_UNKNOWN_FACES = 5  # photos of nobody known under one grant; NIST SP 800-63B-4 allows 5 failures in a row
BY_THE_STUDENT = "student"


@dataclass(frozen=True)
class Attempt:
    """One submission: one photo under one grant. The same photo sent again is the same attempt.

    Attributes:
        grant_id: the grant's own number.
        digest: hex sha256 of the photo's bytes.
        device: what the phone's browser is known by, or None.
        expires_at: when the grant ends; aware UTC.
    """

    grant_id: str
    digest: str
    device: str | None
    expires_at: datetime

    @classmethod
    def of(cls, grant_id: str, data: bytes, *, device: str | None, expires_at: datetime) -> Attempt:
        """The attempt that these bytes make under this grant."""
        return cls(grant_id, hashlib.sha256(data).hexdigest(), device, expires_at)

    @property
    def id(self) -> str:
        """Grant and photo in one."""
        return f"{self.grant_id}:{self.digest}"


class CheckIn:
    """Judges submitted photos.

    Args:
        store: the register's database.
        clock: tells the time.
        pipeline: gives what reads photos.
        policy: gives the rule of decision for an engine and a detector.
        sessions: finds the course of a session.
        galleries: whom to compare with.
        snapshots: where pictures for a review are kept.
        tidy: called before each photo; purges what has served its time, at most once a day.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        pipeline: PipelineSource,
        policy: PolicySource,
        sessions: Sessions,
        galleries: Galleries,
        snapshots: Snapshots,
        tidy: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._pipeline = pipeline
        self._policy = policy
        self._sessions = sessions
        self._galleries = galleries
        self._snapshots = snapshots
        self._objections = Objections(store, clock, snapshots)
        self._tidy = tidy

    def submit(self, session: Session, data: bytes, attempt: Attempt) -> Verdict:
        """Judge a photo, and mark the student whom it shows.

        The same bytes under the same grant get the same verdict until the grant ends, from whichever
        thread, process or machine; a grant marks one student with one photo and no other.

        Args:
            session: what the grant was given for.
            data: the photo as it was sent.
            attempt: the grant, and the digest of ``data``.

        Raises:
            StoreUnavailableError: the database is away; nothing is lost, send it again.
            EngineMismatchError: the templates have to be made again.
            face_detection.errors.BusyError: too many photos at once; send it again.
        """
        self._tidy()
        now = self._clock.now()
        kept = self._store.answer(attempt.grant_id, attempt.digest, now)
        if kept is not None:
            return Verdict.from_answer(kept.answer)
        spent_on = self._store.spent_on(attempt.grant_id)
        if now >= attempt.expires_at or spent_on not in (None, attempt.digest) or self._too_many(attempt):
            return Verdict(VerdictCode.GRANT_USED, session.id)
        # A photo that its grant is spent on was decided in time, even if the answer was lost in a crash.
        if spent_on is None and not session.is_open(now):
            return Verdict(VerdictCode.SESSION_CLOSED, session.id)
        verdict = self._judge(session, data, attempt, now)
        if verdict.code is VerdictCode.GRANT_USED:
            return verdict
        answer = GrantAnswer(attempt.grant_id, attempt.digest, attempt.expires_at, verdict.to_answer())
        return Verdict.from_answer(self._store.keep_answer(answer).answer)

    def not_me(self, session: Session, attempt: Attempt, image: bytes | None = None) -> bool:
        """The student says that the name on the page is not theirs: a person has to look at it.

        The mark that this attempt gave does not count until then; the mark of an earlier attempt stays,
        and the photo is held for review all the same. Saying it twice is saying it once.

        Args:
            session: where the attempt was made.
            attempt: the submission that was answered with the name.
            image: the same photo, if the phone still has it, for the person who decides.

        Returns:
            Whether a review is held (or was, before). False: this attempt named nobody.
        """
        kept = self._store.answer(attempt.grant_id, attempt.digest, self._clock.now())
        same = image is not None and hashlib.sha256(image).hexdigest() == attempt.digest
        objection = Objection(
            session=session,
            review_id=attempt.id,
            named=kept.answer.get("student_id") if kept else None,
            device=attempt.device,
            image=image if same else None,
        )
        return self._objections.take(objection)

    def _judge(self, session: Session, data: bytes, attempt: Attempt, now: datetime) -> Verdict:
        pipeline = self._pipeline()
        try:
            probe = pipeline.read(data, CHECK_IN_LIMITS)
        except PhotoError as error:
            return Verdict(VerdictCode(error.problem.value), session.id)
        if probe.problems or probe.embedding is None:
            return Verdict(_code_of(probe), session.id)
        decision = self._decide(session, pipeline, probe.embedding)
        if isinstance(decision, Doubtful):
            return self._hold(session, decision, probe.photo.pixels, attempt, now)
        student = self._store.student(decision.student_id) if isinstance(decision, Match) else None
        if not isinstance(decision, Match) or student is None:
            return self._unknown(session, attempt)
        return self._mark(session, student, decision.score, attempt, now)

    def _decide(
        self, session: Session, pipeline: Pipeline, embedding: Embedding
    ) -> Match | Doubtful | Unknown:
        engine, detector = pipeline.engine_name, pipeline.detector_name
        course = self._sessions.course_of(session)
        gallery = self._galleries.of_course(course, engine=engine, detector=detector)
        if gallery is None:
            return Unknown(None)
        policy = self._policy(engine, detector)
        return policy.decide(gallery.search(embedding), searched=gallery.students)

    def _unknown(self, session: Session, attempt: Attempt) -> Verdict:
        """Nobody known: the grant stays good, but not for trying out one face after the other."""
        for slot in range(MOST_UNKNOWN_FACES):
            taken_by = self._store.spend_grant(_slot(attempt, slot), attempt.digest, attempt.expires_at)
            if taken_by == attempt.digest:
                return Verdict(VerdictCode.NOT_FOUND, session.id)
        return Verdict(VerdictCode.GRANT_USED, session.id)

    def _too_many(self, attempt: Attempt) -> bool:
        last = self._store.spent_on(_slot(attempt, MOST_UNKNOWN_FACES - 1))
        return last not in (None, attempt.digest)

    def _spend(self, attempt: Attempt) -> bool:
        """Whether the grant is this photo's, for good."""
        bound_to = self._store.spend_grant(attempt.grant_id, attempt.digest, attempt.expires_at)
        return bound_to == attempt.digest

    def _hold(
        self, session: Session, decision: Doubtful, pixels: Pixels, attempt: Attempt, now: datetime
    ) -> Verdict:
        if not self._spend(attempt):
            return Verdict(VerdictCode.GRANT_USED, session.id)
        review = Review(
            id=attempt.id,
            session_id=session.id,
            reason=ReviewReason(decision.reason),
            candidates=tuple(Candidate(c.student_id, c.score) for c in decision.candidates),
            created_at=now,
            device=attempt.device,
        )
        hold(self._store, self._snapshots, review, encode_jpeg(pixels))
        return Verdict(VerdictCode.NEEDS_REVIEW, session.id)

    def _mark(
        self, session: Session, student: Student, score: float, attempt: Attempt, now: datetime
    ) -> Verdict:
        if not self._spend(attempt):
            return Verdict(VerdictCode.GRANT_USED, session.id)
        status = status_at(session, now)
        event = MarkEvent(at=now, status=status, method=MarkMethod.FACE, by=BY_THE_STUDENT)
        details = MarkDetails(at=now, score=score, device=attempt.device, attempt=attempt.id)

        def decide(existing: Mark | None) -> Mark | None:
            if existing and (existing.attempt == attempt.id or existing.counts_as_there):
                return None
            return mark_with(existing, session=session, student_id=student.id, event=event, details=details)

        mark = settle_mark(self._store, session.id, student.id, decide)
        assert mark is not None
        return _verdict_on(mark, student, attempt)


def _verdict_on(mark: Mark, student: Student, attempt: Attempt) -> Verdict:
    """What a photo is told whose student has this mark."""
    if mark.attempt == attempt.id and not mark.counts_as_there:
        return Verdict(VerdictCode.NEEDS_REVIEW, mark.session_id)
    code = VerdictCode(mark.status.value) if mark.attempt == attempt.id else VerdictCode.ALREADY_PRESENT
    return Verdict(code, mark.session_id, student.id, student.name, mark.at)


def _code_of(probe: Probe) -> VerdictCode:
    return VerdictCode(probe.problems[0].value) if probe.problems else VerdictCode.NO_FACE


def _slot(attempt: Attempt, number: int) -> str:
    """A grant of its own for each unknown face, so that the database counts them."""
    return f"{attempt.grant_id}#{number}"
