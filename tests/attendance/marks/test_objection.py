""" "That's not me": the mark does not count until a person has decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from attendance.errors import StoreUnavailableError
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.verdict import VerdictCode
from attendance.values import MarkStatus, ReviewReason
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.fragile_store import FragileStore
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site, open_site

PHOTO = photo_of(COLLINS)


def marked(site: Site) -> Attempt:
    """The attempt that marked Eileen Collins."""
    attempt = site.attempt(PHOTO)
    assert site.submit(PHOTO, attempt=attempt).code is VerdictCode.LATE
    return attempt


def test_the_mark_needs_review_with_the_photo(class_of_two: Site) -> None:
    site = class_of_two
    attempt = marked(site)
    site.clock.advance(seconds=10)
    assert site.check_in.not_me(site.session, attempt, PHOTO)
    mark = site.mark_of("1")
    assert mark is not None
    assert (mark.under_review, mark.counts_as_there, mark.version) == (True, False, 2)
    assert [event.under_review for event in mark.history] == [False, True]
    assert mark.history[-1].at == site.clock.now()
    [held] = site.reviews.held()
    assert held.review.reason is ReviewReason.NOT_ME
    assert [student.roll_number for student, _ in held.candidates] == ["1"]
    assert held.candidates[0][1] == pytest.approx(1.0)
    assert held.snapshot is not None


def test_saying_it_again_changes_nothing(class_of_two: Site) -> None:
    attempt = marked(class_of_two)
    for _ in range(3):
        assert class_of_two.check_in.not_me(class_of_two.session, attempt, PHOTO)
    mark = class_of_two.mark_of("1")
    assert mark is not None
    assert mark.version == 2
    assert len(class_of_two.reviews.held()) == 1


@pytest.mark.parametrize("image", [None, photo_of(COLLINS, side=80), b"junk"])
def test_without_the_same_photo_the_review_has_no_picture(class_of_two: Site, image: bytes | None) -> None:
    attempt = marked(class_of_two)
    assert class_of_two.check_in.not_me(class_of_two.session, attempt, image)
    [held] = class_of_two.reviews.held()
    assert held.snapshot is None
    assert class_of_two.pictures() == []


def test_it_can_be_said_after_the_grant_has_ended(class_of_two: Site) -> None:
    site = class_of_two
    attempt = marked(site)
    site.clock.advance(hours=2)
    site.store.purge_grants(site.clock.now())
    assert site.check_in.not_me(site.session, attempt, PHOTO)
    mark = site.mark_of("1")
    assert mark is not None
    assert mark.under_review


@pytest.mark.parametrize("photo", [photo_of(STRANGER), b"junk", photo_of(COLLINS, blend=15)])
def test_who_was_told_no_name_has_nothing_to_object_to(class_of_two: Site, photo: bytes) -> None:
    site = class_of_two
    attempt = site.attempt(photo)
    site.submit(photo, attempt=attempt)
    before = site.store.reviews()
    assert not site.check_in.not_me(site.session, attempt, photo)
    assert site.store.reviews() == before


def test_an_attempt_that_never_was_has_nothing_to_object_to(class_of_two: Site) -> None:
    marked(class_of_two)
    stranger = class_of_two.attempt(PHOTO, "another-grant")
    assert not class_of_two.check_in.not_me(class_of_two.session, stranger, PHOTO)
    mark = class_of_two.mark_of("1")
    assert mark is not None
    assert not mark.under_review


def test_an_objection_to_an_earlier_mark_is_heard_and_leaves_the_mark_alone(class_of_two: Site) -> None:
    site = class_of_two
    marked(site)
    other = photo_of(COLLINS, side=80)
    attempt = site.attempt(other, "grant-2")
    assert site.submit(other, attempt=attempt).code is VerdictCode.ALREADY_PRESENT
    assert site.check_in.not_me(site.session, attempt, other)
    mark = site.mark_of("1")
    assert mark is not None
    assert mark.counts_as_there
    [held] = site.reviews.held()
    site.reviews.refuse(held.review.id, by="teacher")
    assert site.mark_of("1") == mark


def test_the_photo_sent_again_does_not_undo_the_objection(class_of_two: Site) -> None:
    site = class_of_two
    attempt = marked(site)
    site.check_in.not_me(site.session, attempt, PHOTO)
    site.submit(PHOTO, attempt=attempt)
    mark = site.mark_of("1")
    assert mark is not None
    assert mark.under_review


def test_even_if_the_answer_was_lost_the_photo_sent_again_does_not_undo_it(tmp_path: Path) -> None:
    site = open_site(tmp_path)
    site.enrol("1", PHOTO)
    attempt = site.attempt(PHOTO)
    broken = open_site(tmp_path, store=FragileStore(site.store, "keep_answer", written=False))
    with pytest.raises(StoreUnavailableError):
        broken.submit(PHOTO, attempt=attempt)
    assert site.check_in.not_me(site.session, attempt, PHOTO)
    assert site.submit(PHOTO, attempt=attempt).code is VerdictCode.NEEDS_REVIEW
    mark = site.mark_of("1")
    assert mark is not None
    assert mark.under_review
    site.store.close()


def test_the_real_student_is_marked_while_the_objection_waits(class_of_two: Site) -> None:
    site = class_of_two
    attempt = marked(site)
    site.check_in.not_me(site.session, attempt, PHOTO)
    assert site.submit(photo_of(COLLINS, side=80), "grant-2").code is VerdictCode.LATE
    mark = site.mark_of("1")
    assert mark is not None
    assert mark.counts_as_there
    [held] = site.reviews.held()
    site.reviews.refuse(held.review.id, by="teacher")
    assert site.mark_of("1") == mark


def test_after_the_decision_it_can_not_be_said_again(class_of_two: Site) -> None:
    site = class_of_two
    attempt = marked(site)
    site.check_in.not_me(site.session, attempt, PHOTO)
    [held] = site.reviews.held()
    accepted = site.reviews.accept(held.review.id, by="teacher")
    assert accepted.counts_as_there
    assert site.check_in.not_me(site.session, attempt, PHOTO)
    assert site.mark_of("1") == accepted
    assert site.pictures() == []


def test_a_crash_between_review_and_mark_is_mended_by_saying_it_again(tmp_path: Path) -> None:
    site = open_site(tmp_path)
    site.enrol("1", PHOTO)
    attempt = marked(site)
    broken = open_site(tmp_path, store=FragileStore(site.store, "replace_mark", written=False))
    with pytest.raises(StoreUnavailableError):
        broken.check_in.not_me(site.session, attempt, PHOTO)
    assert site.check_in.not_me(site.session, attempt, PHOTO)
    mark = site.mark_of("1")
    assert mark is not None
    assert mark.under_review
    site.store.close()


def test_it_also_counts_where_the_mark_was_never_taken_out_of_the_count(tmp_path: Path) -> None:
    site = open_site(tmp_path)
    site.enrol("1", PHOTO)
    site.enrol("2", photo_of(HOPPER))
    attempt = marked(site)
    broken = open_site(tmp_path, store=FragileStore(site.store, "replace_mark", written=False))
    with pytest.raises(StoreUnavailableError):
        broken.check_in.not_me(site.session, attempt, PHOTO)
    [held] = site.reviews.held()
    site.reviews.accept(held.review.id, by="teacher", roll_number="2")
    statuses = [site.mark_of(roll) for roll in ("1", "2")]
    assert [mark.status for mark in statuses if mark] == [MarkStatus.ABSENT, MarkStatus.LATE]
    site.store.close()
