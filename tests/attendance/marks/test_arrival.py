"""A check-in is for the time when its page was opened, and its answer stays until the session ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

from attendance.marks.code_claims import claim_attempt
from attendance.marks.verdict import VerdictCode
from attendance.values import MarkStatus
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of
from tests.attendance.site import COLLINS, HOPPER, Site, open_site


def test_who_opened_the_page_in_time_is_present_however_late_the_photo_arrives(tmp_path: Path) -> None:
    site = open_site(tmp_path, late_after=time(10, 2))
    site.enrol("1", photo_of(COLLINS))
    opened_at = site.clock.now()  # 10:00 at the site
    attempt = replace(site.attempt(photo_of(COLLINS)), opened_at=opened_at)
    site.clock.advance(minutes=4)
    verdict = site.submit(photo_of(COLLINS), attempt=attempt)
    assert (verdict.code, verdict.marked_at) == (VerdictCode.PRESENT, opened_at)
    mark = site.mark_of("1")
    assert mark is not None
    assert (mark.at, mark.history[0].at, mark.history[0].came_at) == (opened_at, site.clock.now(), opened_at)


def test_who_opened_the_page_late_is_late(tmp_path: Path) -> None:
    site = open_site(tmp_path, late_after=time(10, 2))
    site.enrol("1", photo_of(COLLINS))
    site.clock.advance(minutes=2)
    attempt = replace(site.attempt(photo_of(COLLINS)), opened_at=site.clock.now())
    assert site.submit(photo_of(COLLINS), attempt=attempt).code is VerdictCode.LATE


def test_a_doubtful_photo_and_a_typed_number_are_for_the_same_time(tmp_path: Path) -> None:
    site = open_site(tmp_path, late_after=time(10, 2))
    site.enrol("1", photo_of(COLLINS))
    opened_at = site.clock.now()
    photo = photo_of(COLLINS, blend=FULL_BLEND)
    attempt = replace(site.attempt(photo), opened_at=opened_at)
    typed = replace(
        claim_attempt("grant-2", "1", device="phone", expires_at=attempt.expires_at), opened_at=opened_at
    )
    site.clock.advance(minutes=4)
    site.submit(photo, attempt=attempt)
    site.claims.claim(site.session, "1", typed)
    assert {review.created_at for review in site.store.reviews()} == {opened_at}
    for review in site.store.reviews():
        assert site.reviews.accept(review.id, by="t1").status is MarkStatus.PRESENT


def test_a_clock_that_is_ahead_lets_nobody_come_before_the_session_or_after_now(class_of_two: Site) -> None:
    site, now = class_of_two, class_of_two.clock.now()
    for opened_at, came in ((now + timedelta(seconds=2), now), (site.session.opens_at - timedelta(1), None)):
        attempt = replace(site.attempt(photo_of(COLLINS)), opened_at=opened_at)
        assert attempt.came_at(site.session, now) == (came or site.session.opens_at)


def test_the_answer_stays_until_the_session_ends(class_of_two: Site) -> None:
    site = class_of_two
    attempt = site.attempt(photo_of(COLLINS))
    first = site.submit(photo_of(COLLINS), attempt=attempt)
    site.clock.advance(hours=2)
    assert site.check_in.kept(attempt) == first
    assert site.submit(photo_of(COLLINS), attempt=attempt) == first
    assert site.check_in.kept(site.attempt(photo_of(HOPPER))) is None
    site.clock.advance(hours=24)
    assert site.check_in.kept(attempt) is None
