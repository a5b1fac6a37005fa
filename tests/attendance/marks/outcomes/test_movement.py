"""What follows from a movement that was right, wrong or missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from attendance.errors import StoreUnavailableError
from attendance.liveness.burst_problems import BurstProblem
from attendance.marks.submission import Circumstances
from attendance.marks.verdict import VerdictCode
from attendance.values import LivenessMode, LivenessResult, Mark, MarkStatus, Place, ReviewReason
from face_detection.liveness.values import MovementProblem
from tests.attendance.fake_bursts import SentBurst, frame_of, times_of
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of
from tests.attendance.fragile_store import FragileStore
from tests.attendance.marks.outcomes.moving import STILL, exempt, make, photo_and_attempt, right, wrong
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site, enrol_two, open_site
from tests.attendance.store.databases import MongomockPlace, SQLitePlace

REQUIRED, FLAG, OFF = LivenessMode.REQUIRED, LivenessMode.FLAG, LivenessMode.OFF
ELSEWHERE = Circumstances(same_browser=False)


def sends(
    site: Site,
    grant: str,
    *,
    person: int = COLLINS,
    moves: bool | None = True,
    take: int = 0,
    circumstances: Circumstances | None = None,
) -> VerdictCode:
    """A student sends a photo: moving as asked (True), the other way (False), or not at all (None)."""
    photo, attempt = photo_and_attempt(site, person, grant, take)
    burst = STILL if moves is None else (right if moves else wrong)(site, person, attempt, take=take)
    return site.submit(
        photo, attempt=attempt, burst=burst, circumstances=circumstances or Circumstances()
    ).code


def mark_of(site: Site, roll_number: str = "1") -> Mark:
    mark = site.mark_of(roll_number)
    assert mark is not None
    return mark


def reasons(site: Site) -> list[ReviewReason]:
    return [held.review.reason for held in site.reviews.held()]


def test_the_right_movement_is_evidence(class_of_two: Site) -> None:
    circumstances = Circumstances(place=Place.THIS_NETWORK, signed=True)
    assert sends(class_of_two, "g1", circumstances=circumstances) is VerdictCode.LATE
    evidence = mark_of(class_of_two).evidence
    assert (evidence.liveness, evidence.why) == (LivenessResult.PASSED, ())
    assert (evidence.place, evidence.signed) == (Place.THIS_NETWORK, True)


def test_one_failure_is_another_try_and_the_second_is_for_the_teacher(class_of_two: Site) -> None:
    site = class_of_two
    assert sends(site, "g1", moves=False) is VerdictCode.MOVE_AGAIN
    assert (site.mark_of("1"), site.reviews.held()) == (None, [])
    assert sends(site, "g1", moves=False, take=1) is VerdictCode.NEEDS_REVIEW
    [held] = site.reviews.held()
    assert held.review.reason is ReviewReason.MOVEMENT
    assert [student.roll_number for student, _ in held.candidates] == ["1"]
    assert held.review.evidence.why == (MovementProblem.WRONG_WAY.value,)
    assert held.snapshot is not None
    assert site.mark_of("1") is None


def test_the_second_try_may_be_right(class_of_two: Site) -> None:
    site = class_of_two
    sends(site, "g1", moves=False)
    assert sends(site, "g1", take=1) is VerdictCode.LATE
    assert mark_of(site).evidence.liveness is LivenessResult.PASSED
    assert site.reviews.held() == []


def test_a_new_grant_is_no_new_try(class_of_two: Site) -> None:
    site = class_of_two
    assert sends(site, "g1", moves=False) is VerdictCode.MOVE_AGAIN
    assert sends(site, "g2", moves=False, take=1) is VerdictCode.NEEDS_REVIEW


def test_the_same_bytes_under_a_new_grant_are_a_new_try(class_of_two: Site) -> None:
    """A recording can't be sent under one grant after another until it is the movement that is asked for."""
    site = class_of_two
    photo, first = photo_and_attempt(site, COLLINS, "g1")
    asked = site.asked(site.session, first)
    burst = wrong(site, COLLINS, first)
    alike = (site.attempt(photo, f"other-{number}") for number in range(100))
    second = next(each for each in alike if site.asked(site.session, each) == asked)
    assert site.submit(photo, attempt=first, burst=burst).code is VerdictCode.MOVE_AGAIN
    assert site.submit(photo, attempt=second, burst=burst).code is VerdictCode.NEEDS_REVIEW


