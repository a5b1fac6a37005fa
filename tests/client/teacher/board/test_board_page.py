"""The board shows who is in and who is not, and sends only what changed."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask import Flask

from attendance.classes.session_doubts import DoubtKind
from attendance.marks.sightings import Sighting
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import (
    Course,
    MarkStatus,
    Review,
    ReviewCandidate,
    ReviewReason,
    Role,
    Session,
)
from client.teacher.board.board_rows import BoardStates, Row
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import COLLINS
from tests.client.conftest import Phone
from tests.client.signed_in import SignedIn, SignIn

AS_DATA = {"Accept": "application/json"}


@pytest.fixture
def session(register: Register) -> Session:
    """Today's General session."""
    return register.sessions.today()


def board_of(teacher: SignedIn, session: Session) -> str:
    """The page's text."""
    answer = teacher.get(f"/teach/sessions/{session.id}/board")
    assert answer.status_code == 200
    return answer.text


def list_of(page: str, name: str) -> str:
    """One of the two lists."""
    found = re.search(rf'<ul class="pupils" id="{name}".*?</ul>', page, re.DOTALL)
    assert found
    return found[0]


def changes(teacher: SignedIn, session: Session, since: str = "", held: str = "") -> dict[str, object]:
    """What the page's script gets."""
    answer = teacher.get(
        f"/teach/sessions/{session.id}/board/changes",
        query_string={"since": since, "held": held},
        headers=AS_DATA,
    )
    assert answer.status_code == 200
    data = answer.get_json()
    assert isinstance(data, dict)
    return data


def test_a_student_who_checks_in_moves_to_those_who_are_here(
    teacher: SignedIn, phone: Phone, session: Session
) -> None:
    assert "Eileen Collins" in list_of(board_of(teacher, session), "out")
    phone.scan()
    phone.submit(phone.face("Eileen Collins"))
    page = board_of(teacher, session)
    assert "Eileen Collins" in list_of(page, "in")
    assert "9:02" in list_of(page, "in")
    assert "Grace Hopper" in list_of(page, "out")


def test_who_is_seen_by_a_camera_although_absent_by_hand_is_remarked_on_quietly(
    teacher: SignedIn, register: Register, session: Session
) -> None:
    register.marking.mark("1", MarkStatus.ABSENT, by=teacher.user.id, session=session)
    state = re.search(r'data-state="([^"]+)"', board_of(teacher, session))
    assert state
    student = register.students.get("1").id
    register.cameras.sightings.mark(session.id, Sighting(student, 0.9, by="api:door"))
    remark = "although marked absent."
    assert remark in list_of(board_of(teacher, session), "out")
    [[changed, is_in, row]] = teacher.get(
        f"/teach/sessions/{session.id}/board/changes?since={state[1]}"
    ).get_json()["rows"]
    assert (changed, is_in, remark in row) == (student, False, True)
    history = teacher.get(f"/teach/sessions/{session.id}/students/{student}").text
    assert remark in history
    assert "Seen by a camera. The mark stayed as it was." in history
    teacher.post(f"/teach/sessions/{session.id}/marks", {"student": student, "status": "present"})
    assert remark not in board_of(teacher, session)


def test_a_check_in_after_an_absence_by_hand_is_remarked_on(
    teacher: SignedIn, register: Register, session: Session, phone: Phone
) -> None:
    register.marking.mark("1", MarkStatus.ABSENT, by=teacher.user.id, session=session)
    phone.scan()
    phone.submit(photo_of(COLLINS))
    assert "after being marked absent." in list_of(board_of(teacher, session), "in")


def test_what_came_late_says_so(teacher: SignedIn, register: Register, session: Session) -> None:
    register.marking.mark("2", MarkStatus.LATE, by="office", session=session)
    there = list_of(board_of(teacher, session), "in")
    assert re.findall(r'aria-label="([^"]+)" aria-pressed="true"', there) == ["Grace Hopper: Late"]


def test_the_time_is_when_the_student_came_as_in_reports(
    teacher: SignedIn, register: Register, clock: FrozenClock
) -> None:
    course = register.courses.add("Physics", roster=["1"])
    now = register.class_sessions.open_now(course.id, by="office")
    register.marking.mark("1", MarkStatus.PRESENT, by="office", session=now)
    came = re.findall(r'pupil-time">([^<]+)<', board_of(teacher, now))
    clock.advance(minutes=20)
    register.marking.mark("1", MarkStatus.LATE, by="office", session=now)
    assert re.findall(r'pupil-time">([^<]+)<', board_of(teacher, now)) == came, "corrected, and came before"
    past = register.class_sessions.plan(
        course.id, day="2026-11-16", start="09:00", minutes=60, by="office", confirmed=[DoubtKind.OVER]
    )
    register.marking.mark("1", MarkStatus.PRESENT, by="office", session=past)
    page = list_of(board_of(teacher, past), "in")
    assert "Eileen Collins" in page
    assert "pupil-time" not in page, "noted a week later"


