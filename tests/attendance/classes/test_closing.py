"""Closing marks missing students absent; reopening withdraws just those marks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from attendance.classes.closing import CLOCK
from attendance.errors import CourseError, SessionNotFoundError, StoreUnavailableError
from attendance.marks.verdict import VerdictCode
from attendance.people.new_student import NewStudent
from attendance.values import MarkMethod, MarkStatus, Session, SessionPhase
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.fragile_store import FragileStore
from tests.attendance.site import COLLINS, HOPPER, Site, open_site

ABSENT = (MarkStatus.ABSENT, MarkMethod.CLOSING)
WITHDRAWN = (MarkStatus.WITHDRAWN, MarkMethod.CLOSING)
LATE_AFTER = 10


@pytest.fixture
def session(class_of_two: Site) -> Session:
    """An open session of a course with Collins (1) and Hopper (2)."""
    course = class_of_two.courses.add("Physics", roster=["1", "2"], late_after_minutes=LATE_AFTER)
    return class_of_two.class_sessions.open_now(course.id, by="t1")


def history(site: Site, roll_number: str, session: Session) -> list[tuple[MarkStatus, MarkMethod]]:
    """What the mark has been, oldest first."""
    mark = site.mark_of(roll_number, session)
    return [(event.status, event.method) for event in mark.history] if mark else []


def come(site: Site, person: int, session: Session, grant: str = "grant-1") -> VerdictCode:
    """Check in by face."""
    return site.submit(photo_of(person), grant, session=site.class_sessions.get(session.id)).code


def test_closing_by_hand_writes_who_did_not_come(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    come(site, COLLINS, session)
    site.clock.advance(minutes=30)
    closed = site.closing.close(session.id, by="t1")
    assert closed.closed_at == site.clock.now()
    assert site.store.session(session.id) == closed
    assert history(site, "1", session) == [(MarkStatus.PRESENT, MarkMethod.FACE)]
    assert history(site, "2", session) == [ABSENT]
    mark = site.mark_of("2", session)
    assert mark is not None
    assert (mark.at, mark.history[0].by) == (closed.closed_at, "t1")
    assert come(site, HOPPER, session, "grant-2") is VerdictCode.SESSION_CLOSED


def test_closing_twice_is_closing_once(class_of_two: Site, session: Session) -> None:
    first = class_of_two.closing.close(session.id, by="t1")
    class_of_two.clock.advance(minutes=1)
    assert class_of_two.closing.close(session.id, by="t2") == first
    assert history(class_of_two, "1", session) == [ABSENT]


def test_past_its_end_it_is_closed_without_any_timer(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    site.clock.moment = session.closes_at - timedelta(milliseconds=1)
    assert come(site, COLLINS, session) is VerdictCode.LATE
    site.clock.moment = session.closes_at
    assert session.phase(site.clock.now()) is SessionPhase.CLOSED
    photo = photo_of(HOPPER)
    assert site.submit(photo, "grant-2", session=session).code is VerdictCode.SESSION_CLOSED
    site.clock.advance(hours=8)
    settled = site.class_sessions.get(session.id)
    assert settled.closed_at == session.closes_at
    mark = site.mark_of("2", session)
    assert mark is not None
    assert (mark.at, mark.history[0].at, mark.history[0].by) == (
        session.closes_at,
        site.clock.now(),
        CLOCK,
    )


def test_a_timer_settles_all_that_is_due(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    site.class_sessions.settle_due()
    assert site.store.session(session.id) == session
    site.clock.moment = session.closes_at
    site.class_sessions.settle_due()
    site.class_sessions.settle_due()
    assert history(site, "1", session) == [ABSENT]
    assert site.store.unclosed_sessions(site.clock.now()) == []


def test_excused_under_review_and_by_hand_stay_as_they_are(class_of_two: Site, session: Session) -> None:
    site = class_of_two
    photo = photo_of(COLLINS)
    attempt = site.attempt(photo)
    site.submit(photo, attempt=attempt, session=session)
    site.check_in.not_me(session, attempt)
    site.marking.mark("2", MarkStatus.EXCUSED, by="t1", session=session)
    before = site.store.marks(session.id)
    site.closing.close(session.id, by="t1")
    assert site.store.marks(session.id) == before


def test_who_joined_the_roster_or_left_it_counts_as_it_stands_at_the_end(
    class_of_two: Site, session: Session
) -> None:
    site = class_of_two
    site.enrolment.enrol(NewStudent("3"), {}, None)
    site.courses.add_to_roster(session.course_id, ["3"])
    site.courses.remove_from_roster(session.course_id, ["2"])
    site.closing.close(session.id, by="t1")
    assert [bool(site.mark_of(roll, session)) for roll in ("1", "2", "3")] == [True, False, True]


class TestReopening:
    """Opening again withdraws what closing wrote, and nothing else."""

    def test_just_the_absences_of_closing_are_withdrawn(self, class_of_two: Site, session: Session) -> None:
        site = class_of_two
        site.marking.mark("1", MarkStatus.ABSENT, by="t1", session=session)
        site.closing.close(session.id, by="t1")
        reopened = site.closing.reopen(session.id, by="t1")
        assert reopened.is_open(site.clock.now())
        assert (reopened.closes_at, reopened.token) == (session.closes_at, session.token)
        assert history(site, "1", session) == [(MarkStatus.ABSENT, MarkMethod.MANUAL)]
        assert history(site, "2", session) == [ABSENT, WITHDRAWN]
        assert come(site, HOPPER, session) is VerdictCode.PRESENT
        assert history(site, "2", session)[2:] == [(MarkStatus.PRESENT, MarkMethod.FACE)]

    def test_closed_again_who_still_did_not_come_is_absent_again(
        self, class_of_two: Site, session: Session
    ) -> None:
        site = class_of_two
        for _ in range(2):
            site.closing.close(session.id, by="t1")
            site.closing.reopen(session.id, by="t1")
        site.closing.close(session.id, by="t1")
        assert history(site, "2", session) == [ABSENT, WITHDRAWN, ABSENT, WITHDRAWN, ABSENT]

    def test_after_its_time_it_gets_some_minutes_more(self, class_of_two: Site, session: Session) -> None:
        site = class_of_two
        site.clock.moment = session.closes_at + timedelta(hours=1)
        site.class_sessions.settle_due()
        reopened = site.closing.reopen(session.id, by="t1", minutes=5)
        assert reopened.closes_at == site.clock.now() + timedelta(minutes=5)
        assert come(site, COLLINS, session) is VerdictCode.LATE
        site.clock.advance(minutes=5)
        assert site.class_sessions.get(session.id).closed_at == reopened.closes_at

    def test_one_that_nobody_has_settled_opens_the_same_way(
        self, class_of_two: Site, session: Session
    ) -> None:
        class_of_two.clock.moment = session.closes_at
        reopened = class_of_two.closing.reopen(session.id, by="t1")
        assert reopened.is_open(class_of_two.clock.now())
        assert history(class_of_two, "1", session) == []

    def test_an_open_one_stays_as_it_is(self, class_of_two: Site, session: Session) -> None:
        assert class_of_two.closing.reopen(session.id, by="t1") == session

    def test_a_teacher_who_said_absent_too_is_not_undone(self, class_of_two: Site, session: Session) -> None:
        site = class_of_two
        site.closing.close(session.id, by="t1")
        site.marking.mark("1", MarkStatus.ABSENT, by="t1", session=session)
        site.closing.reopen(session.id, by="t1")
        assert history(site, "1", session) == [ABSENT, (MarkStatus.ABSENT, MarkMethod.MANUAL)]

    def test_a_wrong_span_or_session_is_an_error(self, class_of_two: Site, session: Session) -> None:
        with pytest.raises(CourseError, match="1 to 1440"):
            class_of_two.closing.reopen(session.id, by="t1", minutes=0)
        with pytest.raises(SessionNotFoundError, match="nonsense"):
            class_of_two.closing.reopen("nonsense", by="t1")


class TestCancelled:
    """Closed before it opens, nobody is absent."""

    def test_nobody_is_absent_and_excuses_stay(self, class_of_two: Site, session: Session) -> None:
        site = class_of_two
        planned = site.class_sessions.plan(
            session.course_id, day="2026-11-24", start="09:00", minutes=60, by="t1"
        )
        site.marking.mark("1", MarkStatus.EXCUSED, by="t1", session=planned)
        off = site.closing.close(planned.id, by="t1")
        assert off.is_cancelled
        assert not site.closing.close(session.id, by="t1").is_cancelled
        assert len(site.store.marks(planned.id)) == 1
        on_again = site.closing.reopen(planned.id, by="t1")
        assert on_again.phase(site.clock.now()) is SessionPhase.PLANNED


class TestGeneral:
    """General has no roster that anybody made: its days end without absences, unless by hand."""

    def test_its_day_ends_without_absences(self, class_of_two: Site) -> None:
        site = class_of_two
        session = site.session
        site.clock.moment = session.closes_at
        assert site.class_sessions.get(session.id).closed_at == session.closes_at
        assert site.store.marks(session.id) == []

    def test_closed_by_hand_who_did_not_come_is_absent(self, class_of_two: Site) -> None:
        session = class_of_two.session
        class_of_two.closing.close(session.id, by="t1")
        assert history(class_of_two, "1", session) == [ABSENT]


class TestCrashesAndRaces:
    """A crash halfway is mended by the next use, and nobody's absence is lost or left."""

    @pytest.mark.parametrize("breaks_at", ["insert_marks", "replace_session"])
    @pytest.mark.parametrize("written", [False, True])
    def test_a_close_that_broke_is_finished_by_the_next(
        self, tmp_path: Path, class_of_two: Site, session: Session, breaks_at: str, *, written: bool
    ) -> None:
        site = class_of_two
        broken = open_site(
            tmp_path, store=FragileStore(site.store, breaks_at, written=written), clock=site.clock
        )
        with pytest.raises(StoreUnavailableError):
            broken.closing.close(session.id, by="t1")
        site.closing.close(session.id, by="t1")
        assert history(site, "1", session) == history(site, "2", session) == [ABSENT]

    @pytest.mark.parametrize("written", [False, True])
    @pytest.mark.parametrize("breaks_at", ["replace_marks", "replace_session"])
    def test_an_opening_that_broke_is_finished_by_the_next(
        self, tmp_path: Path, class_of_two: Site, session: Session, breaks_at: str, *, written: bool
    ) -> None:
        site = class_of_two
        site.closing.close(session.id, by="t1")
        broken = open_site(
            tmp_path, store=FragileStore(site.store, breaks_at, written=written), clock=site.clock
        )
        with pytest.raises(StoreUnavailableError):
            broken.closing.reopen(session.id, by="t1")
        site.closing.reopen(session.id, by="t1")
        assert history(site, "1", session) == [ABSENT, WITHDRAWN]

    def test_after_a_broken_opening_the_next_closing_and_opening_are_whole(
        self, tmp_path: Path, class_of_two: Site, session: Session
    ) -> None:
        site = class_of_two
        site.closing.close(session.id, by="t1")
        broken = open_site(
            tmp_path, store=FragileStore(site.store, "replace_marks", written=False), clock=site.clock
        )
        with pytest.raises(StoreUnavailableError):
            broken.closing.reopen(session.id, by="t1")
        site.closing.close(session.id, by="t1")
        assert history(site, "1", session)[-1] == ABSENT
        site.closing.reopen(session.id, by="t1")
        assert history(site, "1", session)[-1] == WITHDRAWN

    def test_of_many_who_close_and_open_at_once_the_last_word_is_whole(
        self, tmp_path: Path, class_of_two: Site, session: Session
    ) -> None:
        sites = [open_site(tmp_path, clock=class_of_two.clock) for _ in range(6)]

        def act(number: int) -> None:
            for _ in range(4):
                if number % 2:
                    sites[number].closing.close(session.id, by="t1")
                else:
                    sites[number].closing.reopen(session.id, by="t2")

        with ThreadPoolExecutor(len(sites)) as pool:
            list(pool.map(act, range(len(sites))))
        stands = class_of_two.store.session(session.id)
        assert stands is not None
        expected = WITHDRAWN if stands.closed_at is None else ABSENT
        for roll_number in ("1", "2"):
            assert history(class_of_two, roll_number, session)[-1:] == [expected]
        for site in sites:
            site.store.close()

    def test_who_comes_while_it_closes_is_not_absent(
        self, tmp_path: Path, class_of_two: Site, session: Session
    ) -> None:
        sites = [open_site(tmp_path, clock=class_of_two.clock) for _ in range(2)]

        def act(number: int) -> VerdictCode | None:
            if number:
                sites[1].closing.close(session.id, by="t1")
                return None
            return sites[0].submit(photo_of(COLLINS), session=session).code

        with ThreadPoolExecutor(2) as pool:
            told, _ = pool.map(act, range(2))
        mark = class_of_two.mark_of("1", session)
        assert mark is not None
        assert told is VerdictCode.PRESENT
        assert mark.status is MarkStatus.PRESENT
        for site in sites:
            site.store.close()
