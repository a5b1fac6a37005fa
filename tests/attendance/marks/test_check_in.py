"""A photo becomes a verdict and a mark, once, whatever is retried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from attendance.errors import EngineMismatchError, StoreUnavailableError
from attendance.marks.check_in_attempt import MOST_TRIES
from attendance.marks.reviews.review_queue import MOST_OF_DEVICE
from attendance.marks.verdict import VerdictCode, VerdictStatus
from attendance.store.layers.watched_store import WatchedStore
from attendance.store.protocol import Store
from attendance.store.whole_check_ins import CheckInRecord, CheckInWritten
from attendance.values import Course, Mark, MarkMethod, MarkStatus, Review, ReviewReason, Session
from face_detection.photo import decode
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import FakePipeline, photo_of
from tests.attendance.fragile_store import FragileStore, HalfRecorded
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site, enrol_two, open_site


def test_an_enrolled_face_is_present(class_of_two: Site) -> None:
    site = class_of_two
    site.clock.advance(minutes=-30)
    verdict = site.submit(photo_of(COLLINS, side=80))
    assert verdict.code is VerdictCode.PRESENT
    assert verdict.status is VerdictStatus.PRESENT
    assert verdict.student_name == "Eileen Collins"
    assert verdict.marked_at == site.clock.now()
    mark = site.mark_of("1")
    assert mark is not None
    assert (mark.status, mark.method, mark.device, mark.version) == (
        MarkStatus.PRESENT,
        MarkMethod.FACE,
        "phone",
        1,
    )
    assert mark.score == pytest.approx(1.0, abs=0.001)
    assert [(event.status, event.by) for event in mark.history] == [(MarkStatus.PRESENT, "student")]
    assert site.mark_of("2") is None


def test_from_the_set_time_on_it_is_late(class_of_two: Site) -> None:
    site = class_of_two  # the class starts at 10:00 in Berlin, 09:00 UTC, which is now
    assert site.submit(photo_of(COLLINS)).code is VerdictCode.LATE
    site.clock.advance(milliseconds=-1)
    assert site.submit(photo_of(HOPPER), "grant-2").code is VerdictCode.PRESENT


def test_a_stranger_is_not_found_and_may_try_again(class_of_two: Site) -> None:
    site = class_of_two
    verdict = site.submit(photo_of(STRANGER))
    assert (verdict.code, verdict.student_name, verdict.marked_at) == (VerdictCode.NOT_FOUND, None, None)
    assert site.store.marks(site.session.id) == []
    assert site.submit(photo_of(HOPPER)).student_name == "Grace Hopper"


def test_a_grant_is_not_for_trying_out_faces(class_of_two: Site) -> None:
    site = class_of_two
    for side in range(MOST_TRIES):
        assert site.submit(photo_of(STRANGER, side=64 + side)).code is VerdictCode.NOT_FOUND
    assert site.submit(photo_of(STRANGER, side=100)).code is VerdictCode.GRANT_USED
    reads = site.pipeline.reads
    assert site.submit(photo_of(COLLINS)).code is VerdictCode.GRANT_USED
    assert site.pipeline.reads == reads
    assert site.submit(photo_of(STRANGER, side=64)).code is VerdictCode.NOT_FOUND


def test_with_nobody_enrolled_everybody_is_not_found(site: Site) -> None:
    assert site.submit(photo_of(COLLINS)).code is VerdictCode.NOT_FOUND


@pytest.mark.parametrize("problem", PhotoProblem)
def test_what_is_wrong_with_a_photo_is_its_verdict(class_of_two: Site, problem: PhotoProblem) -> None:
    verdict = class_of_two.submit(photo_of(COLLINS, problem=problem))
    assert verdict.code.value == problem.value
    assert verdict.status is VerdictStatus.PHOTO_PROBLEM
    assert class_of_two.submit(photo_of(COLLINS)).status is VerdictStatus.PRESENT


def test_bytes_that_are_no_photo_are_told_so(class_of_two: Site) -> None:
    assert class_of_two.submit(b"not a photo").code is VerdictCode.NOT_AN_IMAGE
    assert class_of_two.pictures() == []


def test_a_retry_of_the_same_bytes_reads_the_same(class_of_two: Site) -> None:
    site = class_of_two
    photo = photo_of(COLLINS)
    attempt = site.attempt(photo)
    first = site.submit(photo, attempt=attempt)
    reads = site.pipeline.reads
    site.clock.advance(seconds=30)
    assert site.submit(photo, attempt=attempt) == first
    assert site.pipeline.reads == reads


@pytest.mark.parametrize("other", [photo_of(COLLINS, side=90), photo_of(HOPPER), photo_of(STRANGER), b"junk"])
def test_other_bytes_under_a_spent_grant_are_refused(class_of_two: Site, other: bytes) -> None:
    site = class_of_two
    site.submit(photo_of(COLLINS))
    verdict = site.submit(other)
    assert (verdict.code, verdict.student_name) == (VerdictCode.GRANT_USED, None)
    assert len(site.store.marks(site.session.id)) == 1


def test_the_second_phone_is_told_when_the_first_was_marked(class_of_two: Site) -> None:
    site = class_of_two
    first = site.submit(photo_of(COLLINS), "grant-1")
    site.clock.advance(minutes=7)
    again = site.submit(photo_of(COLLINS), "grant-2")
    assert again.code is VerdictCode.ALREADY_LATE
    assert (again.student_name, again.marked_at) == ("Eileen Collins", first.marked_at)
    assert len(site.store.marks(site.session.id)) == 1


def test_an_ended_grant_is_refused(class_of_two: Site) -> None:
    site = class_of_two
    attempt = site.attempt(photo_of(COLLINS))
    site.clock.advance(minutes=5)
    assert site.submit(photo_of(COLLINS), attempt=attempt).code is VerdictCode.GRANT_USED
    assert site.mark_of("1") is None


def test_a_closed_session_marks_nobody(class_of_two: Site) -> None:
    site = class_of_two
    session = site.session
    site.clock.moment = session.closes_at
    photo = photo_of(COLLINS)
    assert site.submit(photo, session=session).code is VerdictCode.SESSION_CLOSED
    assert site.store.marks(session.id) == []


def test_a_look_alike_needs_review_and_is_not_guessed(class_of_two: Site) -> None:
    site = class_of_two
    site.enrol("3", photo_of(COLLINS + 1))
    photo = photo_of(COLLINS, blend=15)
    verdict = site.submit(photo)
    assert (verdict.code, verdict.student_name) == (VerdictCode.NEEDS_REVIEW, None)
    assert site.store.marks(site.session.id) == []
    [held] = site.reviews.held()
    assert held.review.reason is ReviewReason.LOOK_ALIKE
    assert {student.roll_number for student, _ in held.candidates} == {"1", "3"}
    assert held.snapshot is not None
    assert held.snapshot.read_bytes().startswith(b"\xff\xd8")
    assert site.submit(photo_of(HOPPER)).code is VerdictCode.GRANT_USED


def test_a_match_that_the_data_can_not_prove_needs_review(class_of_two: Site) -> None:
    verdict = class_of_two.submit(photo_of(COLLINS, blend=15))
    assert verdict.code is VerdictCode.NEEDS_REVIEW
    [held] = class_of_two.reviews.held()
    assert held.review.reason is ReviewReason.UNPROVEN


def test_a_photo_in_review_sent_again_has_one_review(class_of_two: Site) -> None:
    photo = photo_of(COLLINS, blend=15)
    for _ in range(3):
        class_of_two.submit(photo)
    assert len(class_of_two.reviews.held()) == 1
    assert len(class_of_two.pictures()) == 1


def test_pictures_are_kept_for_reviews_alone(class_of_two: Site) -> None:
    for number, photo in enumerate((photo_of(COLLINS), photo_of(STRANGER), b"junk")):
        class_of_two.submit(photo, f"grant-{number}")
    assert class_of_two.pictures() == []


@pytest.mark.parametrize("status", [MarkStatus.ABSENT, MarkStatus.EXCUSED])
def test_who_was_marked_absent_by_hand_and_comes_is_there(class_of_two: Site, status: MarkStatus) -> None:
    site = class_of_two
    site.marking.mark("1", status, by="teacher")
    assert site.submit(photo_of(COLLINS)).code is VerdictCode.LATE
    mark = site.mark_of("1")
    assert mark is not None
    assert [event.status for event in mark.history] == [status, MarkStatus.LATE]
    assert mark.version == 2


def physics_with(site: Site, *roll_numbers: str) -> Session:
    """An open session of a course with this roster."""
    session = replace(site.session, id="physics|1", course_id="physics", token="another-token")
    roster = tuple(site.student(roll_number).id for roll_number in roll_numbers)
    site.store.add_course(Course("physics", "Physics", roster=roster))
    site.store.add_session(session)
    return session


def test_a_roster_limits_who_is_searched(class_of_two: Site) -> None:
    site = class_of_two
    session = physics_with(site, "2")
    for person, code in (
        (STRANGER, VerdictCode.NOT_FOUND),
        (COLLINS, VerdictCode.NOT_FOUND),
        (HOPPER, VerdictCode.LATE),
    ):
        photo = photo_of(person)
        verdict = site.submit(photo, f"grant-{person}", session=session)
        assert verdict.code is code
        assert (verdict.student_id is not None) == (person == HOPPER)


def test_a_student_who_is_not_on_the_roster_reads_what_a_stranger_reads_and_the_teacher_decides(
    class_of_two: Site,
) -> None:
    site = class_of_two
    session = physics_with(site, "2")
    photo = photo_of(COLLINS)
    attempt = site.attempt(photo)
    for _ in range(2):
        verdict = site.submit(photo, attempt=attempt, session=session)
        assert (verdict.code, verdict.status) == (VerdictCode.NOT_FOUND, VerdictStatus.NOT_FOUND)
    other = photo_of(STRANGER)
    assert site.submit(other, session=session) == verdict
    [held] = site.reviews.held()
    assert held.review.reason is ReviewReason.NOT_ON_ROSTER
    assert [student.roll_number for student, _ in held.candidates] == ["1"]
    assert held.snapshot is not None
    assert site.store.marks(session.id) == []


def test_a_stranger_waits_as_long_and_leaves_nothing(
    class_of_two: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, saved, writes = class_of_two, list[int](), list[str]()
    save, check, hold = site.snapshots.save, site.store.check, site.store.hold_review

    def noted_save(subject: str, jpeg: bytes) -> str:
        saved.append(len(jpeg))
        return save(subject, jpeg)

    def noted_check() -> None:
        writes.append("check")
        check()

    def noted_hold(review: Review, *, most: int | None = None) -> Review | None:
        writes.append("hold")
        return hold(review, most=most)

    monkeypatch.setattr(site.snapshots, "save", noted_save)
    monkeypatch.setattr(site.store, "check", noted_check)
    monkeypatch.setattr(site.store, "hold_review", noted_hold)
    session = physics_with(site, "2")
    for person in (COLLINS, STRANGER):
        photo = photo_of(person)
        assert site.submit(photo, session=session).code is VerdictCode.NOT_FOUND
    assert writes == ["hold", "check"]
    assert len(saved) == 2
    assert len(site.snapshots.names()) == len(site.reviews.held()) == 1


def test_a_doubt_about_somebody_elsewhere_holds_nothing(class_of_two: Site) -> None:
    site = class_of_two
    session = physics_with(site, "2")
    photo = photo_of(COLLINS, blend=15)
    assert site.submit(photo, session=session).code is VerdictCode.NOT_FOUND
    assert site.reviews.held() == []


def test_with_nobody_on_the_roster_students_are_known_all_the_same(class_of_two: Site) -> None:
    session = physics_with(class_of_two)
    photo = photo_of(COLLINS)
    verdict = class_of_two.submit(photo, session=session)
    assert verdict.code is VerdictCode.NOT_FOUND
    [held] = class_of_two.reviews.held()
    assert held.review.reason is ReviewReason.NOT_ON_ROSTER


def test_a_student_enrolled_a_moment_ago_is_found(class_of_two: Site) -> None:
    class_of_two.submit(photo_of(STRANGER))
    class_of_two.enrol("3", photo_of(STRANGER))
    assert class_of_two.submit(photo_of(STRANGER), "grant-2").code is VerdictCode.LATE


def test_a_student_removed_a_moment_ago_is_not(class_of_two: Site) -> None:
    class_of_two.submit(photo_of(COLLINS))
    class_of_two.students.remove("1")
    assert class_of_two.submit(photo_of(COLLINS), "grant-2").code is VerdictCode.NOT_FOUND


def test_templates_of_another_engine_are_an_error_and_not_a_low_score(
    class_of_two: Site, tmp_path: Path
) -> None:
    other = open_site(tmp_path, pipeline=FakePipeline(engine_name="fake-2"))
    with pytest.raises(EngineMismatchError, match="re-embed"):
        other.submit(photo_of(COLLINS))
    other.store.close()


CRASHES: dict[str, Callable[[Store], Store]] = {
    "before": lambda store: FragileStore(store, "record_check_in", written=False),
    "after the grant": lambda store: HalfRecorded(store, with_mark=False),
    "after the mark": lambda store: HalfRecorded(store, with_mark=True),
    "after the answer": lambda store: FragileStore(store, "record_check_in", written=True),
}


@pytest.mark.parametrize("crash", CRASHES)
def test_a_crash_on_the_way_costs_nothing(tmp_path: Path, crash: str) -> None:
    site = open_site(tmp_path)
    enrol_two(site)
    broken = open_site(tmp_path, store=CRASHES[crash](site.store))
    photo = photo_of(COLLINS)
    attempt = site.attempt(photo)
    with pytest.raises(StoreUnavailableError):
        broken.submit(photo, attempt=attempt)
    site.clock.advance(seconds=2)
    verdict = site.submit(photo, attempt=attempt)
    assert verdict.code is VerdictCode.LATE
    mark = site.mark_of("1")
    assert mark is not None
    assert verdict.marked_at == mark.at
    assert len(mark.history) == 1
    site.store.close()


def test_a_mark_whose_answer_was_not_kept_gets_one_at_once_and_is_told_once(tmp_path: Path) -> None:
    class Breaks(FragileStore):
        """MongoDB, whose connection breaks after the first mark."""

        def record_check_in(self, check_in: CheckInRecord) -> CheckInWritten:
            if check_in.mark is None or not self._store.insert_mark(check_in.mark):
                return self._store.record_check_in(check_in)
            return CheckInWritten(check_in.answer.digest, has_mark=True)

    site = open_site(tmp_path)
    enrol_two(site)
    told = list[Mark]()
    watched = WatchedStore(
        Breaks(site.store, "", written=False),
        on_marks=told.extend,
        on_session=lambda _: None,
        on_erased=lambda _: None,
    )
    photo = photo_of(COLLINS)
    attempt = site.attempt(photo)
    verdict = open_site(tmp_path, store=cast("Store", watched)).submit(photo, attempt=attempt)
    assert verdict.code is VerdictCode.LATE
    assert site.submit(photo, attempt=attempt) == verdict
    assert told == [site.mark_of("1")]
    site.store.close()


def test_a_crash_before_midnight_is_still_in_time_after_it(tmp_path: Path) -> None:
    site = open_site(tmp_path)
    enrol_two(site)
    site.clock.moment = (session := site.session).closes_at
    site.clock.advance(seconds=-1)
    photo = photo_of(COLLINS)
    attempt = site.attempt(photo)
    broken = open_site(tmp_path, store=HalfRecorded(site.store, with_mark=False), clock=site.clock)
    with pytest.raises(StoreUnavailableError):
        broken.submit(photo, attempt=attempt, session=session)
    site.clock.advance(seconds=2)
    assert site.submit(photo, attempt=attempt, session=session).code is VerdictCode.LATE
    site.store.close()


@pytest.mark.parametrize("written", [True, False])
def test_a_crash_while_holding_leaves_one_review_with_its_picture(tmp_path: Path, *, written: bool) -> None:
    site = open_site(tmp_path)
    enrol_two(site)
    photo = photo_of(COLLINS, blend=15)
    attempt = site.attempt(photo)
    broken = open_site(tmp_path, store=FragileStore(site.store, "hold_review", written=written))
    with pytest.raises(StoreUnavailableError):
        broken.submit(photo, attempt=attempt)
    assert site.pictures() == []
    assert site.submit(photo, attempt=attempt).code is VerdictCode.NEEDS_REVIEW
    [held] = site.reviews.held()
    assert held.snapshot is not None
    site.store.close()


def test_a_mark_that_somebody_changes_at_the_same_moment_is_not_lost(tmp_path: Path) -> None:
    site = open_site(tmp_path)
    enrol_two(site)
    site.marking.mark("1", MarkStatus.ABSENT, by="teacher")
    busy = open_site(tmp_path, store=_Interrupted(site))
    assert busy.submit(photo_of(COLLINS)).code is VerdictCode.LATE
    mark = site.mark_of("1")
    assert mark is not None
    assert [event.note for event in mark.history] == ["", "meanwhile", ""]
    assert mark.status is MarkStatus.LATE
    site.store.close()


def test_a_student_who_is_erased_while_the_photo_is_judged_is_not_found(tmp_path: Path) -> None:
    site = open_site(tmp_path)
    enrol_two(site)

    class Erasing(FragileStore):
        def record_check_in(self, check_in: CheckInRecord) -> CheckInWritten:
            if check_in.mark is not None:
                site.students.remove("1")
            return site.store.record_check_in(check_in)

    verdict = open_site(tmp_path, store=Erasing(site.store, "", written=False)).submit(photo_of(COLLINS))
    assert (verdict.code, verdict.student_name) == (VerdictCode.NOT_FOUND, None)
    assert site.store.marks(site.session.id) == []
    site.store.close()


def _Interrupted(site: Site) -> Store:  # noqa: N802 -- reads as a store
    """A store in which a teacher is faster once."""

    class Interrupted(FragileStore):
        done = False

        def record_check_in(self, check_in: CheckInRecord) -> CheckInWritten:
            if not self.done:
                self.done = True
                site.marking.mark("1", MarkStatus.EXCUSED, by="teacher", note="meanwhile")
            return site.store.record_check_in(check_in)

    return Interrupted(site.store, "", written=False)


def test_many_photos_of_one_doubt_are_one_review_with_the_last_photo(class_of_two: Site) -> None:
    site = class_of_two
    photos = [photo_of(COLLINS, blend=15, side=64 + number) for number in range(4)]
    for number, photo in enumerate(photos):
        assert site.submit(photo, f"grant-{number}").code is VerdictCode.NEEDS_REVIEW
    [held] = site.reviews.held()
    assert held.review.count == 4
    assert held.snapshot is not None
    assert decode(held.snapshot.read_bytes()).width == 67
    assert len(site.pictures()) == 1
    site.reviews.refuse(held.review.id, by="teacher")
    assert site.pictures() == []
    site.submit(photos[0], "grant-5")
    assert len(site.reviews.held()) == 1


def test_a_phone_with_many_open_reviews_has_to_wait_for_the_teacher(class_of_two: Site) -> None:
    site = class_of_two
    for number in range(MOST_OF_DEVICE):
        now, reason = site.clock.now(), ReviewReason.CODE
        site.store.hold_review(Review(f"r{number}", site.session.id, reason, (), now, device="phone"))
    photo = photo_of(COLLINS, blend=15)
    verdict = site.submit(photo)
    assert (verdict.code, verdict.status) == (VerdictCode.TOO_MANY_WAIT, VerdictStatus.REFUSED)
    assert site.pictures() == []
    site.reviews.refuse("r0", by="teacher")
    assert site.submit(photo, "grant-2").code is VerdictCode.NEEDS_REVIEW


def test_a_crash_after_the_mark_and_a_teachers_change_make_no_present(tmp_path: Path) -> None:
    site = open_site(tmp_path)
    enrol_two(site)
    photo = photo_of(COLLINS)
    attempt = site.attempt(photo)
    broken = open_site(tmp_path, store=HalfRecorded(site.store, with_mark=True))
    with pytest.raises(StoreUnavailableError):
        broken.submit(photo, attempt=attempt)
    site.corrections.take_back(site.session.id, site.student("1").id, by="teacher")
    assert site.submit(photo, attempt=attempt).code is VerdictCode.MARKED_OTHERWISE
    mark = site.mark_of("1")
    assert mark is not None
    assert mark.status is MarkStatus.WITHDRAWN
    site.store.close()
