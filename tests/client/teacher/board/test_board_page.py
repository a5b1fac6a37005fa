"""The board shows who is in and who is not, and sends only what changed."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import Course, MarkStatus, Role, Session
from client.teacher.board.board_rows import BoardStates, Row
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


def test_what_came_late_says_so(teacher: SignedIn, register: Register, session: Session) -> None:
    register.marking.mark("2", MarkStatus.LATE, by="office", session=session)
    assert "Late" in list_of(board_of(teacher, session), "in")


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
