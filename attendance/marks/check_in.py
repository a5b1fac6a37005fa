"""From one submitted photo to a verdict, and to a mark that is written once despite retries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from attendance.classes.mark_changes import MarkFacts, mark_with, settle_mark, status_at
from attendance.classes.sessions import Sessions
from attendance.clock import Clock
from attendance.errors import StudentNotFoundError
from attendance.files.snapshots import Snapshots
from attendance.marks.check_in_attempt import Attempt, GrantLedger
from attendance.marks.evidence import noted_again
from attendance.marks.last_word import BY_THE_STUDENT
from attendance.marks.objection import Objection, Objections
from attendance.marks.review_queue import most_of, seem_to_review, send_to_review
from attendance.marks.submission import Submission
from attendance.marks.verdict import Verdict, VerdictCode
from attendance.recognition.matcher import Matcher, MatcherSource
from attendance.store.protocol import Store
from attendance.values import (
    Course,
    Mark,
    MarkEvent,
    MarkMethod,
    Review,
    ReviewCandidate,
    ReviewReason,
    Session,
    Student,
)
from face_detection.errors import PhotoError
from face_detection.photo import encode_jpeg
from face_detection.quality import CHECK_IN_LIMITS
from face_detection.values import Embedding, Pixels, Probe
from face_matching.decision import Doubtful, Match
from face_matching.gallery import Candidate as Found


class CheckIn:
    """Judges submitted photos.

    Args:
        store: the register's database.
        clock: the source of the time.
        matcher: gives the matcher, which reads photos and identifies students.
        sessions: finds the course of a session.
        snapshots: where snapshots are stored.
        tidy: called before each photo; deletes what has expired, at most once a day.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        matcher: MatcherSource,
        sessions: Sessions,
        snapshots: Snapshots,
        tidy: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._matcher = matcher
        self._sessions = sessions
        self._snapshots = snapshots
        self._ledger = GrantLedger(store)
        self._objections = Objections(store, clock, snapshots)
        self._tidy = tidy

    def submit(self, session: Session, submission: Submission, attempt: Attempt) -> Verdict:
        """Judge a photo, and mark the student whom it shows.

        The same bytes under the same grant get the same verdict until the session ends, from any
        thread, process or machine; a grant marks one student with one photo and no other. The mark is for
        the time when the page was opened.

        Args:
            session: what the grant was given for.
            submission: what was sent.
            attempt: the grant, and the digest of the photo.

        Raises:
            StoreUnavailableError: the database is unavailable; nothing is lost, send it again.
            EngineMismatchError: the templates have to be made again.
            face_detection.errors.BusyError: too many photos at once; send it again.
        """
        self._tidy()
        known = self.known(session, attempt)
        if known is not None:
            return known
        verdict = self._judge(session, submission, attempt, self._clock.now())
        return self._ledger.keep(session, attempt, verdict)

    def known(self, session: Session, attempt: Attempt) -> Verdict | None:
        """The verdict on a photo that need not be read: answered before, too late, or one too many."""
        known = self._as_marked(self._ledger.known_answer(session, attempt, self._clock.now()))
        if known is None and not self._ledger.has_tries_left(attempt):
            return Verdict(VerdictCode.GRANT_USED, session.id)
        return known

    def kept(self, attempt: Attempt) -> Verdict | None:
        """The verdict that this attempt got before, if any, also after its grant has ended."""
        return self._as_marked(self._ledger.kept_answer(attempt, self._clock.now()))

    def not_me(self, session: Session, attempt: Attempt, image: bytes | None = None) -> Review | None:
        """The student reports that the name on the page is not theirs: the check-in needs review.

        The mark that this attempt gave does not count until then; the mark of an earlier attempt stays,
        and the photo needs review all the same. Its student came when the photo did. Reporting it twice
        has no further effect.

        Args:
            session: where the attempt was made.
            attempt: the submission that was answered with the name.
            image: the same photo, if the phone still has it, for the person who decides; another photo is
                ignored.

        Returns:
            The review, made now or before. None: this attempt named nobody.
        """
        now = self._clock.now()
        kept = self._store.answer(attempt.grant_id, attempt.digest, now)
        objection = Objection(
            session=session,
            review_id=attempt.id,
            named=kept.answer.get("student_id") if kept else None,
            came_at=attempt.came_at(session, now),
            device=attempt.device,
            image=image if image is not None and attempt.is_with(image) else None,
        )
        return self._objections.take(objection)

    def _as_marked(self, kept: Verdict | None) -> Verdict | None:
        """A verdict that was kept, unless the mark that it speaks of was changed since."""
        if kept is None or kept.student_id is None:
            return kept
        mark = self._store.mark(kept.session_id, kept.student_id)
        return kept if mark is None or mark.counts_as_there else Verdict(_code_instead(mark), mark.session_id)

    def _judge(self, session: Session, submission: Submission, attempt: Attempt, now: datetime) -> Verdict:
        matcher, came = self._matcher(), attempt.came_at(session, now)
        try:
            probe = matcher.pipeline.read(submission.image, CHECK_IN_LIMITS)
        except PhotoError as error:
            return Verdict(VerdictCode(error.problem.value), session.id)
        if probe.problems or probe.embedding is None:
            return Verdict(_code_of(probe), session.id)
        course = self._sessions.course_of(session)
        decision = matcher.identify(probe.embedding, course)
        if isinstance(decision, Doubtful):
            review = _review(session, ReviewReason(decision.reason), decision.candidates, attempt, came)
            if not self._ledger.spend(attempt):
                return Verdict(VerdictCode.GRANT_USED, session.id)
            is_held = self._hold(review, probe.photo.pixels)
            return Verdict(VerdictCode.NEEDS_REVIEW if is_held else VerdictCode.TOO_MANY_WAIT, session.id)
        if isinstance(decision, Match) and (student := self._store.student(decision.student_id)):
            return self._mark(session, student, decision.score, attempt, now)
        elsewhere = _identified_elsewhere(course, matcher, probe.embedding)
        # The phone doesn't learn that the school knows the face, nor from how long the answer takes.
        if elsewhere is not None:
            review = _review(session, ReviewReason.NOT_ON_ROSTER, (elsewhere,), attempt, came)
            self._hold(review, probe.photo.pixels)
        else:
            seem_to_review(self._store, self._snapshots, encode_jpeg(probe.photo.pixels))
        return self._ledger.not_found(session, attempt)

    def _hold(self, review: Review, pixels: Pixels) -> bool:
        """Send a photo to review; returns False if its phone has too many there."""
        jpeg, most = encode_jpeg(pixels), most_of(review.device)
        return send_to_review(self._store, self._snapshots, review, jpeg, most=most) is not None

    def _mark(
        self, session: Session, student: Student, score: float, attempt: Attempt, now: datetime
    ) -> Verdict:
        if not self._ledger.spend(attempt):
            return Verdict(VerdictCode.GRANT_USED, session.id)
        came = attempt.came_at(session, now)
        event = MarkEvent(
            at=now,
            status=status_at(session, came),
            method=MarkMethod.FACE,
            by=BY_THE_STUDENT,
            came_at=came if came < now else None,
        )
        details = MarkFacts(at=came, score=score, device=attempt.device, attempt=attempt.id)

        def decide(existing: Mark | None) -> Mark | None:
            if existing and existing.attempt == attempt.id:
                return None
            if existing and existing.counts_as_there:
                return noted_again(existing, attempt, self._clock)
            return mark_with(existing, session=session, student_id=student.id, event=event, details=details)

        try:
            mark = settle_mark(self._store, session.id, student.id, decide)
        except StudentNotFoundError:  # erased a moment ago
            return Verdict(VerdictCode.NOT_FOUND, session.id)
        assert mark is not None
        return _verdict_on(mark, student, attempt)


