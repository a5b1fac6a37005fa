"""From one submitted photo to a verdict, and to a mark that is written once despite retries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attendance.alarms.alarms import Alarms
from attendance.classes.sessions import Sessions
from attendance.clock import Clock
from attendance.files.snapshots import Snapshots
from attendance.liveness.burst_problems import BurstProblem
from attendance.liveness.policy import effective_mode
from attendance.liveness.rule import ShownMovement
from attendance.marks.check_in_attempt import Attempt, GrantLedger
from attendance.marks.objection import Objection, Objections
from attendance.marks.outcomes.compared import checked_photo
from attendance.marks.outcomes.judged import JudgedCheckIn
from attendance.marks.outcomes.outcomes import CheckInOutcomes
from attendance.marks.shown_movement import movements_asked, shown_movement
from attendance.marks.submission import Circumstances, Submission
from attendance.marks.verdict import Verdict, VerdictCode, code_instead
from attendance.measures import Measures, Stage
from attendance.recognition.known_phone import KnownFirst
from attendance.recognition.matcher import MatcherSource
from attendance.store.protocol import Store
from attendance.store.whole_check_ins import CheckInState
from attendance.values import Course, LivenessMode, Mark, MarkEvidence, Review, Session, Student
from face_detection.errors import PhotoError
from face_detection.quality import CHECK_IN_LIMITS
from face_detection.values import Probe
from face_matching.decision import Doubtful, Match


class CheckIn:
    """Judges submitted photos.

    Args:
        store: the register's database.
        clock: the source of the time.
        matcher: gives the matcher, which reads photos and identifies students.
        sessions: finds the course of a session.
        snapshots: where snapshots are stored.
        alarms: compares photos with each other.
        tidy: called before each photo; deletes what has expired, at most once a day.
        measures: told how long each stage takes, and each new verdict.
        only_known: see ``KnownFirst``.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        matcher: MatcherSource,
        sessions: Sessions,
        snapshots: Snapshots,
        alarms: Alarms,
        tidy: Callable[[], None],
        measures: Measures,
        only_known: bool = False,
    ) -> None:
        self._store = store
        self._clock = clock
        self._matcher = matcher
        self._sessions = sessions
        self._ledger = GrantLedger(store)
        self._outcomes = CheckInOutcomes(store, clock, snapshots, self._ledger)
        self._objections = Objections(store, clock, snapshots)
        self._alarms = alarms
        self._tidy = tidy
        self._measures = measures
        self._first = KnownFirst(store, only_known=only_known)

    def submit(
        self,
        session: Session,
        submission: Submission,
        attempt: Attempt,
        state: CheckInState | None = None,
    ) -> Verdict:
        """Judge a photo, and mark the student whom it shows.

        The same bytes under the same grant get the same verdict until the session ends, from any
        thread, process or machine; a grant marks one student with one photo and no other. The mark is for
        the time when the page was opened.

        Args:
            session: what the grant was given for.
            submission: what was sent.
            attempt: the grant, and the digest of the photo.
            state: what was known a moment ago, if ``known`` has found that the photo has to be read.

        Raises:
            StoreUnavailableError: the database is unavailable; nothing is lost, send it again.
            EngineMismatchError: the templates have to be made again.
            face_detection.errors.BusyError: too many photos at once; send it again.
        """
        self._tidy()
        if state is None:
            state = self.state(session.id, attempt)
            known = self.known(session, attempt, state)
            if known is not None:
                return known
        if self._first.lacks_number(attempt.device, submission.claimed):
            return Verdict(VerdictCode.NUMBER_NEEDED, session.id)  # not kept: the photo may come with one
        course = state.course or self._sessions.course_of(session)
        verdict = self._judge(session, course, submission, attempt, self._clock.now())
        self._measures.judged(verdict.code.value)
        return verdict

    def state(self, session_id: str, attempt: Attempt) -> CheckInState:
        """What the register knows before the photo is read, with the session."""
        return self._ledger.state(session_id, attempt, self._clock.now())

    def known(self, session: Session, attempt: Attempt, state: CheckInState) -> Verdict | None:
        """The verdict on a photo that need not be read: answered before, too late, or one too many.

        Args:
            session: what the grant was given for.
            attempt: what was submitted.
            state: what is known of it now.
        """
        known = self._ledger.known_answer(session, attempt, self._clock.now(), state)
        if known is None and not self._ledger.has_tries_left(attempt, state):
            return Verdict(VerdictCode.GRANT_USED, session.id)
        return _as_marked(known, state.named)

    def kept(self, attempt: Attempt) -> Verdict | None:
        """The verdict that this attempt got before, if any, also after its grant has ended."""
        kept = self._ledger.kept_answer(attempt, self._clock.now())
        if kept is None or kept.student_id is None:
            return kept
        return _as_marked(kept, self._store.mark(kept.session_id, kept.student_id))

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

    def _judge(
        self, session: Session, course: Course, submission: Submission, attempt: Attempt, now: datetime
    ) -> Verdict:
        """The verdict, which is kept when this returns."""
        matcher = self._matcher()
        try:
            with self._measures.timed(Stage.READ):
                probe = matcher.pipeline.read(submission.image, CHECK_IN_LIMITS)
        except PhotoError as error:
            return self._ledger.keep(session, attempt, Verdict(VerdictCode(error.problem.value), session.id))
        if probe.problems or probe.embedding is None:
            return self._ledger.keep(session, attempt, Verdict(_code_of(probe), session.id))
        mode = effective_mode(course, has_camera=submission.circumstances.has_camera)
        with self._measures.timed(Stage.MOVEMENT):
            asked = movements_asked(session, attempt, course)
            shown = shown_movement(matcher.pipeline, probe.embedding, submission, mode, asked)
        judged = JudgedCheckIn(
            session=session,
            attempt=attempt,
            burst=submission.burst,
            at=now,
            pixels=probe.photo.pixels,
            mode=mode,
            evidence=_evidence(submission.circumstances, shown, mode),
        )
        with self._measures.timed(Stage.DECIDE):
            claimed = submission.claimed
            decision = self._first.decide(matcher, shown.embedding, course, attempt.device, claimed)
        with self._measures.timed(Stage.RECORD):
            if isinstance(decision, Doubtful):
                return self._outcomes.doubtful(judged, decision)
            if isinstance(decision, Match) and (student := self._store.student(decision.student_id)):
                return self._recognised(judged, submission, probe, student, decision.score)
            elsewhere = self._first.elsewhere(matcher, shown.embedding, course)
            return self._outcomes.not_found(judged, elsewhere)

    def _recognised(
        self, judged: JudgedCheckIn, submission: Submission, probe: Probe, student: Student, score: float
    ) -> Verdict:
        """The verdict on a student who is known, and the photo's comparison with others."""
        assert probe.face is not None
        capture = checked_photo(judged, submission.circumstances, student, probe.photo, probe.face)
        trace = capture.trace()
        answered = self._outcomes.recognised(judged, student, score, trace)
        self._alarms.note(capture, trace if answered.has_trace else None)
        return answered.verdict


def _as_marked(known: Verdict | None, mark: Mark | None) -> Verdict | None:
    """A verdict that was kept, unless the mark that it speaks of was changed since."""
    if known is None or known.student_id is None or mark is None or mark.counts_as_there:
        return known
    return Verdict(code_instead(mark), mark.session_id)


def _evidence(circumstances: Circumstances, shown: ShownMovement, mode: LivenessMode) -> MarkEvidence:
    """What speaks for a check-in, whoever it is."""
    is_other = circumstances.same_browser is False and mode is not LivenessMode.OFF
    why = (*shown.why, BurstProblem.OTHER_BROWSER.value) if is_other else shown.why
    return MarkEvidence(circumstances.place, shown.result, why, circumstances.signed)


def _code_of(probe: Probe) -> VerdictCode:
    return VerdictCode(probe.problems[0].value) if probe.problems else VerdictCode.NO_FACE