def test_each_row_has_one_button_for_each_status(teacher: SignedIn, session: Session) -> None:
    row = re.search(r"<li .*?</li>", list_of(board_of(teacher, session), "out"), re.DOTALL)
    assert row
    wanted = ("Present", "Late", "Absent", "Excused")
    assert re.findall(r'aria-label="Eileen Collins: (\w+)" aria-pressed="false"', row[0]) == list(wanted)


def test_a_long_board_is_searched_first_and_then_has_pages(
    teacher: SignedIn, register: Register, session: Session
) -> None:
    for number in range(3, 101):
        register.students.add(NewStudent(str(number), f"Student {number}"))
    address = f"/teach/sessions/{session.id}/board"
    attributes = re.compile(r'<li class="pupil" data-student="\w+" data-key="\d+"( \S+)?>')

    def shown(query: str) -> tuple[int, int, int]:
        """Rows of this page, of other pages, and those that were not searched for."""
        found = attributes.findall(list_of(teacher.get(f"{address}?{query}").text, "out"))
        return found.count(""), found.count(" data-off"), found.count(" hidden")

    assert shown("") == (40, 60, 0)
    assert shown("out=3") == (20, 80, 0)
    assert shown("out=99") == (20, 80, 0)
    assert shown("out=-1") == (40, 60, 0)
    assert shown("out=x") == (40, 60, 0)
    assert shown("find=student+4") == (19, 0, 81)
    page = teacher.get(f"{address}?find=student&out=2").text
    assert "41\u201380 of 98" in page
    assert f'href="{quote(address)}?find=student&amp;out=1#out"' in page
    assert f'href="{quote(address)}?find=student&amp;out=3#out"' in page


@pytest.mark.parametrize("typed", ["sean obrien", "o\u2019brien, sean", "cs-17", "\u0661\u0667"])
def test_a_name_or_number_is_found_without_scripts_however_it_is_written(
    teacher: SignedIn, register: Register, session: Session, typed: str
) -> None:
    register.students.add(NewStudent("CS-17", "Se\u00e1n O'Brien"))
    page = teacher.get(f"/teach/sessions/{session.id}/board", query_string={"find": typed}).text
    shown = re.findall(r'<li class="pupil"[^>]*">', list_of(page, "out"))
    assert len(shown) == 1


def test_what_is_searched_for_is_text_and_its_page_is_not_compressed(
    teacher: SignedIn, session: Session
) -> None:
    address, packed = f"/teach/sessions/{session.id}/board", {"Accept-Encoding": "gzip"}
    answer = teacher.get(f"{address}?find=<script>", headers=packed)
    assert "<script>" not in answer.text.partition("<main")[2]
    assert "Content-Encoding" not in answer.headers
    assert teacher.get(address, headers=packed).headers["Content-Encoding"] == "gzip"


def test_the_board_has_the_oldest_reviews_and_leads_to_the_others(
    teacher: SignedIn, register: Register, session: Session
) -> None:
    for number in range(7):
        student = register.students.add(NewStudent(f"{number}x", f"Student {number}"))
        candidates = (ReviewCandidate(student.id, 0.0),)
        review = Review(f"r{number}", session.id, ReviewReason.CODE, candidates, register.clock.now())
        register.store.hold_review(review)
    page = board_of(teacher, session)
    assert page.count("data-held ") == 5
    assert "See all that need review" in page
    first = changes(teacher, session)
    assert first["held_more"] is True
    for review in register.store.reviews_of(session.id)[:2]:
        register.reviews.refuse(review.id, by="office")
    second = changes(teacher, session, held=str(first["held_state"]))
    assert second["held_more"] is False
    assert str(second["held"]).count("data-held ") == 5


def test_only_rows_that_changed_travel(teacher: SignedIn, register: Register, session: Session) -> None:
    first = changes(teacher, session)
    assert (first["whole"], len(first["rows"])) == (True, 2)  # type: ignore[arg-type]
    register.marking.mark("2", MarkStatus.PRESENT, by="office", session=session)
    second = changes(teacher, session, since=str(first["state"]))
    assert second["whole"] is False
    [[student_id, is_in, html]] = second["rows"]  # type: ignore[misc]
    assert student_id == register.students.get("2").id  # type: ignore[has-type]
    assert is_in  # type: ignore[has-type]
    assert "Grace Hopper" in html  # type: ignore[has-type]
    assert second["change"] != first["change"]
    assert second["counts"]["here"] == 1  # type: ignore[index]


def test_a_state_that_nobody_remembers_gets_everything(teacher: SignedIn, session: Session) -> None:
    assert changes(teacher, session, since="made-up")["whole"] is True


def test_names_are_text_and_not_markup(teacher: SignedIn, register: Register, session: Session) -> None:
    student = register.students.get("1")
    register.students.change(student.id, NewStudent("1", "<script>alert(1)</script>"), active=True)
    assert "<script>alert" not in str(changes(teacher, session)["rows"])


