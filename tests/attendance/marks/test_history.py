"""Whatever happens in whichever order: one mark a student, with every change in its history."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from attendance.errors import ReviewNotFoundError
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.verdict import VerdictCode, VerdictStatus
from attendance.values import MarkStatus
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.remembered_marks import RememberedMarks
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site, enrol_two, open_site

ROLLS = ("1", "2")
Sent = tuple[bytes, Attempt]


class Day(RuleBasedStateMachine):
    """One day of a register: photos, retries, objections, decisions and marks by hand."""

    sent = Bundle("sent")

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.site: Site = open_site(Path(self.folder.name))
        enrol_two(self.site)
        self.verdicts: dict[str, VerdictCode] = {}
        self.named: dict[str, str] = {}
        self.known = RememberedMarks()
        self.grants = 0

    def teardown(self) -> None:
        self.site.store.close()
        self.folder.cleanup()

    def verdict_by_now(self, attempt: Attempt) -> VerdictCode | None:
        """What the same photo is answered: the same, unless the mark that it named no longer counts."""
        mark = self.site.store.mark(self.site.session.id, self.named.get(attempt.id, ""))
        if mark is None or mark.counts_as_there:
            return self.verdicts.get(attempt.id)
        return VerdictCode.NEEDS_REVIEW if mark.under_review else VerdictCode.MARKED_OTHERWISE

    @rule(
        target=sent,
        person=st.sampled_from((COLLINS, HOPPER, STRANGER)),
        blend=st.sampled_from((0, 0, 15)),
        side=st.sampled_from((64, 65)),
        fresh=st.booleans(),
    )
    def submit(self, person: int, blend: int, side: int, *, fresh: bool) -> Sent:
        self.grants += fresh
        photo = photo_of(person, blend=blend, side=side)
        attempt = self.site.attempt(photo, f"grant-{self.grants}")
        earlier = self.verdicts.get(attempt.id, VerdictCode.GRANT_USED)
        expected = self.verdict_by_now(attempt)
        verdict = self.site.submit(photo, attempt=attempt)
        if earlier is VerdictCode.GRANT_USED:
            self.verdicts[attempt.id] = verdict.code
            self.named[attempt.id] = verdict.student_id or ""
        else:
            assert verdict.code is expected
        assert (verdict.status is VerdictStatus.PRESENT) == (verdict.student_id is not None)
        return photo, attempt

    @rule(one=sent)
    def retry(self, one: Sent) -> None:
        photo, attempt = one
        assert self.site.submit(photo, attempt=attempt).code is self.verdict_by_now(attempt)

    @rule(one=sent, with_photo=st.booleans())
    def object(self, one: Sent, *, with_photo: bool) -> None:
        photo, attempt = one
        heard = (
            self.site.check_in.not_me(self.site.session, attempt, photo if with_photo else None) is not None
        )
        assert heard == bool(self.named[attempt.id])

    @rule(accept=st.booleans(), roll=st.sampled_from((None, *ROLLS)))
    def decide(self, *, accept: bool, roll: str | None) -> None:
        for held in self.site.reviews.held()[:1]:
            if accept:
                mark = self.site.reviews.accept(held.review.id, by="teacher", roll_number=roll)
                assert mark.counts_as_there
            else:
                self.site.reviews.refuse(held.review.id, by="teacher")

    @rule(roll=st.sampled_from(ROLLS), status=st.sampled_from(MarkStatus), note=st.sampled_from(("", "why")))
    def by_hand(self, roll: str, status: MarkStatus, note: str) -> None:
        mark = self.site.marking.mark(roll, status, by="teacher", note=note)
        assert (mark.status, mark.under_review) == (status, False)

    @rule()
    def repair(self) -> None:
        before = self.site.store.marks(self.site.session.id)
        self.site.reviews.finish_decided()
        assert self.site.store.marks(self.site.session.id) == before

    @rule(one=consumes(sent))
    def decide_again(self, one: Sent) -> None:
        _, attempt = one
        review = self.site.store.review(attempt.id)
        if review is not None and review.decision is not None:
            before = self.site.store.marks(self.site.session.id)
            with contextlib.suppress(ReviewNotFoundError):
                self.site.reviews.refuse(attempt.id, by="another")
            assert self.site.store.marks(self.site.session.id) == before

    @rule(seconds=st.integers(1, 10))
    def wait(self, seconds: int) -> None:
        self.site.clock.advance(seconds=seconds)

    @invariant()
    def one_mark_each_and_nothing_forgotten(self) -> None:
        self.known.look(self.site.store.marks(self.site.session.id))

    @invariant()
    def a_picture_for_each_open_review_and_no_other(self) -> None:
        open_ones = {held.review.snapshot for held in self.site.reviews.held()} - {None}
        assert set(self.site.pictures()) == open_ones

    @invariant()
    def a_mark_under_review_has_a_review_that_is_open(self) -> None:
        """One open review is enough for all check-ins about a student: it stands for those that joined it."""
        waiting = [held.review for held in self.site.reviews.held()]
        for mark in self.site.store.marks(self.site.session.id):
            assert not mark.under_review or any(review.stands_for(mark.attempt) for review in waiting)


TestDay = Day.TestCase
TestDay.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
