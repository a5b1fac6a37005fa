"""Check-in without a face: a code and a roll number, confirmed by the teacher."""

from __future__ import annotations

from datetime import datetime

from attendance.clock import Clock
from attendance.marks.check_in_attempt import Attempt, GrantLedger
from attendance.marks.verdict import Verdict, VerdictCode
from attendance.store.protocol import Store
from attendance.values import Review, ReviewCandidate, ReviewReason, Session, Student
from attendance.values.roll_numbers import clean_text

NOT_SCORED = 0.0  # nothing was compared


def claim_attempt(grant_id: str, roll_number: str, *, device: str | None, expires_at: datetime) -> Attempt:
    """One claim under one grant; the same roll number sent again is the same attempt.

    Args:
        grant_id: the grant's own number.
        roll_number: as it was typed.
        device: identifies the phone's browser, or None.
        expires_at: when the grant ends; aware UTC.
    """
    claim = f"claim {clean_text(roll_number)}"
    return Attempt.of(grant_id, claim.encode(errors="replace"), device=device, expires_at=expires_at)


class CodeClaims:
    """Accepts claims and puts them into review.

    The answer to a claim reveals no name, since anybody can type any roll number.

    Args:
        store: the register's database.
        clock: the source of the time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._ledger = GrantLedger(store)

    def claim(self, session: Session, roll_number: str, attempt: Attempt) -> Verdict:
        """Put the claim that the student with this roll number is here into review.

        The same attempt gets the same answer until the grant ends; a grant is good for one claim, or one
        photo.

        Args:
            session: what the grant was given for.
            roll_number: as it was typed.
            attempt: see ``claim_attempt``.

        Returns:
            ``needs_review`` if it is in review, ``not_on_roster`` if it is and the student is not on the
            roster, ``already_present`` where the student is marked as here, ``not_found`` where nobody
            has the roll number, ``grant_used`` or ``session_closed``.

        Raises:
            StoreUnavailableError: the database is unavailable; nothing is lost, send it again.
        """
        known = self._ledger.known_answer(session, attempt, self._clock.now())
        if known is not None:
            return known
        return self._ledger.keep(attempt, self._judge(session, roll_number, attempt))

    def _judge(self, session: Session, roll_number: str, attempt: Attempt) -> Verdict:
        student = self._store.student_by_roll(clean_text(roll_number))
        if student is None or not student.active:
            return self._ledger.not_found(session, attempt)
        if not self._ledger.spend(attempt):
            return Verdict(VerdictCode.GRANT_USED, session.id)
        mark = self._store.mark(session.id, student.id)
        if mark is not None and mark.counts_as_there:
            return Verdict(VerdictCode.ALREADY_PRESENT, session.id)
        if not self._is_in_review(session, student):
            self._store.hold_review(
                Review(
                    id=attempt.id,
                    session_id=session.id,
                    reason=ReviewReason.CODE,
                    candidates=(ReviewCandidate(student.id, NOT_SCORED),),
                    created_at=self._clock.now(),
                    device=attempt.device,
                )
            )
        told = VerdictCode.NEEDS_REVIEW if self._is_on_roster(session, student) else VerdictCode.NOT_ON_ROSTER
        return Verdict(told, session.id)

    def _is_on_roster(self, session: Session, student: Student) -> bool:
        course = self._store.course(session.course_id)
        return course is None or course.roster is None or student.id in course.roster

    def _is_in_review(self, session: Session, student: Student) -> bool:
        """Whether an earlier claim for the student is in review, so that the teacher sees it once."""
        return any(
            review.reason is ReviewReason.CODE and review.candidates[0].student_id == student.id
            for review in self._store.reviews_of(session.id)
        )
