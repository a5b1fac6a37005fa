"""The pages of sessions, from planning to closing and opening again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from attendance.register import Register
from attendance.values import Course, MarkStatus, NoticeState, Session
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.store.builders import notice
from tests.client.signed_in import SignedIn, SignIn


@pytest.fixture
def course(register: Register) -> Course:
    return register.courses.add("Physics 2", roster=None)


@pytest.fixture
def session(register: Register, course: Course, teacher: SignedIn) -> Session:
    return register.class_sessions.open_now(course.id, by=teacher.user.id)


def statuses(register: Register, session: Session) -> list[MarkStatus | None]:
    return [row.status for row in register.boards.of(session.id).rows]


def test_a_session_page_tells_times_and_counts(teacher: SignedIn, session: Session) -> None:
    page = teacher.get(f"/teach/sessions/{session.id}").text
    for text in ("Physics 2", "9:02", "10:32", "Close now", "without a mark", teacher.user.name):
        assert text in page


def test_general_is_open_all_day_on_every_page(teacher: SignedIn, register: Register) -> None:
    general = f"/teach/sessions/{register.sessions.today().id}"
    for path in ("/teach/", "/teach/sessions/", general, f"{general}/board"):
        page = teacher.get(path).text
        assert "All day" in page, path
        assert "0:00" not in page, path


def test_closing_makes_the_rest_absent_and_reopening_undoes_it(
    teacher: SignedIn, register: Register, session: Session
) -> None:
    address = f"/teach/sessions/{session.id}"
    answer = teacher.post(f"{address}/close")
    assert (answer.status_code, answer.location.endswith("/close")) == (303, False)
    assert statuses(register, session) == [MarkStatus.ABSENT, MarkStatus.ABSENT]
    page = teacher.get(address).text
    assert "Reopen" in page
    teacher.post(f"{address}/reopen")
    assert statuses(register, session) == [None, None]
    assert "Close now" in teacher.get(address).text


def test_a_session_that_is_over_is_opened_for_some_minutes(
    teacher: SignedIn, register: Register, session: Session, clock: FrozenClock
) -> None:
    clock.advance(hours=3)
    address = f"/teach/sessions/{session.id}"
    assert "Reopen" in teacher.get(address).text
    teacher.post(f"{address}/reopen", data={"minutes": "30"})
    again = register.class_sessions.get(session.id)
    assert again.is_open(clock.now())
    assert (again.closes_at - clock.now()).total_seconds() == 30 * 60


def test_a_session_is_made_longer(teacher: SignedIn, register: Register, session: Session) -> None:
    teacher.post(f"/teach/sessions/{session.id}/extend", data={"minutes": "15"})
    longer = register.class_sessions.get(session.id)
    assert (longer.closes_at - session.closes_at).total_seconds() == 15 * 60


@pytest.mark.parametrize("minutes", ["", "many", "-5", "1.5", "²", "9" * 400])
def test_minutes_that_are_no_number_are_refused(
    teacher: SignedIn, register: Register, session: Session, minutes: str
) -> None:
    answer = teacher.post(f"/teach/sessions/{session.id}/extend", data={"minutes": minutes})
    assert answer.status_code == 400
    assert register.class_sessions.get(session.id) == session


def test_too_many_minutes_are_explained(teacher: SignedIn, session: Session) -> None:
    address = f"/teach/sessions/{session.id}"
    teacher.post(f"{address}/extend", data={"minutes": "99999"})
    assert 'class="notice bad"' in teacher.get(address).text


def test_a_closed_session_is_not_made_longer(teacher: SignedIn, register: Register, session: Session) -> None:
    register.closing.close(session.id, by=teacher.user.id)
    teacher.post(f"/teach/sessions/{session.id}/extend", data={"minutes": "15"})
    assert register.class_sessions.get(session.id).closed_at is not None


def test_a_double_tap_opens_one_session(teacher: SignedIn, register: Register, course: Course) -> None:
    first = teacher.post("/teach/sessions/open", data={"course": course.id})
    second = teacher.post("/teach/sessions/open", data={"course": course.id})
    assert first.location == second.location
    assert len(register.class_sessions.on_day()) == 1


class TestPlanning:
    def plan(self, teacher: SignedIn, course: Course, **changes: str) -> TestResponse:
        fields = {"course": course.id, "day": "2026-11-24", "start": "14:00", "minutes": "60"}
        return teacher.post("/teach/sessions/plan", data=fields | changes)

    def test_it_stands_on_its_day(self, teacher: SignedIn, course: Course) -> None:
        assert self.plan(teacher, course).status_code == 303
        page = teacher.get("/teach/sessions/?day=2026-11-24").text
        assert "Physics 2" in page
        assert "14:00\N{EN DASH}15:00" in page
        assert "Planned" in page

    def test_it_can_be_cancelled_and_nobody_is_absent(
        self, teacher: SignedIn, register: Register, course: Course
    ) -> None:
        address = self.plan(teacher, course).location
        teacher.post(f"{address}/close")
        assert "was cancelled" in teacher.get(address).text
        (session,) = register.class_sessions.on_day("2026-11-24")
        assert statuses(register, session) == []
        assert register.store.marks(session.id) == []

    def test_it_opens_early_with_one_tap(
        self, teacher: SignedIn, register: Register, course: Course, clock: FrozenClock
    ) -> None:
        address = self.plan(teacher, course, day="2026-11-23", start="09:20").location
        answer = teacher.post(f"{address}/start")
        assert answer.location == address
        (session,) = register.class_sessions.on_day()
        assert session.is_open(clock.now())

    @pytest.mark.parametrize(
        ("changes", "status"),
        [
            ({"start": "25:00"}, 422),
            ({"start": ""}, 422),
            ({"minutes": "0"}, 422),
            ({"minutes": "x"}, 400),
            ({"day": "tomorrow"}, 400),
        ],
    )
    def test_nonsense_is_refused(
        self, teacher: SignedIn, register: Register, course: Course, changes: dict[str, str], status: int
    ) -> None:
        assert self.plan(teacher, course, **changes).status_code == status
        assert not register.store.sessions_of(course.id)


class TestTheQuestionBefore:
    """What may be a mistake is created only after a question, and what was confirmed is not asked again."""

    def ask(self, teacher: SignedIn, course: Course, **changes: object) -> TestResponse:
        fields: dict[str, object] = {
            "course": course.id,
            "day": "2026-11-20",
            "start": "9:00",
            "minutes": "60",
        }
        return teacher.post("/teach/sessions/plan", data=fields | {"start": "09:00"} | changes)

    def test_a_session_of_the_past_is_marked_by_hand(
        self, teacher: SignedIn, register: Register, course: Course
    ) -> None:
        asked = self.ask(teacher, course)
        assert (asked.status_code, register.store.sessions_of(course.id)) == (409, [])
        for text in ("This time is over", "Plan it all the same", 'name="confirmed" value="over"'):
            assert text in asked.text
        assert "absent when the session closes" not in asked.text, "said twice"
        made = self.ask(teacher, course, confirmed="over")
        page = teacher.get(made.location).text
        assert "Marked by hand" in page
        assert "Projector" not in page
        teacher.post(f"{made.location}/close")
        (session,) = register.store.sessions_of(course.id)
        assert statuses(register, session) == [MarkStatus.ABSENT, MarkStatus.ABSENT]
        closed = teacher.get(made.location).text
        assert "Reopen" in closed
        assert 'name="minutes"' not in closed, "its time stays over"
        teacher.post(f"{made.location}/reopen")
        assert "Marked by hand" in teacher.get(made.location).text

    def test_an_overlap_and_a_day_off_are_asked_at_once_and_each_must_be_confirmed(
        self, teacher: SignedIn, register: Register, course: Course
    ) -> None:
        self.ask(teacher, course, day="2026-11-25")
        register.days_off.add("Founder's day", "2026-11-25", by="office")
        asked = self.ask(teacher, course, day="2026-11-25", start="09:30")
        for text in ("is a day off: Founder&#39;s day", "another session at this time", "9:00"):
            assert text in asked.text
        again = self.ask(teacher, course, day="2026-11-25", start="09:30", confirmed="day_off")
        assert again.status_code == 409
        assert "is a day off" not in again.text
        assert again.text.count('name="confirmed"') == 2
        confirmed = ["day_off", "overlap"]
        made = self.ask(teacher, course, day="2026-11-25", start="09:30", confirmed=confirmed)
        assert made.status_code == 303

    def test_opening_one_on_a_day_off(self, teacher: SignedIn, register: Register, course: Course) -> None:
        register.days_off.add("Snow", "2026-11-23", by="office")
        assert "Today is a day off: Snow" in teacher.get("/teach/").text
        assert "Day off: Snow" in teacher.get("/teach/sessions/").text
        asked = teacher.post("/teach/sessions/open", data={"course": course.id})
        assert asked.status_code == 409
        assert "Open it all the same" in asked.text
        data = {"course": course.id, "confirmed": "day_off"}
        assert teacher.post("/teach/sessions/open", data=data).status_code == 303

    def test_outside_the_days_of_the_course(
        self, teacher: SignedIn, register: Register, course: Course
    ) -> None:
        register.courses.change(course.id, first_day="2026-11-25", last_day="2026-11-26")
        assert "Physics 2 begins on" in self.ask(teacher, course, day="2026-11-24").text
        assert "Physics 2 ended on" in self.ask(teacher, course, day="2026-11-27").text


class TestCancelling:
    """Cancelled, a session counts for nothing; restored, it is as it was."""

    def test_one_that_was_opened_by_mistake(
        self, teacher: SignedIn, register: Register, session: Session
    ) -> None:
        address = f"/teach/sessions/{session.id}"
        teacher.post(f"{address}/close")
        assert "Did this class not take place?" in teacher.get(address).text
        teacher.post(f"{address}/cancel", data={"why": "opened by mistake"})
        page = teacher.get(address).text
        for text in (f"{teacher.user.name}: opened by mistake", "Restore", "Nobody is absent"):
            assert text in page
        assert "Projector" not in page
        assert "Cancelled" in teacher.get(f"/teach/sessions/?day={session.day}").text
        assert "Cancelled" in teacher.get("/teach/").text
        assert "nothing in it counts" in teacher.get(f"{address}/board").text
        assert "Nothing in it counts" in teacher.get(f"/teach/reports/sessions/{session.id}").text
        assert session.id not in teacher.get("/teach/reports/").text
        wall = teacher.get(f"/wall/{session.id}/now").get_json()
        assert (wall["phase"], wall["message"], wall["code"]) == ("closed", "This class was cancelled", "")
        (mark, *_) = register.store.marks(session.id)
        of_student = f"{address}/students/{mark.student_id}"
        page = teacher.get(of_student).text
        assert "nothing in it counts" in page
        assert "Mark by hand" not in page
        teacher.post(f"{address}/restore")
        assert statuses(register, session) == [MarkStatus.ABSENT, MarkStatus.ABSENT]
        page = teacher.get(address).text
        for text in ("Closed", "Restored", "opened by mistake"):
            assert text in page
        assert "Mark by hand" in teacher.get(of_student).text

    def test_marks_by_hand_are_refused_with_the_way_on(
        self, teacher: SignedIn, register: Register, session: Session
    ) -> None:
        address = f"/teach/sessions/{session.id}"
        teacher.post(f"{address}/cancel")
        answer = teacher.post(f"{address}/marks", data={"roll_number": "1", "status": "present"})
        assert answer.status_code == 409
        assert "Restore it first" in answer.text
        assert teacher.post(f"{address}/extend", data={"minutes": "5"}).status_code == 303
        assert "Restore it first" in teacher.get(address).text
        assert register.store.marks(session.id) == []

    def test_what_someone_else_changed_meanwhile_is_shown_first(
        self, teacher: SignedIn, register: Register, session: Session
    ) -> None:
        address = f"/teach/sessions/{session.id}"
        register.closing.close(session.id, by="somebody else")
        teacher.post(f"{address}/cancel", data={"version": str(session.version)})
        page = teacher.get(address).text
        assert "This session was changed in the meantime" in page
        assert not register.class_sessions.get(session.id).is_cancelled
        teacher.post(f"{address}/cancel", data={"version": str(session.version + 1)})
        cancelled = register.class_sessions.get(session.id)
        teacher.post(f"{address}/restore", data={"version": str(session.version)})
        assert register.class_sessions.get(session.id) == cancelled

    @pytest.mark.parametrize("version", ["many", "-1", "²", "9" * 400])
    def test_a_version_that_is_none_asks_for_the_current_one(
        self, teacher: SignedIn, register: Register, session: Session, version: str
    ) -> None:
        answer = teacher.post(
            f"/teach/sessions/{session.id}/cancel", data={"version": version, "why": "x" * 900}
        )
        assert answer.status_code == 303
        cancellation = register.class_sessions.get(session.id).cancellation
        assert cancellation is not None
        assert len(cancellation.why) == 500

    def test_who_got_an_e_mail_is_named(
        self, teacher: SignedIn, register: Register, session: Session
    ) -> None:
        register.closing.close(session.id, by=teacher.user.id)
        absent = [row.student for row in register.boards.of(session.id).rows]
        for student, state in zip(absent, (NoticeState.SENT, NoticeState.FAILED), strict=True):
            sent = notice(student.id, student_id=student.id, session_id=session.id, state=state)
            register.store.claim_notice(replace(sent, created_at=register.clock.now()))
        address = f"/teach/sessions/{session.id}"
        assert "already sent" not in teacher.get(address).text
        teacher.post(f"{address}/cancel")
        page = teacher.get(address).text
        assert f"was already sent: {absent[0].name}. No correction is sent automatically." in page


def test_other_teachers_keep_out(
    teacher: SignedIn, sign_in: SignIn, register: Register, course: Course, session: Session
) -> None:
    register.courses.change(course.id, teachers=(teacher.user.id,))
    other = sign_in()
    assert other.get(f"/teach/sessions/{session.id}").status_code == 403
    for act in ("close", "reopen", "extend", "start", "cancel", "restore"):
        assert other.post(f"/teach/sessions/{session.id}/{act}", data={"minutes": "5"}).status_code == 403
    assert other.post("/teach/sessions/open", data={"course": course.id}).status_code == 403
    assert register.class_sessions.get(session.id).version == session.version


def test_a_form_of_another_site_is_refused(teacher: SignedIn, register: Register, session: Session) -> None:
    answer = teacher.post(f"/teach/sessions/{session.id}/close", csrf=False)
    assert 400 <= answer.status_code < 500
    assert register.class_sessions.get(session.id).closed_at is None


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-29"])
def test_the_ends_of_the_calendar(teacher: SignedIn, day: str) -> None:
    assert teacher.get(f"/teach/sessions/?day={day}").status_code == (400 if day == "2026-02-29" else 200)


def test_what_is_unknown_is_404(teacher: SignedIn) -> None:
    assert teacher.get("/teach/sessions/nothing").status_code == 404
    assert teacher.post("/teach/sessions/open", data={"course": "nothing"}).status_code == 404
