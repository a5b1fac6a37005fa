"""Check-in without a face: a roll number, confirmed by the teacher."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from attendance.clock import Clock
from attendance.files.snapshots import Snapshots
from attendance.marks.check_in_attempt import Attempt, GrantLedger
from attendance.marks.evidence import is_confirmed
from attendance.marks.reviews.review_queue import has_room_for, most_of, send_to_review
from attendance.marks.verdict import Verdict, VerdictCode
from attendance.store.protocol import Store
from attendance.values import Review, ReviewCandidate, ReviewReason, Session, Student
from attendance.values.roll_numbers import number_key

NOT_SCORED = 0.0  # nothing was compared


def claim_attempt(
    grant_id: str,
    roll_number: str,
    *,
    device: str | None,
    expires_at: datetime,
    opened_at: datetime | None = None,
) -> Attempt:
    """One claim under one grant; the same roll number sent again is the same attempt.

    Args:
        grant_id: the grant's own number.
        roll_number: as it was typed.
        device: identifies the phone's browser, or None.
        expires_at: until when it may arrive; aware UTC.
        opened_at: when its page was opened; aware UTC.
    """
    claim = f"claim {number_key(roll_number)}"
    data = claim.encode(errors="replace")
    return Attempt.of(grant_id, data, device=device, expires_at=expires_at, opened_at=opened_at)


class CodeClaims:
    """Accepts claims and puts them into review.

    Anybody can type any roll number. So the answer is the same, and takes as long, whether a number exists,
    is on the roster, or its student is in already; only the teacher sees the difference.

    Args:
        store: the register's database.
        clock: the source of the time.
        snapshots: where pictures of reviews go; claims have none.
    """

    def __init__(self, store: Store, clock: Clock, snapshots: Snapshots) -> None:
        self._store = store
        self._clock = clock
        self._snapshots = snapshots
        self._ledger = GrantLedger(store)

    def claim(self, session: Session, roll_number: str, attempt: Attempt) -> Verdict:
        """Put the claim that the student with this roll number is here into review.

        The same attempt gets the same answer until the session ends; a grant is good for one claim, or one
        photo. The claim is for the time when the page was opened.

        Args:
            session: what the grant was given for.
            roll_number: as it was typed.
            attempt: see ``claim_attempt``.

        Returns:
            ``needs_review``, ``grant_used``, ``session_closed`` or ``session_cancelled``.

        Raises:
            StoreUnavailableError: the database is unavailable; nothing is lost, send it again.
        """
        now = self._clock.now()
        state = self._ledger.state(session.id, attempt, now)
        known = self._ledger.known_answer(session, attempt, now, state)
        if known is not None:
            return known
        return self._ledger.keep(session, attempt, self._judge(session, roll_number, attempt))

    def kept(self, attempt: Attempt) -> Verdict | None:
        """The verdict that this attempt got before, if any, also after its grant has ended."""
        return self._ledger.kept_answer(attempt, self._clock.now())

    def _judge(self, session: Session, roll_number: str, attempt: Attempt) -> Verdict:
        if not self._ledger.spend(attempt):
            return Verdict(VerdictCode.GRANT_USED, session.id)
        student = self._store.student_by_roll(roll_number)
        mark = self._store.mark(session.id, student.id if student else "")
        is_in = mark is not None and mark.counts_as_there and is_confirmed(mark)
        claim = _review(session, attempt, student, attempt.came_at(session, self._clock.now()))
        has_room = has_room_for(
            self._store, claim
        )  # before, so that a full phone learns nothing from a second try
        is_shown = student is not None and student.active and not is_in and has_room
        if not is_shown or not self._hold(claim, most=most_of(attempt.device)):
            self._hold(replace(claim, candidates=()), most=None)
        return Verdict(VerdictCode.NEEDS_REVIEW, session.id)

    def _hold(self, claim: Review, *, most: int | None) -> bool:
        """Put a claim into review, those of nobody into one; False if its phone has too many there."""
        return send_to_review(self._store, self._snapshots, claim, None, most=most) is not None


def _review(session: Session, attempt: Attempt, student: Student | None, came: datetime) -> Review:
    return Review(
        id=attempt.id,
        session_id=session.id,
        reason=ReviewReason.CODE,
        candidates=() if student is None else (ReviewCandidate(student.id, NOT_SCORED),),
        created_at=came,
        device=attempt.device,
    )
