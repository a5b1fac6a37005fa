""" "That's not me": the mark does not count until a person has decided."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attendance.errors import StoreUnavailableError
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.evidence import MOST_NOTED
from attendance.marks.objection import GRACE
from attendance.marks.verdict import VerdictCode
from attendance.values import MarkStatus, ReviewReason
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.fragile_store import FragileStore, HalfRecorded
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site, open_site

PHOTO = photo_of(COLLINS)


def marked(site: Site) -> Attempt:
    """The attempt that marked Eileen Collins."""
    attempt = site.attempt(PHOTO)
    assert site.submit(PHOTO, attempt=attempt).code is VerdictCode.LATE
    return attempt


def assert_heard_and_mark_kept(site: Site) -> None:
    """There is one review; the mark counts meanwhile, and after it is refused too."""
    mark = site.mark_of("1")
    assert mark is not None
    assert mark.counts_as_there
    [held] = site.reviews.held()
    site.reviews.refuse(held.review.id, by="teacher")
    assert site.mark_of("1") == mark


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
    assert held.candidates[0][1] == pytest.approx(1.0, abs=0.001)
    assert held.snapshot is not None


def test_the_review_names_what_the_photo_was_taken_with(class_of_two: Site) -> None:
    attempt = replace(marked(class_of_two), device=None)  # an objection is not signed
    review = class_of_two.check_in.not_me(class_of_two.session, attempt, PHOTO)
    assert review is not None
    assert review.device == "phone"


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
    assert site.submit(other, attempt=attempt).code is VerdictCode.ALREADY_LATE
    assert site.check_in.not_me(site.session, attempt, other)
    assert_heard_and_mark_kept(site)


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
    broken = open_site(tmp_path, store=HalfRecorded(site.store, with_mark=True))
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
    assert_heard_and_mark_kept(site)


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


def test_who_also_checked_in_keeps_the_mark(class_of_two: Site) -> None:
    site = class_of_two
    attempt = marked(site)
    own = photo_of(COLLINS, side=80)
    assert site.submit(own, "own-grant").code is VerdictCode.ALREADY_LATE
    assert site.check_in.not_me(site.session, attempt, PHOTO)
    assert_heard_and_mark_kept(site)


def test_a_teachers_word_keeps_the_mark(class_of_two: Site) -> None:
    site = class_of_two
    attempt = marked(site)
    site.marking.mark("1", MarkStatus.PRESENT, by="teacher", session=site.session)
    mark = site.mark_of("1")
    site.check_in.not_me(site.session, attempt, PHOTO)
    assert site.mark_of("1") == mark


def test_a_check_in_of_the_student_that_needs_review_keeps_the_mark(class_of_two: Site) -> None:
    site = class_of_two
    attempt = marked(site)
    site.claim(site.session, "1", "own-grant")
    assert site.check_in.not_me(site.session, attempt, PHOTO)
    mark = site.mark_of("1")
    assert mark is not None
    assert mark.counts_as_there
    assert len(site.reviews.held()) == 2


def test_who_was_named_wrongly_twice_takes_both_back(class_of_two: Site) -> None:
    site = class_of_two
    other = photo_of(COLLINS, side=80)
    first, second = marked(site), site.attempt(other, "grant-2")
    site.submit(other, attempt=second)
    site.check_in.not_me(site.session, second, other)
    site.check_in.not_me(site.session, first, PHOTO)
    [held] = site.reviews.held()
    assert held.review.count == 2
    site.reviews.refuse(held.review.id, by="teacher")
    mark = site.mark_of("1")
    assert mark is not None
    assert mark.status is MarkStatus.ABSENT


def test_repeating_it_grows_neither_history_nor_reviews(class_of_two: Site) -> None:
    site = class_of_two
    lengths = []
    for number in range(8):
        photo = photo_of(COLLINS, side=64 + number)
        attempt = site.attempt(photo, f"grant-{number}")
        site.submit(photo, attempt=attempt)
        site.check_in.not_me(site.session, attempt, photo)
        site.clock.advance(seconds=10)
        mark = site.mark_of("1")
        assert mark is not None
        lengths.append(len(mark.history))
    assert max(lengths) <= 3 + MOST_NOTED
    [held] = site.reviews.held()
    assert held.review.count == 8
    assert len(site.pictures()) == 1


def test_so_much_speaks_for_a_mark_that_no_objection_takes_it(class_of_two: Site) -> None:
    site = class_of_two
    photos = [photo_of(COLLINS, side=64 + number) for number in range(MOST_NOTED + 2)]
    attempts = [site.attempt(photo, f"grant-{number}") for number, photo in enumerate(photos)]
    for photo, attempt in zip(photos, attempts, strict=True):
        site.submit(photo, attempt=attempt)
    for photo, attempt in zip(photos, attempts, strict=True):
        site.check_in.not_me(site.session, attempt, photo)
    mark = site.mark_of("1")
    assert mark is not None
    assert mark.counts_as_there


@pytest.mark.parametrize("closes_by_hand", [True, False])
def test_it_can_be_said_until_shortly_after_the_session(class_of_two: Site, *, closes_by_hand: bool) -> None:
    site = class_of_two
    session, attempt = site.session, marked(site)
    if closes_by_hand:
        site.closing.close(session.id, by="teacher")
    else:
        site.clock.moment = session.closes_at
    session = site.sessions.get(session.id)
    site.clock.advance(seconds=GRACE.total_seconds())
    assert not site.check_in.not_me(session, attempt, PHOTO)
    assert site.reviews.held() == []
    site.clock.advance(seconds=-1)
    assert site.check_in.not_me(session, attempt, PHOTO)
    assert len(site.reviews.held()) == 1