def test_a_grant_allows_one_more_try_whomever_it_shows(class_of_two: Site) -> None:
    site = class_of_two
    assert sends(site, "g1", moves=False) is VerdictCode.MOVE_AGAIN
    assert sends(site, "g1", person=HOPPER, moves=False) is VerdictCode.NEEDS_REVIEW


def test_other_frames_beside_the_same_photo_are_another_try(class_of_two: Site, tmp_path: Path) -> None:
    """Sent at once, before either was answered, they must not count as one."""
    site = class_of_two
    photo, attempt = photo_and_attempt(site, COLLINS, "g1")
    first = wrong(site, COLLINS, attempt)
    broken = open_site(tmp_path, store=FragileStore(site.store, "keep_answer", written=False))
    with pytest.raises(StoreUnavailableError):
        broken.submit(photo, attempt=attempt, burst=first)
    other = SentBurst(first.frames, (*first.taken[:-1], first.taken[-1] + 1))
    assert site.submit(photo, attempt=attempt, burst=other).code is VerdictCode.NEEDS_REVIEW


def test_after_two_failures_the_teacher_decides_whatever_comes(class_of_two: Site) -> None:
    site = class_of_two
    for number in range(2):
        sends(site, f"g{number}", moves=False, take=number)
    assert sends(site, "g3", take=3) is VerdictCode.NEEDS_REVIEW
    [held] = site.reviews.held()
    assert (held.review.reason, held.review.count) == (ReviewReason.MOVEMENT, 2)
    assert site.mark_of("1") is None
    mark = site.reviews.accept(held.review.id, by="teacher")
    assert mark.counts_as_there
    assert sends(site, "g4", take=4) is VerdictCode.ALREADY_LATE
    assert sends(site, "g5", person=HOPPER) is VerdictCode.LATE


def test_what_was_right_after_two_failures_says_so(class_of_two: Site) -> None:
    site = class_of_two
    for number in range(2):
        sends(site, f"g{number}", moves=False, take=number)
    site.reviews.refuse(site.reviews.held()[0].review.id, by="teacher")
    assert sends(site, "g3", take=3) is VerdictCode.NEEDS_REVIEW
    [held] = site.reviews.held()
    assert held.review.evidence.liveness is LivenessResult.PASSED
    assert held.review.evidence.why == (BurstProblem.FAILED_BEFORE.value,)


def test_a_phone_that_shows_no_movement_is_held_and_no_dead_end(class_of_two: Site) -> None:
    site = class_of_two
    assert sends(site, "g1", moves=None) is VerdictCode.NEEDS_REVIEW
    [held] = site.reviews.held()
    assert (held.review.reason, held.review.evidence.liveness) == (
        ReviewReason.NO_MOVEMENT,
        LivenessResult.NOT_SHOWN,
    )
    mark = site.reviews.accept(held.review.id, by="teacher")
    assert (mark.counts_as_there, mark.evidence.liveness) == (True, LivenessResult.NOT_SHOWN)


def test_without_a_camera_a_class_checks_in_all_the_same(class_of_two: Site) -> None:
    site = class_of_two
    assert sends(site, "g1", moves=None, circumstances=Circumstances(has_camera=False)) is VerdictCode.LATE
    assert mark_of(site).evidence.liveness is LivenessResult.NOT_SHOWN


@pytest.mark.parametrize(
    ("moves", "result", "why"),
    [
        (True, LivenessResult.PASSED, ()),
        (False, LivenessResult.FAILED, (MovementProblem.WRONG_WAY.value,)),
        (None, LivenessResult.NOT_SHOWN, ()),
    ],
)
def test_where_it_is_only_flagged_the_mark_stands_and_says_so(
    class_of_two: Site, *, moves: bool | None, result: LivenessResult, why: tuple[str, ...]
) -> None:
    make(class_of_two, FLAG)
    assert sends(class_of_two, "g1", moves=moves) is VerdictCode.LATE
    evidence = mark_of(class_of_two).evidence
    assert (evidence.liveness, evidence.why) == (result, why)
    assert class_of_two.reviews.held() == []


