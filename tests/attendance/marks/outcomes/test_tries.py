"""Whatever students send in whichever order: one more try each, and nobody is both marked and held."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from attendance.marks.check_in_attempt import Attempt
from attendance.marks.verdict import VerdictCode
from attendance.values import LivenessResult, MarkStatus, ReviewReason
from tests.attendance.fake_bursts import SentBurst
from tests.attendance.marks.outcomes.moving import STILL, photo_and_attempt, right, wrong
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site, enrol_two, open_site

ROLL_OF = {COLLINS: "1", HOPPER: "2"}
MARKED = (VerdictCode.LATE, VerdictCode.ALREADY_LATE, VerdictCode.ALREADY_PRESENT)
Sent = tuple[bytes, Attempt, SentBurst]


REASONS = {ReviewReason.MOVEMENT, ReviewReason.NO_MOVEMENT, ReviewReason.TAKEN_BACK}


class Movements(RuleBasedStateMachine):
    """One session in which a movement is required.

    Its secret decides what is asked, so it is drawn: a failure comes again with the same draws.
    """

    sent = Bundle("sent")

    @initialize(secret=st.binary(min_size=32, max_size=32))
    def open(self, secret: bytes) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.site: Site = open_site(Path(self.folder.name))
        enrol_two(self.site)
        session = self.site.session
        known = replace(session, secret=secret.hex(), version=session.version + 1)
        assert self.site.store.replace_session(known)
        self.verdicts: dict[str, VerdictCode] = {}
        self.tries_given: list[tuple[str, int]] = []  # grant and person
        self.grant = 0

    def teardown(self) -> None:
        self.site.store.close()
        self.folder.cleanup()

    @rule(
        target=sent,
        person=st.sampled_from((COLLINS, COLLINS, HOPPER, STRANGER)),
        moves=st.sampled_from((True, False, False, None)),
        take=st.integers(0, 3),
        fresh=st.booleans(),
    )
    def send(self, person: int, take: int, *, moves: bool | None, fresh: bool) -> object:
        self.grant += fresh
        photo, attempt = photo_and_attempt(self.site, person, f"g{self.grant}", take)
        if attempt.id in self.verdicts:
            return multiple()
        burst = STILL if moves is None else (right if moves else wrong)(self.site, person, attempt, take=take)
        was_there = self._is_there(person)
        code = self.site.submit(photo, attempt=attempt, burst=burst).code
        self.verdicts[attempt.id] = code
        if code is VerdictCode.GRANT_USED:
            return photo, attempt, burst
        if person == STRANGER:
            assert code is VerdictCode.NOT_FOUND
        elif was_there:
            assert code in MARKED
        elif moves is None:
            assert code is VerdictCode.NEEDS_REVIEW
        elif moves:
            assert code in (VerdictCode.LATE, VerdictCode.NEEDS_REVIEW)
        else:
            assert code in (VerdictCode.MOVE_AGAIN, VerdictCode.NEEDS_REVIEW)
        if code is VerdictCode.MOVE_AGAIN:
            self.tries_given.append((attempt.grant_id, person))
        return photo, attempt, burst

    @rule(one=sent)
    def send_again(self, one: Sent) -> None:
        photo, attempt, burst = one
        code = self.site.submit(photo, attempt=attempt, burst=burst).code
        first = self.verdicts[attempt.id]
        assert code is first or (first in MARKED and code is VerdictCode.MARKED_OTHERWISE)

    @rule(accept=st.booleans())
    def decide(self, *, accept: bool) -> None:
        for held in self.site.reviews.held()[:1]:
            if accept:
                mark = self.site.reviews.accept(held.review.id, by="teacher")
                assert mark.counts_as_there
            else:
                self.site.reviews.refuse(held.review.id, by="teacher")

    @rule(roll=st.sampled_from(("1", "2")), status=st.sampled_from((MarkStatus.ABSENT, MarkStatus.PRESENT)))
    def by_hand(self, roll: str, status: MarkStatus) -> None:
        self.site.marking.mark(roll, status, by="teacher")

    @invariant()
    def one_more_try_for_each_student_and_each_grant(self) -> None:
        for part in (0, 1):
            given = [each[part] for each in self.tries_given]
            assert len(given) == len(set(given))

    @invariant()
    def nobody_is_marked_and_held_for_the_same_photo(self) -> None:
        waiting = [held.review for held in self.site.reviews.held()]
        for mark in self.site.store.marks(self.site.session.id):
            assert not any(review.stands_for(mark.attempt) for review in waiting)
            if mark.attempt and mark.reviewer is None:
                assert mark.evidence.liveness is LivenessResult.PASSED

    @invariant()
    def whatever_was_called_with_the_teacher_is(self) -> None:
        """Each such answer has a review, decided or open, that stands for it."""
        reviews = self.site.store.reviews(undecided_only=False)
        for attempt_id, code in self.verdicts.items():
            if code is VerdictCode.NEEDS_REVIEW:
                assert any(review.stands_for(attempt_id) for review in reviews)
        assert {review.reason for review in reviews} <= REASONS

    def _is_there(self, person: int) -> bool:
        mark = self.site.mark_of(ROLL_OF[person]) if person in ROLL_OF else None
        return mark is not None and mark.counts_as_there


TestMovements = Movements.TestCase
TestMovements.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
