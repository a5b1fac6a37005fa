"""A session that did not take place counts for nothing, and is back as it was when it is restored."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from attendance.classes.cancelling import Cancelling
from attendance.classes.closing import CLOCK
from attendance.classes.entering.entrances import EntryCode
from attendance.errors import SessionCancelledError, SessionChangedError, SessionNotFoundError
from attendance.marks.mark_list import mark_rows
from attendance.marks.sightings import Sighting, Sightings
from attendance.marks.verdict import VerdictCode
from attendance.people.new_student import NewStudent
from attendance.values import MarkStatus, ScheduleRule, Session, SessionAct, SessionPhase
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.site import COLLINS, HOPPER, Site, open_site


@pytest.fixture
def session(class_of_two: Site) -> Session:
    """An open session of a course with Collins (1) and Hopper (2)."""
    course = class_of_two.courses.add("Physics", roster=["1", "2"])
    return class_of_two.class_sessions.open_now(course.id, by="t1")


@pytest.fixture
def cancelling(class_of_two: Site) -> Cancelling:
    return Cancelling(class_of_two.store, class_of_two.clock)


def phase(site: Site, session: Session) -> SessionPhase:
    return site.class_sessions.get(session.id).phase(site.clock.now())


def nothing_counts(site: Site, session: Session) -> bool:
    board = site.boards.of(session.id)
    listed = [row for row in mark_rows(site.store) if row.session.id == session.id]
    return not (board.rows or board.guests or board.held or listed)


def test_of_one_that_was_opened_by_mistake_and_closed_no_absence_is_left(
    class_of_two: Site, session: Session, cancelling: Cancelling
) -> None:
    site = class_of_two
    site.submit(photo_of(COLLINS), session=session)
    site.closing.close(session.id, by="t1")
    before = (site.store.session(session.id), site.store.marks(session.id))
    assert {row.mark.status for row in mark_rows(site.store)} == {MarkStatus.PRESENT, MarkStatus.ABSENT}
    cancelled = cancelling.cancel(session.id, by="t2", why=" opened by  mistake ")
    assert phase(site, session) is SessionPhase.CANCELLED
    assert nothing_counts(site, session)
    event = cancelled.cancellation
    assert event is not None
    assert (event.by, event.why, event.at) == ("t2", "opened by mistake", site.clock.now())
    site.clock.advance(hours=30)
    restored = cancelling.restore(session.id, by="t1")
    assert site.store.marks(session.id) == before[1], "the marks are exactly as they were"
    assert before[0] is not None
    assert (restored.closed_at, restored.closes_at) == (before[0].closed_at, before[0].closes_at)
    assert restored.phase(site.clock.now()) is SessionPhase.CLOSED
    assert [(each.act, each.by) for each in restored.history] == [
        (SessionAct.CANCELLED, "t2"),
        (SessionAct.RESTORED, "t1"),
    ]


@pytest.mark.parametrize("state", ["planned", "open", "closed"])
def test_whatever_its_state_it_is_cancelled_and_comes_back(
    class_of_two: Site, session: Session, cancelling: Cancelling, state: str
) -> None:
    site = class_of_two
    if state == "planned":
        session = site.class_sessions.plan(
            session.course_id, day="2026-11-24", start="09:00", minutes=60, by="t1"
        )
    elif state == "closed":
        site.closing.close(session.id, by="t1")
    cancelling.cancel(session.id, by="t1")
    assert site.class_sessions.open_of(session.course_id) is None or state != "open"
    assert cancelling.cancel(session.id, by="t2").history[-1].by == "t1", "once is enough"
    cancelling.restore(session.id, by="t1")
    assert phase(site, session) == state
    assert len(cancelling.restore(session.id, by="t2").history) == 2


def test_past_its_end_nobody_becomes_absent_in_it(
    class_of_two: Site, session: Session, cancelling: Cancelling
) -> None:
    site = class_of_two
    cancelling.cancel(session.id, by="t1")
    site.clock.moment = session.closes_at + timedelta(days=1)
    assert site.class_sessions.on_day(session.day) == [site.store.session(session.id)]
    assert site.store.unclosed_sessions(site.clock.now()) == []
    assert site.closing.close(session.id, by="t1").is_cancelled
    assert site.store.marks(session.id) == []


def test_restored_after_its_end_it_is_marked_by_hand_until_someone_closes_it(
    class_of_two: Site, session: Session, cancelling: Cancelling
) -> None:
    site = class_of_two
    cancelling.cancel(session.id, by="t1")
    site.clock.moment = session.closes_at + timedelta(hours=1)
    cancelling.restore(session.id, by="t1")
    for _ in range(2):
        site.class_sessions.settle_due()
        assert phase(site, session) is SessionPhase.BY_HAND
        site.clock.advance(hours=1)
    assert site.store.marks(session.id) == []
    site.marking.mark("1", MarkStatus.PRESENT, by="t1", session=site.class_sessions.get(session.id))
    site.closing.close(session.id, by="t1")
    assert [row.status for row in site.boards.of(session.id).rows] == [MarkStatus.PRESENT, MarkStatus.ABSENT]
    site.closing.reopen(session.id, by="t1")
    assert phase(site, session) is SessionPhase.BY_HAND, "its time stays over"
    assert [row.status for row in site.boards.of(session.id).rows] == [MarkStatus.PRESENT, None]


def test_a_day_of_general_is_cancelled_too_and_ends_by_the_clock_when_it_is_restored(
    class_of_two: Site, cancelling: Cancelling
) -> None:
    site = class_of_two
    today = site.session
    cancelling.cancel(today.id, by="t1")
    assert site.session.is_cancelled
    site.clock.advance(days=2)
    cancelling.restore(today.id, by="t1")
    assert phase(site, today) is SessionPhase.CLOSED
    assert site.store.marks(today.id) == []


class TestNobodyIsMarkedInIt:
    """Whoever tries is told, and what was there stays as it is."""

    def test_by_hand(self, class_of_two: Site, session: Session, cancelling: Cancelling) -> None:
        site = class_of_two
        mark = site.marking.mark("1", MarkStatus.PRESENT, by="t1", session=session)
        off = cancelling.cancel(session.id, by="t1")
        tries = (
            lambda: site.marking.mark("2", MarkStatus.PRESENT, by="t1", session=off),
            lambda: site.corrections.undo(session.id, mark.student_id, version=mark.version, by="t1"),
            lambda: site.corrections.take_back(session.id, mark.student_id, by="t1"),
            lambda: site.corrections.mark_rest(session.id, MarkStatus.ABSENT, by="t1"),
            lambda: site.class_sessions.extend(session.id, minutes=5),
            lambda: Sightings(site.store, site.clock).mark(session.id, Sighting(mark.student_id, 0.9, "cam")),
        )
        for each in tries:
            with pytest.raises(SessionCancelledError, match="Restore it first"):
                each()
        assert site.store.marks(session.id) == [mark]

    def test_by_a_photo_or_a_number(
        self, class_of_two: Site, session: Session, cancelling: Cancelling
    ) -> None:
        site = class_of_two
        off = cancelling.cancel(session.id, by="t1")
        assert site.submit(photo_of(COLLINS), session=off).code is VerdictCode.SESSION_CANCELLED
        assert site.claim(off, "1").code is VerdictCode.SESSION_CANCELLED
        assert site.store.reviews() == []

    def test_by_a_review_which_waits_for_the_session_to_be_restored(
        self, class_of_two: Site, session: Session, cancelling: Cancelling
    ) -> None:
        site = class_of_two
        assert site.claim(session, "1").code is VerdictCode.NEEDS_REVIEW
        (held,) = site.reviews.held()
        cancelling.cancel(session.id, by="t1")
        assert site.reviews.held() == site.reviews.held(session.id) == []
        for decide in (site.reviews.accept, site.reviews.refuse):
            with pytest.raises(SessionCancelledError):
                decide(held.review.id, by="t1")
        cancelling.restore(session.id, by="t1")
        assert [each.review.id for each in site.reviews.held()] == [held.review.id]
        assert site.reviews.accept(held.review.id, by="t1").status is MarkStatus.PRESENT


class TestItsCodes:
    """A phone that scans or types them reads that the class was cancelled, while it would be open."""

    def test_scanned_and_typed(self, class_of_two: Site, session: Session, cancelling: Cancelling) -> None:
        site = class_of_two
        showing = site.entrances.showing(session)
        cancelling.cancel(session.id, by="t1")
        assert site.entrances.enter(showing.address).code is EntryCode.CANCELLED
        assert site.entrances.enter_typed(showing.typed).code is EntryCode.CANCELLED
        assert site.entrances.enter_typed("ABCDEF").code is EntryCode.UNKNOWN
        assert site.class_sessions.cancelled_now(session.course_id) == [site.store.session(session.id)]
        assert site.class_sessions.cancelled_now("chemistry") == []
        cancelling.restore(session.id, by="t1")
        assert site.entrances.enter(showing.address).code is EntryCode.VALID
        assert site.entrances.enter_typed(showing.typed).code is EntryCode.VALID

    def test_of_one_that_is_marked_by_hand_nothing_opens(
        self, class_of_two: Site, session: Session, cancelling: Cancelling
    ) -> None:
        site = class_of_two
        cancelling.cancel(session.id, by="t1")
        site.clock.moment = session.closes_at
        restored = cancelling.restore(session.id, by="t1")
        assert site.entrances.enter(site.entrances.address(restored)).code is EntryCode.CLOSED


def test_one_that_was_opened_by_mistake_does_not_keep_the_scheduled_one_from_opening(
    class_of_two: Site, cancelling: Cancelling
) -> None:
    site = class_of_two
    course = site.courses.add("Chemistry", schedule=[ScheduleRule(0, "11:00", 60)])
    mistake = site.class_sessions.open_now(course.id, by="t1")  # 10:00 to 11:30
    cancelling.cancel(mistake.id, by="t1")
    site.clock.advance(hours=1)
    opened = site.class_sessions.open_of(course.id)
    assert opened is not None
    assert opened.id == "chemistry|2026-11-23|11:00"


def test_a_scheduled_one_that_is_cancelled_does_not_open_again_by_the_schedule(
    class_of_two: Site, cancelling: Cancelling
) -> None:
    site = class_of_two
    course = site.courses.add("Chemistry", schedule=[ScheduleRule(0, "10:00", 60)])
    scheduled = site.class_sessions.open_of(course.id)
    assert scheduled is not None
    cancelling.cancel(scheduled.id, by="t1")
    assert site.class_sessions.open_of(course.id) is None
    another = site.class_sessions.open_now(course.id, by="t1")
    assert another.id != scheduled.id


class TestTwoAtOnce:
    """Whatever two people or processes do at the same moment, one state comes of it."""

    def test_what_the_second_has_not_seen_is_not_overridden(
        self, class_of_two: Site, session: Session, cancelling: Cancelling
    ) -> None:
        site = class_of_two
        closed = site.closing.close(session.id, by="t2")
        with pytest.raises(SessionChangedError, match="in the meantime"):
            cancelling.cancel(session.id, by="t1", version=session.version)
        assert site.store.session(session.id) == closed
        off = cancelling.cancel(session.id, by="t1", version=closed.version)
        cancelling.restore(session.id, by="t2")
        cancelling.cancel(session.id, by="t2", why="ill")
        with pytest.raises(SessionChangedError):
            cancelling.restore(session.id, by="t1", version=off.version)
        with pytest.raises(SessionNotFoundError):
            cancelling.cancel("nothing", by="t1")

    def test_cancelling_while_others_close_and_students_come(self, tmp_path: Path) -> None:
        sites = [open_site(tmp_path) for _ in range(4)]
        first = sites[0]
        for number in range(3, 20):
            first.enrolment.enrol(NewStudent(str(number)), {"1.jpg": photo_of(number + 5)}, first.consent())
        course = first.courses.add("Physics", roster=None)
        for number in range(6):
            session = first.class_sessions.open_now(course.id, by="t1")
            acts = (
                lambda s=session: Cancelling(sites[0].store, sites[0].clock).cancel(s.id, by="t1"),
                lambda s=session: sites[1].closing.close(s.id, by="t2"),
                lambda s=session: sites[2].closing.reopen(s.id, by="t3"),
                lambda s=session, g=str(number): sites[3].submit(photo_of(HOPPER), f"grant-{g}", session=s),
            )
            with ThreadPoolExecutor(4) as pool:
                for done in [pool.submit(act) for act in acts]:
                    done.result()
            stored = Cancelling(first.store, first.clock).cancel(session.id, by="t1")
            assert nothing_counts(first, stored)
            Cancelling(first.store, first.clock).restore(session.id, by="t1")
            absences = [m for m in first.store.marks(session.id) if m.status is MarkStatus.ABSENT]
            is_closed = first.class_sessions.get(session.id).closed_at is not None
            assert bool(absences) == is_closed, "absences exactly where it was closed"
            first.closing.close(session.id, by=CLOCK)
        for site in sites:
            site.store.close()
