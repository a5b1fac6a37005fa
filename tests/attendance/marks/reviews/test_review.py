"""A teacher decides reviews: once, for the chosen student, and the snapshot is deleted."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from attendance.errors import ReviewNotFoundError, StoreUnavailableError, StudentNotFoundError
from attendance.files.snapshots import SNAPSHOT_LIFETIME
from attendance.values import MarkMethod, MarkStatus, Review, ReviewDecision
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.fragile_store import ChangingStore, FragileStore
from tests.attendance.site import COLLINS, HOPPER, Site, open_site

DOUBTFUL = photo_of(COLLINS, blend=15)


@pytest.fixture
def waiting(class_of_two: Site) -> Site:
    """A register in which a photo waits that may show Eileen Collins."""
    class_of_two.clock.advance(minutes=-10)
    class_of_two.submit(DOUBTFUL)
    class_of_two.clock.advance(hours=3)
    return class_of_two


def open_review_id(site: Site) -> str:
    [held] = site.reviews.held()
    return held.review.id


def test_accepting_marks_the_first_candidate_for_the_time_of_the_photo(waiting: Site) -> None:
    taken_at = waiting.clock.now() - timedelta(hours=3)
    mark = waiting.reviews.accept(open_review_id(waiting), by="teacher")
    assert mark == waiting.mark_of("1")
    assert (mark.status, mark.method, mark.reviewer) == (MarkStatus.PRESENT, MarkMethod.FACE, "teacher")
    assert mark.at == taken_at
    [event] = mark.history
    assert (event.at, event.by, event.holds_from) == (waiting.clock.now(), "teacher", taken_at)
    assert waiting.reviews.held() == []
    assert waiting.pictures() == []


def test_only_who_is_not_on_the_roster_is_a_guest(waiting: Site) -> None:
    review_id = open_review_id(waiting)  # about who of two on the roster it is
    waiting.reviews.accept(review_id, by="teacher", as_guest=True)
    decided = waiting.store.review(review_id)
    assert decided is not None
    assert decided.decision is ReviewDecision.ACCEPTED


def test_accepting_for_somebody_else_marks_them(waiting: Site) -> None:
    mark = waiting.reviews.accept(open_review_id(waiting), by="teacher", roll_number="2")
    assert mark.student_id == waiting.student("2").id
    assert mark.score is None
    assert waiting.mark_of("1") is None


def test_refusing_marks_nobody_and_deletes_the_picture(waiting: Site) -> None:
    waiting.reviews.refuse(open_review_id(waiting), by="teacher")
    assert waiting.store.marks(waiting.session.id) == []
    assert waiting.reviews.held() == []
    assert waiting.pictures() == []


def test_a_student_who_came_again_meanwhile_keeps_their_mark(waiting: Site) -> None:
    waiting.submit(photo_of(COLLINS), "grant-2")
    mark = waiting.mark_of("1")
    assert mark is not None
    accepted = waiting.reviews.accept(open_review_id(waiting), by="teacher")
    assert (accepted.status, accepted.at, accepted.attempt) == (mark.status, mark.at, mark.attempt)
    assert accepted.history[:-1] == mark.history
    assert accepted.history[-1].by == "teacher"


def test_a_mark_that_stood_already_is_not_brought_back_after_a_change_by_hand(waiting: Site) -> None:
    waiting.submit(photo_of(COLLINS), "grant-2")
    review_id = open_review_id(waiting)
    waiting.reviews.accept(review_id, by="teacher")
    by_hand = waiting.marking.mark("1", MarkStatus.ABSENT, by="teacher")
    waiting.reviews.finish_decided()
    assert waiting.mark_of("1") == by_hand
    assert waiting.reviews.accept(review_id, by="teacher") == by_hand


def test_doing_it_again_is_doing_it_once(waiting: Site) -> None:
    review_id = open_review_id(waiting)
    first = waiting.reviews.accept(review_id, by="teacher")
    assert waiting.reviews.accept(review_id, by="teacher") == first


def test_a_later_change_by_hand_is_not_undone_by_doing_it_again(waiting: Site) -> None:
    review_id = open_review_id(waiting)
    waiting.reviews.accept(review_id, by="teacher")
    by_hand = waiting.marking.mark("1", MarkStatus.ABSENT, by="teacher", note="left at once")
    assert waiting.reviews.accept(review_id, by="teacher") == by_hand
    waiting.reviews.finish_decided()
    assert waiting.mark_of("1") == by_hand


def test_a_decision_stands(waiting: Site) -> None:
    review_id = open_review_id(waiting)
    waiting.reviews.refuse(review_id, by="teacher")
    with pytest.raises(ReviewNotFoundError, match="teacher already decided the review"):
        waiting.reviews.accept(review_id, by="somebody else")
    assert waiting.mark_of("1") is None


def test_an_unknown_review_is_an_error(waiting: Site) -> None:
    with pytest.raises(ReviewNotFoundError, match="nonsense"):
        waiting.reviews.refuse("nonsense", by="teacher")


def test_an_unknown_student_leaves_it_undecided(waiting: Site) -> None:
    with pytest.raises(StudentNotFoundError):
        waiting.reviews.accept(open_review_id(waiting), by="teacher", roll_number="99")
    assert len(waiting.reviews.held()) == 1


def test_of_two_who_decide_at_once_one_does(waiting: Site) -> None:
    review_id = open_review_id(waiting)

    def decide(number: int) -> str:
        try:
            if number % 2:
                waiting.reviews.refuse(review_id, by="one")
                return "refused"
            waiting.reviews.accept(review_id, by="another")
        except ReviewNotFoundError:
            return "too late"
        return "accepted"

    with ThreadPoolExecutor(8) as pool:
        done = set(pool.map(decide, range(8))) - {"too late"}
    review = waiting.store.review(review_id)
    assert review is not None
    assert review.decision is not None
    assert done == {review.decision.value}
    assert (waiting.mark_of("1") is not None) == (review.decision is ReviewDecision.ACCEPTED)


def test_who_is_overtaken_while_deciding_is_told_so(tmp_path: Path) -> None:
    site = open_site(tmp_path)
    site.enrol("1", photo_of(COLLINS))
    site.submit(DOUBTFUL)
    review_id = open_review_id(site)

    class Overtaken(FragileStore):
        def decide_review(
            self, review_id: str, decision: ReviewDecision, *, decided_for: str | None, by: str, at: datetime
        ) -> Review | None:
            site.reviews.refuse(review_id, by="a faster one")
            return site.store.decide_review(review_id, decision, decided_for=decided_for, by=by, at=at)

    slow = open_site(tmp_path, store=Overtaken(site.store, "", written=False))
    with pytest.raises(ReviewNotFoundError, match="a faster one already decided the review"):
        slow.reviews.accept(review_id, by="teacher")
    assert site.mark_of("1") is None
    site.store.close()


@pytest.mark.parametrize("repair", ["again", "housekeeping"])
def test_a_crash_after_the_decision_is_mended(tmp_path: Path, repair: str) -> None:
    site = open_site(tmp_path)
    site.enrol("1", photo_of(COLLINS))
    site.submit(DOUBTFUL)
    review_id = open_review_id(site)
    broken = open_site(tmp_path, store=FragileStore(site.store, "insert_mark", written=False))
    with pytest.raises(StoreUnavailableError):
        broken.reviews.accept(review_id, by="teacher")
    assert site.mark_of("1") is None
    if repair == "again":
        site.reviews.accept(review_id, by="teacher")
    else:
        site.reviews.finish_decided()
    mark = site.mark_of("1")
    assert mark is not None
    assert mark.reviewer == "teacher"
    site.store.close()


def test_who_is_erased_while_a_decision_is_repaired_ends_no_start(tmp_path: Path) -> None:
    site = open_site(tmp_path)
    site.enrol("1", photo_of(COLLINS))
    site.enrol("2", photo_of(HOPPER))
    site.submit(DOUBTFUL)
    broken = open_site(tmp_path, store=FragileStore(site.store, "insert_mark", written=False))
    with pytest.raises(StoreUnavailableError):
        broken.reviews.accept(open_review_id(site), by="teacher", roll_number="2")
    changing = ChangingStore(site.store, "insert_mark", lambda: site.students.remove("2"))
    open_site(tmp_path, store=changing).reviews.finish_decided()
    assert [student.roll_number for student in site.students.all()] == ["1"]
    assert site.store.marks(site.session.id) == []
    site.store.close()


def test_a_change_by_hand_after_a_crash_is_not_overruled_by_the_repair(tmp_path: Path) -> None:
    site = open_site(tmp_path)
    site.enrol("1", photo_of(COLLINS))
    site.submit(DOUBTFUL)
    review_id = open_review_id(site)
    broken = open_site(tmp_path, store=FragileStore(site.store, "insert_mark", written=False))
    with pytest.raises(StoreUnavailableError):
        broken.reviews.accept(review_id, by="teacher")
    site.clock.advance(minutes=1)
    by_hand = site.marking.mark("1", MarkStatus.EXCUSED, by="teacher")
    site.reviews.finish_decided()
    assert site.mark_of("1") == by_hand
    site.store.close()


class TestNotMe:
    """Reviews of "that's not me"."""

    PHOTO = photo_of(COLLINS)

    @pytest.fixture
    def objected(self, class_of_two: Site) -> Site:
        attempt = class_of_two.attempt(self.PHOTO)
        class_of_two.submit(self.PHOTO, attempt=attempt)
        assert class_of_two.check_in.not_me(class_of_two.session, attempt, self.PHOTO)
        return class_of_two

    def test_refused_the_mark_becomes_absent(self, objected: Site) -> None:
        objected.reviews.refuse(open_review_id(objected), by="teacher")
        mark = objected.mark_of("1")
        assert mark is not None
        assert (mark.status, mark.under_review) == (MarkStatus.ABSENT, False)
        assert [(e.status, e.under_review) for e in mark.history] == [
            (MarkStatus.LATE, False),
            (MarkStatus.LATE, True),
            (MarkStatus.ABSENT, False),
        ]

    def test_accepted_it_was_them_after_all(self, objected: Site) -> None:
        mark = objected.reviews.accept(open_review_id(objected), by="teacher")
        assert mark.counts_as_there
        assert len(mark.history) == 3

    def test_accepted_for_another_both_marks_are_put_right(self, objected: Site) -> None:
        objected.reviews.accept(open_review_id(objected), by="teacher", roll_number="2")
        wrong, right = objected.mark_of("1"), objected.mark_of("2")
        assert wrong is not None
        assert right is not None
        assert wrong.status is MarkStatus.ABSENT
        assert right.status is MarkStatus.LATE

    def test_a_mark_given_by_hand_meanwhile_stands(self, objected: Site) -> None:
        by_hand = objected.marking.mark("1", MarkStatus.PRESENT, by="teacher")
        assert by_hand.counts_as_there
        objected.reviews.refuse(open_review_id(objected), by="teacher")
        assert objected.mark_of("1") == by_hand

    def test_refusing_twice_writes_once(self, objected: Site) -> None:
        review_id = open_review_id(objected)
        objected.reviews.refuse(review_id, by="teacher")
        mark = objected.mark_of("1")
        objected.reviews.refuse(review_id, by="teacher")
        objected.reviews.finish_decided()
        assert objected.mark_of("1") == mark


class TestPurge:
    """Pictures are kept at most 14 days, and never without their review."""

    def test_a_young_picture_of_an_open_review_stays(self, waiting: Site) -> None:
        assert waiting.reviews.purge_snapshots() == 0
        [held] = waiting.reviews.held()
        assert held.snapshot is not None

    def test_after_fourteen_days_it_goes_and_the_review_stays(self, waiting: Site) -> None:
        waiting.clock.moment += SNAPSHOT_LIFETIME
        assert waiting.reviews.purge_snapshots() == 1
        [held] = waiting.reviews.held()
        assert (held.snapshot, held.review.snapshot) == (None, None)
        assert waiting.pictures() == []

    def test_a_picture_that_no_review_names_goes(self, waiting: Site) -> None:
        name = waiting.snapshots.save("a crash left it", b"picture")
        long_ago = (waiting.clock.now() - timedelta(hours=2)).timestamp()
        os.utime(waiting.snapshots.path(name), (long_ago, long_ago))
        assert waiting.reviews.purge_snapshots() == 1
        assert name not in waiting.pictures()

    def test_what_a_crash_left_of_a_picture_goes(self, waiting: Site) -> None:
        path = waiting.snapshots.path(waiting.snapshots.save("a crash left it", b"picture"))
        draft = path.rename(path.with_name(".0123456789ab.part"))
        long_ago = (waiting.clock.now() - timedelta(hours=2)).timestamp()
        os.utime(draft, (long_ago, long_ago))
        waiting.reviews.purge_snapshots()
        assert not draft.exists()

    def test_a_snapshot_that_is_just_being_saved_stays(self, waiting: Site) -> None:
        name = waiting.snapshots.save("its review comes in a moment", b"picture")
        now = waiting.clock.now().timestamp()
        os.utime(waiting.snapshots.path(name), (now, now))
        assert waiting.reviews.purge_snapshots() == 0
        assert name in waiting.pictures()

    def test_a_removed_student_takes_their_pictures_along(self, waiting: Site) -> None:
        waiting.students.remove("1")
        assert waiting.reviews.held() == []
        assert waiting.pictures() == []