def test_two_before_ten() -> None:
    rows = [row("10"), row("2")]
    assert [one.roll_number for one in sorted(rows, key=lambda one: one.key)] == ["2", "10"]


def test_a_student_who_left_is_named_as_gone() -> None:
    states = BoardStates()
    first = states.since("", "s", (row("1"), row("2")))
    second = states.since(first.state, "s", (row("2"),))
    assert (second.rows, second.gone) == ((), ("id-1",))


def test_another_sessions_state_is_not_a_base() -> None:
    states = BoardStates()
    other = states.since("", "a", (row("1"),))
    assert states.since(other.state, "b", (row("1"),)).is_whole


def row(roll_number: str) -> Row:
    """A row of a student without a mark."""
    return Row(
        student_id=f"id-{roll_number}",
        key=roll_number.zfill(12),
        roll_number=roll_number,
        name="Student One",
        is_in=False,
        state="none",
        time="",
        method="",
        remark="",
        doubt="",
        place="",
        is_guest=False,
    )


@pytest.mark.parametrize("path", ["board", "board/changes", "events"])
def test_another_teachers_board_is_closed(path: str, sign_in: SignIn, register: Register) -> None:
    owner, other = sign_in(), sign_in()
    course = register.courses.add("Physics 2", teachers=[owner.user.id])
    session = register.class_sessions.open_now(course.id, by=owner.user.id)
    assert owner.get(f"/teach/sessions/{session.id}/{path}").status_code == 200
    assert other.get(f"/teach/sessions/{session.id}/{path}").status_code == 403
    assert sign_in(role=Role.ADMIN).get(f"/teach/sessions/{session.id}/{path}").status_code == 200


@pytest.mark.parametrize("path", ["board", "board/changes", "events"])
def test_a_board_that_is_not_there_is_404(path: str, teacher: SignedIn) -> None:
    assert teacher.get(f"/teach/sessions/nothing/{path}").status_code == 404


def test_scripts_of_somebody_who_is_not_logged_in_are_told_so(app: Flask, session: Session) -> None:
    answer = app.test_client().get(
        f"/teach/sessions/{session.id}/events", headers={"Accept": "text/event-stream"}
    )
    assert answer.status_code == 401


def test_an_open_board_keeps_no_login_alive(teacher: SignedIn, register: Register, session: Session) -> None:
    register.clock.advance(minutes=30)  # type: ignore[attr-defined]
    answer = teacher.get(f"/teach/sessions/{session.id}/events")
    assert "Set-Cookie" not in answer.headers


def test_a_course_without_a_roster_says_so(admin: SignedIn, register: Register) -> None:
    course: Course = register.courses.add("Physics 2")
    session = register.class_sessions.open_now(course.id, by=admin.user.id)
    assert "on the roster" in board_of(admin, session)


@pytest.fixture
def lecture(register: Register, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Today's General session with five students, whose board has two rows of each list on a page."""
    monkeypatch.setattr("client.teacher.row_pages.WHOLE_LIST", 4)
    monkeypatch.setattr("client.teacher.row_pages.PAGE_ROWS", 2)
    for number in (10, 3, 11):
        register.students.add(NewStudent(str(number), f"Student {number}"))
    return register.sessions.today()


def test_a_long_board_is_sent_a_page_at_a_time(
    teacher: SignedIn, register: Register, lecture: Session
) -> None:
    address = f"/teach/sessions/{lecture.id}/board"
    register.marking.mark("11", MarkStatus.PRESENT, by="office", session=lecture)
    first = teacher.get(address).text
    assert "Student 11" in list_of(first, "in")
    assert re.findall(r"<b>([^<]+)</b>", list_of(first, "out")) == ["Eileen Collins", "Grace Hopper"]
    assert '<nav class="pages always no-print" data-length="2"' in first
    assert 'data-count="of">5<' in first
    second = teacher.get(f"{address}?out=2").text
    assert re.findall(r"<b>([^<]+)</b>", list_of(second, "out")) == ["Student 3", "Student 10"]
    found = teacher.get(f"{address}?find=student+1").text
    assert re.findall(r"<b>([^<]+)</b>", list_of(found, "out")) == ["Student 10"]
    assert "Student 11" in list_of(found, "in")
    assert "data-find" not in found


def test_a_long_board_gets_the_changes_of_its_page_only(
    teacher: SignedIn, register: Register, lecture: Session
) -> None:
    address = f"/teach/sessions/{lecture.id}/board"
    state = re.search(r'data-state="([^"]+)"', teacher.get(f"{address}?out=2").text)
    assert state
    since = {"since": state[1], "out": "2"}
    register.marking.mark("1", MarkStatus.PRESENT, by="office", session=lecture)
    data = teacher.get(f"{address}/changes", query_string=since).get_json()
    names = re.findall(r"<b>([^<]+)</b>", "".join(row[2] for row in data["rows"]))
    assert not data["whole"]
    assert names == ["Eileen Collins", "Student 11"]  # the first of the list moved up, so one follows
    assert data["gone"] == [register.students.get("3").id]
    assert data["counts"]["here"] == 1
