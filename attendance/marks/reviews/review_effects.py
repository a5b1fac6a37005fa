"""Writes the marks that follow from the decision of a review."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from attendance.classes.mark_changes import MarkFacts, mark_after, mark_with, settle_mark, status_at
from attendance.classes.sessions import Sessions
from attendance.clock import Clock
from attendance.errors import StudentNotFoundError
from attendance.marks.evidence import rests_on
from attendance.marks.last_word import corrected_since
from attendance.marks.reviews.review_queue import reference
from attendance.people.student_history import StudentHistory
from attendance.store.protocol import Store
from attendance.values import (
    ChangeKind,
    Mark,
    MarkEvent,
    MarkMethod,
    MarkStatus,
    Review,
    ReviewDecision,
    ReviewReason,
)

# Accepting also puts the student on the roster, if who decides may change rosters.
WELCOMING = (ReviewReason.NOT_ON_ROSTER, ReviewReason.CODE)


class ReviewEffects:
    """Carries out decisions.

    Args:
        store: the register's database.
        clock: the source of the time.
        sessions: finds sessions.
    """

    def __init__(self, store: Store, clock: Clock, sessions: Sessions) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._history = StudentHistory(store, clock)

    def carry_out(self, review: Review) -> None:
        """Write the marks of a decision; idempotent."""
        if review.decided_for is not None:
            with suppress(StudentNotFoundError):  # erased: nobody is left to mark
                if review.reason in WELCOMING and review.decision is not ReviewDecision.GUEST:
                    self._add_to_roster(review, review.decided_for)
                self._mark_present(review, review.decided_for)
        if review.reason is ReviewReason.NOT_ME:
            for named in review.candidates[:1]:
                if named.student_id != review.decided_for:
                    self._mark_absent(review, named.student_id)

    def _add_to_roster(self, review: Review, student_id: str) -> None:
        """Add the student to the roster, once: later removals from it are kept.

        Teachers without the right to enrol don't change rosters by deciding reviews either. Commands do, and
        are not noted: who can run them has no account.
        """
        user = self._store.user(review.decided_by or "")
        mark = self._store.mark(review.session_id, student_id)
        is_done = mark is not None and any(_accepted(review) == event.note for event in mark.history)
        if is_done or self._store.student(student_id) is None or (user is not None and not user.may_enrol):
            return
        course = self._store.course(self._sessions.get(review.session_id).course_id)
        if course is None or course.includes(student_id):
            return
        if user is not None:  # noted first, so that after a crash in between no change is unseen
            self._history.note(ChangeKind.ROSTER_ADDED, [student_id], by=user.id, course_id=course.id)
        self._store.add_to_roster(course.id, [student_id])

    def _mark_present(self, review: Review, student_id: str) -> None:
        session = self._sessions.get(review.session_id)
        note = _accepted(review)
        event = replace(
            self._event(review, status_at(session, review.created_at), note), came_at=review.created_at
        )
        scores = {candidate.student_id: candidate.score for candidate in review.candidates}
        details = MarkFacts(
            at=review.created_at,
            score=scores.get(student_id),
            device=review.device,
            reviewer=review.decided_by,
            attempt=review.id,
            evidence=review.evidence,
        )

        def decide(existing: Mark | None) -> Mark | None:
            if existing and _is_settled(review, existing, note):
                return None
            if existing and existing.counts_as_there:
                # Noted all the same, so that this decision is not applied again later.
                return mark_after(existing, replace(event, status=existing.status, method=existing.method))
            return mark_with(existing, session=session, student_id=student_id, event=event, details=details)

        settle_mark(self._store, session.id, student_id, decide)

    def _mark_absent(self, review: Review, student_id: str) -> None:
        note = f"{reference(review.id)} {review.decision}"
        event = self._event(review, MarkStatus.ABSENT, note)

        def decide(existing: Mark | None) -> Mark | None:
            if existing is None or not rests_on(existing, review) or _is_settled(review, existing, note):
                return None
            return mark_after(existing, event)

        settle_mark(self._store, review.session_id, student_id, decide)

    def _event(self, review: Review, status: MarkStatus, note: str) -> MarkEvent:
        return MarkEvent(
            at=review.decided_at or self._clock.now(),
            status=status,
            method=MarkMethod.CODE if review.reason is ReviewReason.CODE else MarkMethod.FACE,
            by=review.decided_by or "",
            note=note,
            by_person=True,
        )


def _is_settled(review: Review, mark: Mark, note: str) -> bool:
    """Whether the decision was applied to the mark, or a teacher has changed the mark since."""
    is_applied = any(event.note == note for event in mark.history)
    return is_applied or (review.decided_at is not None and corrected_since(mark, review.decided_at))


def _accepted(review: Review) -> str:
    """The note of the mark that accepting gives, by which it is found again."""
    return f"{reference(review.id)} accepted"
