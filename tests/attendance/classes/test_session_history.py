"""Scan, mark, correct, close, reopen in any order: one mark each, and every change in its history."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from attendance.classes.entering.entrances import EntryCode
from attendance.marks.last_word import is_taken_back
from attendance.marks.verdict import VerdictCode
from attendance.people.new_student import NewStudent
from attendance.values import MarkMethod, MarkStatus, Session, SessionPhase
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.remembered_marks import RememberedMarks
from tests.attendance.site import COLLINS, HOPPER, Site, enrol_two, open_site

PEOPLE = {"1": COLLINS, "2": HOPPER}
ROLLS = ("1", "2", "3", "4")
ON_ROSTER = ("1", "3")
BY = "t1"
MARKED = (VerdictCode.PRESENT, VerdictCode.LATE, VerdictCode.ALREADY_PRESENT, VerdictCode.ALREADY_LATE)
statuses = st.sampled_from([status for status in MarkStatus if status is not MarkStatus.WITHDRAWN])


class Class(RuleBasedStateMachine):
    """One session of a course on whose roster are 1 and 3; 2 is enrolled, 3 and 4 have no photo."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.sites = [open_site(Path(self.folder.name))]
        self.sites.append(open_site(Path(self.folder.name), clock=self.sites[0].clock))
        enrol_two(self.sites[0])
        for roll_number in ROLLS[2:]:
            self.sites[0].enrolment.enrol(NewStudent(roll_number), {}, None)
        course = self.sites[0].courses.add("Physics", roster=ON_ROSTER, late_after_minutes=5)
        self.session_id = self.sites[0].class_sessions.open_now(course.id, by=BY, minutes=30).id
        self.known = RememberedMarks()
        self.grants = 0
        self.turn = 0

    def teardown(self) -> None:
        for site in self.sites:
            site.alarms.close()
            site.store.close()
        self.folder.cleanup()

    @property
    def site(self) -> Site:
        """One of two processes on one store, in turn."""
        self.turn += 1
        return self.sites[self.turn % 2]

    @property
    def session(self) -> Session:
        return self.sites[0].class_sessions.get(self.session_id)

    @property
    def is_open(self) -> bool:
        return self.session.is_open(self.sites[0].clock.now())

    def grant(self) -> str | None:
        """Scan the QR code: a fresh grant while the session is open."""
        address = self.site.entrances.address(self.session)
        entry = self.site.entrances.enter(address)
        assert (entry.code is EntryCode.VALID) is self.is_open
        self.grants += 1
        return f"grant-{self.grants}" if entry.code is EntryCode.VALID else None

    @rule(roll=st.sampled_from(tuple(PEOPLE)))
    def scan(self, roll: str) -> None:
        grant, roster = self.grant(), self.site.courses.get(self.session.course_id).roster or ()
        if grant is None:
            return
        before = self.site.mark_of(roll, self.session)
        code = self.site.submit(photo_of(PEOPLE[roll]), grant, session=self.session).code
        if self.site.student(roll).id in roster:
            if before is not None and is_taken_back(before):
                assert code is VerdictCode.NEEDS_REVIEW
                return
            assert code in MARKED
            mark = self.site.mark_of(roll, self.session)
            assert mark is not None
            assert mark.counts_as_there
        else:
            assert code is VerdictCode.NOT_FOUND

    @rule(roll=st.sampled_from(ROLLS))
    def claim(self, roll: str) -> None:
        grant = self.grant()
        if grant is not None:
            before = self.site.mark_of(roll, self.session)
            self.site.claim(self.session, roll, grant)
            assert self.site.mark_of(roll, self.session) == before

    @rule(accept=st.booleans())
    def decide(self, *, accept: bool) -> None:
        for held in self.site.reviews.held(self.session_id)[:1]:
            if accept and held.candidates:
                mark = self.site.reviews.accept(held.review.id, by=BY)
                assert mark.counts_as_there
                roster = self.site.courses.get(self.session.course_id).roster
                assert mark.student_id in (roster or ())
            else:
                self.site.reviews.refuse(held.review.id, by=BY)

    @rule(roll=st.sampled_from(ROLLS), status=statuses, note=st.sampled_from(("", "why")))
    def by_hand(self, roll: str, status: MarkStatus, note: str) -> None:
        mark = self.site.marking.mark(roll, status, by=BY, note=note, session=self.session)
        assert (mark.status, mark.method is MarkMethod.CLOSING) == (status, False)

    @rule(roll=st.sampled_from(ROLLS))
    def undo(self, roll: str) -> None:
        mark = self.site.mark_of(roll, self.session)
        if mark is None:
            return
        undone = self.site.corrections.undo(mark.session_id, mark.student_id, version=mark.version, by=BY)
        assert undone is not None
        changes = [event for event in mark.history if not event.noted]
        earlier = changes[-2].status if len(changes) > 1 else MarkStatus.WITHDRAWN
        assert undone.status is earlier

    @rule(roll=st.sampled_from(ROLLS))
    def take_back(self, roll: str) -> None:
        self.site.corrections.take_back(self.session_id, self.site.student(roll).id, by=BY)

    @rule()
    def rest_absent(self) -> None:
        self.site.corrections.mark_rest(self.session_id, MarkStatus.ABSENT, by=BY)
        assert self.site.boards.of(self.session_id).counts.missing == 0

    @precondition(lambda self: self.is_open)
    @rule()
    def close(self) -> None:
        before = self.statuses()
        self.site.closing.close(self.session_id, by=BY)
        after = self.statuses()
        for student_id, status in after.items():
            stood = before.get(student_id)
            assert status is (MarkStatus.ABSENT if stood is None else stood)
        board = self.site.boards.of(self.session_id)
        assert (board.phase, board.counts.missing) == (SessionPhase.CLOSED, 0)

    @rule()
    def reopen(self) -> None:
        session = self.session
        before = {mark.student_id: mark for mark in self.site.store.marks(self.session_id)}
        self.site.closing.reopen(session.id, by=BY)
        assert self.is_open
        for mark in self.site.store.marks(self.session_id):
            by_closing = (mark.status, mark.method) == (MarkStatus.ABSENT, MarkMethod.CLOSING)
            assert not by_closing
            stood = before[mark.student_id]
            if (stood.status, stood.method) != (MarkStatus.ABSENT, MarkMethod.CLOSING):
                assert mark == stood

    @rule(minutes=st.sampled_from((1, 4, 40)))
    def wait(self, minutes: int) -> None:
        self.sites[0].clock.advance(minutes=minutes)

    @rule()
    def settle(self) -> None:
        self.site.class_sessions.settle_due()

    def statuses(self) -> dict[str, MarkStatus | None]:
        """How the marks of the roster stand."""
        return {row.student.id: row.status for row in self.site.boards.of(self.session_id).rows}

    @invariant()
    def one_mark_each_and_nothing_forgotten(self) -> None:
        self.known.look(self.sites[0].store.marks(self.session_id))

    @invariant()
    def both_processes_show_the_same_board(self) -> None:
        for site in self.sites:
            site.alarms.wait()  # an alarm changes the board a little later
        first, second = (site.boards.of(self.session_id) for site in self.sites)
        assert first == second
        shown = first.counts
        assert shown.on_roster == (
            shown.present + shown.late + shown.absent + shown.excused + shown.under_review + shown.missing
        )


TestClass = Class.TestCase
TestClass.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