def test_where_nobody_asks_no_frame_is_read(class_of_two: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site = class_of_two
    make(site, OFF)
    monkeypatch.setattr(site.pipeline.bursts, "read", lambda *_: pytest.fail("a frame was read"))
    assert sends(site, "g1", circumstances=ELSEWHERE) is VerdictCode.LATE
    evidence = mark_of(site).evidence
    assert (evidence.liveness, evidence.why) == (LivenessResult.NOT_ASKED, ())


@pytest.mark.parametrize("moves", [False, None])
def test_who_cannot_turn_the_head_is_marked(class_of_two: Site, *, moves: bool | None) -> None:
    exempt(class_of_two, "1")
    assert sends(class_of_two, "g1", moves=moves) is VerdictCode.LATE
    evidence = mark_of(class_of_two).evidence
    assert (evidence.liveness, evidence.why) == (LivenessResult.EXEMPT, ())


def test_another_browser_is_held_where_a_movement_is_required_and_noted_where_it_is_flagged(
    class_of_two: Site,
) -> None:
    site = class_of_two
    assert sends(site, "g1", circumstances=ELSEWHERE) is VerdictCode.NEEDS_REVIEW
    assert reasons(site) == [ReviewReason.OTHER_BROWSER]
    make(site, FLAG)
    assert sends(site, "g2", person=HOPPER, circumstances=ELSEWHERE) is VerdictCode.LATE
    assert mark_of(site, "2").evidence.why == (BurstProblem.OTHER_BROWSER.value,)
    assert sends(site, "g3", circumstances=Circumstances(same_browser=True)) is VerdictCode.LATE


def test_another_browser_is_held_for_who_need_not_move_too(class_of_two: Site) -> None:
    exempt(class_of_two, "1")
    assert sends(class_of_two, "g1", moves=None, circumstances=ELSEWHERE) is VerdictCode.NEEDS_REVIEW
    assert reasons(class_of_two) == [ReviewReason.OTHER_BROWSER]


@pytest.mark.parametrize("moves", [False, None])
def test_who_is_there_already_stays_there(class_of_two: Site, *, moves: bool | None) -> None:
    site = class_of_two
    sends(site, "g1")
    before = mark_of(site)
    assert sends(site, "g2", moves=moves, take=1) is VerdictCode.ALREADY_LATE
    assert (mark_of(site), site.reviews.held()) == (before, [])


def test_a_stranger_learns_nothing_from_moving(class_of_two: Site) -> None:
    """Whatever the movement, the answer is the same, and no failure is counted."""
    site = class_of_two
    for number, moves in enumerate((True, False, None)):
        assert sends(site, f"g{number}", person=STRANGER, moves=moves) is VerdictCode.NOT_FOUND
    assert site.reviews.held() == []


@pytest.mark.parametrize("moves", [True, False])
def test_a_doubt_about_the_face_comes_first(class_of_two: Site, *, moves: bool) -> None:
    site = class_of_two
    photo = photo_of(COLLINS, blend=FULL_BLEND)
    attempt = site.attempt(photo, "g1")
    burst = right(site, COLLINS, attempt) if moves else wrong(site, COLLINS, attempt)
    assert site.submit(photo, attempt=attempt, burst=burst).code is VerdictCode.NEEDS_REVIEW
    assert reasons(site) == [ReviewReason.UNPROVEN]


def test_accepting_keeps_what_speaks_for_the_check_in(class_of_two: Site) -> None:
    site = class_of_two
    for number in range(2):
        sends(site, "g1", moves=False, take=number, circumstances=Circumstances(place=Place.THIS_NETWORK))
    [held] = site.reviews.held()
    mark = site.reviews.accept(held.review.id, by="teacher")
    assert mark.evidence == held.review.evidence
    assert (mark.evidence.liveness, mark.evidence.place) == (LivenessResult.FAILED, Place.THIS_NETWORK)


def test_who_left_the_picture_meanwhile_reads_so_and_has_one_more_try(class_of_two: Site) -> None:
    site = class_of_two
    photo, attempt = photo_and_attempt(site, COLLINS, "g1")
    frames = tuple(frame_of(COLLINS if number < 5 else None, number=number) for number in range(8))
    burst = SentBurst(frames, times_of(frames))
    assert site.submit(photo, attempt=attempt, burst=burst).code is VerdictCode.STAY_IN_VIEW
    assert sends(site, "g1", moves=False, take=1) is VerdictCode.NEEDS_REVIEW


def test_two_movements_are_asked_where_the_course_wants_them(class_of_two: Site) -> None:
    site = class_of_two
    make(site, REQUIRED, movements=2)
    photo, attempt = photo_and_attempt(site, COLLINS, "g1")
    asked = site.asked(site.session, attempt)
    assert len(set(asked)) == 2
    one = right(site, COLLINS, attempt)
    half = SentBurst(one.frames[:8], one.taken[:8])
    assert site.submit(photo, attempt=attempt, burst=half).code is VerdictCode.MOVE_AGAIN
    assert sends(site, "g1", take=1) is VerdictCode.LATE


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("breaks_at", ["spend_grant", "keep_answer"])
def test_a_crash_on_the_way_to_another_try_costs_no_try(
    tmp_path: Path, breaks_at: str, *, written: bool
) -> None:
    site = open_site(tmp_path)
    enrol_two(site)
    photo, attempt = photo_and_attempt(site, COLLINS, "g1")
    burst = wrong(site, COLLINS, attempt)
    broken = open_site(tmp_path, store=FragileStore(site.store, breaks_at, written=written))
    with pytest.raises(StoreUnavailableError):
        broken.submit(photo, attempt=attempt, burst=burst)
    for _ in range(2):
        assert site.submit(photo, attempt=attempt, burst=burst).code is VerdictCode.MOVE_AGAIN
    assert sends(site, "g1", take=1) is VerdictCode.LATE
    site.store.close()


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("breaks_at", ["spend_grant", "hold_review", "keep_answer"])
def test_a_crash_on_the_way_to_the_teacher_loses_nothing(
    tmp_path: Path, breaks_at: str, *, written: bool
) -> None:
    site = open_site(tmp_path)
    enrol_two(site)
    sends(site, "g1", moves=False)
    photo, attempt = photo_and_attempt(site, COLLINS, "g1", take=1)
    burst = wrong(site, COLLINS, attempt, take=1)
    broken = open_site(tmp_path, store=FragileStore(site.store, breaks_at, written=written))
    with pytest.raises(StoreUnavailableError):
        broken.submit(photo, attempt=attempt, burst=burst)
    assert site.submit(photo, attempt=attempt, burst=burst).code is VerdictCode.NEEDS_REVIEW
    [held] = site.reviews.held()
    assert (held.review.reason, held.review.count) == (ReviewReason.MOVEMENT, 1)
    assert site.mark_of("1") is None
    site.store.close()


def test_the_counted_failures_name_nobody(class_of_two: Site, tmp_path: Path) -> None:
    site = class_of_two
    names = list[str]()

    class Watching:
        def __getattr__(self, name: str) -> object:
            method = getattr(site.store, name)
            if name != "spend_grant":
                return method

            def spend(grant_id: str, digest: str, expires_at: object) -> object:
                names.append(grant_id)
                return method(grant_id, digest, expires_at)

            return spend

    watched = open_site(tmp_path, store=Watching())  # type: ignore[arg-type]
    sends(watched, "g1", moves=False)
    assert len(names) == 2
    assert not any(site.student("1").id in name for name in names)


def test_a_teachers_absence_is_not_overruled_by_a_failed_movement(class_of_two: Site) -> None:
    site = class_of_two
    site.marking.mark("1", MarkStatus.ABSENT, by="teacher")
    assert sends(site, "g1", moves=False) is VerdictCode.MOVE_AGAIN
    assert sends(site, "g1", moves=False, take=1) is VerdictCode.NEEDS_REVIEW
    assert mark_of(site).status is MarkStatus.ABSENT


@pytest.mark.parametrize("database", ["sqlite", "mongomock"])
def test_on_both_databases(tmp_path: Path, database: str) -> None:
    place = SQLitePlace(tmp_path / "attendance.sqlite3") if database == "sqlite" else MongomockPlace()
    store = place.open()
    site = open_site(tmp_path, store=store)
    enrol_two(site)
    assert sends(site, "g1", moves=False) is VerdictCode.MOVE_AGAIN
    assert sends(site, "g2", moves=False, take=1) is VerdictCode.NEEDS_REVIEW
    assert sends(site, "g3", person=HOPPER) is VerdictCode.LATE
    stored = store.mark(site.session.id, site.student("2").id)
    assert stored is not None
    assert stored.evidence.liveness is LivenessResult.PASSED
    [review] = store.reviews()
    assert review.evidence.why == (MovementProblem.WRONG_WAY.value,)
    store.close()