def _identified_elsewhere(course: Course, matcher: Matcher, embedding: Embedding) -> Match | None:
    """The match in the whole school if nobody on the roster matches; only without any doubt."""
    if course.roster is None:
        return None
    decision = matcher.identify(embedding, replace(course, roster=None))
    if isinstance(decision, Match) and decision.student_id not in course.roster:
        return decision
    return None


def _review(
    session: Session, reason: ReviewReason, found: Iterable[Found | Match], attempt: Attempt, came: datetime
) -> Review:
    return Review(
        id=attempt.id,
        session_id=session.id,
        reason=reason,
        candidates=tuple(ReviewCandidate(each.student_id, each.score) for each in found),
        created_at=came,
        device=attempt.device,
    )


def _verdict_on(mark: Mark, student: Student, attempt: Attempt) -> Verdict:
    """The verdict on a photo whose student has this mark."""
    if not mark.counts_as_there:
        return Verdict(_code_instead(mark), mark.session_id)
    code = VerdictCode(mark.status.value)
    if mark.attempt != attempt.id:
        code = VerdictCode.ALREADY_LATE if code is VerdictCode.LATE else VerdictCode.ALREADY_PRESENT
    return Verdict(code, mark.session_id, student.id, student.name, mark.at)


def _code_instead(mark: Mark) -> VerdictCode:
    """What to answer about a mark that its photo gave, and that does not count as there any more."""
    return VerdictCode.NEEDS_REVIEW if mark.under_review else VerdictCode.MARKED_OTHERWISE


def _code_of(probe: Probe) -> VerdictCode:
    return VerdictCode(probe.problems[0].value) if probe.problems else VerdictCode.NO_FACE
