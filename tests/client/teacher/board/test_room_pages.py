"""A teacher looks around and calls out names from the board, each answer in one tap."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from attendance.classes.general_course import GENERAL_COURSE
from attendance.presence.answers import NOTES, AskedBy
from attendance.presence.room_pictures import PictureKey
from attendance.register import Register
from attendance.values import MarkStatus, Session
from client.web.services import register_of
from tests.client.conftest import Phone
from tests.client.signed_in import SignedIn

AS_DATA = {"Accept": "application/json"}


@pytest.fixture
def session(register: Register) -> Session:
    """Today's General session."""
    return register.sessions.today()


@pytest.fixture
def collins(register: Register, phone: Phone, session: Session) -> str:
    """The id of Eileen Collins, who has checked in by phone, and is in no photo of the room."""
    phone.scan()
    phone.submit(phone.face("Eileen Collins"))
    register.presence.pictures.note(session.id, PictureKey(register.clock.now(), "t1"), [])
    return register.students.get("1").id


def room(session: Session, path: str = "") -> str:
    """An address of the session's room."""
    return f"/teach/sessions/{session.id}/room/{path}"


def status_of(register: Register, session: Session, student_id: str) -> MarkStatus | None:
    """What the register says."""
    mark = register.store.mark(session.id, student_id)
    return mark.status if mark else None


def test_before_anybody_checks_in_the_board_has_no_room(teacher: SignedIn, session: Session) -> None:
    page = teacher.get(f"/teach/sessions/{session.id}/board").text
    assert re.search(r'<section id="room"[^>]* hidden>', page)
    assert "Spot check" not in page


def test_the_board_lists_who_is_not_seen_with_a_portrait(
    teacher: SignedIn, session: Session, collins: str
) -> None:
    page = teacher.get(f"/teach/sessions/{session.id}/board").text
    assert "1 student checked in by phone. 0 of them were seen. Photos and videos of the room: 1." in page
    assert "Checked in, not seen" in page
    address = room(session, f"portraits/{collins}")
    assert quote(address) in page
    picture = teacher.get(address)
    assert picture.mimetype == "image/jpeg"
    assert picture.headers["Cache-Control"] == "no-store"


def test_a_row_says_where_its_student_was(teacher: SignedIn, session: Session, collins: str) -> None:
    """The phone of these tests is this computer; then a photo of the room shows its student."""
    page = teacher.get(f"/teach/sessions/{session.id}/board").text
    assert "1 · this network</span>" in page
    register = register_of(teacher.client.application)
    register.presence.pictures.note(session.id, PictureKey(register.clock.now(), "t2"), [collins])
    page = teacher.get(f"/teach/sessions/{session.id}/board").text
    assert "1 · seen in the room photo</span>" in page


def test_one_tap_marks_absent_and_can_be_undone(
    teacher: SignedIn, register: Register, session: Session, collins: str
) -> None:
    form = {"student": collins, "asked": "looking", "here": "no"}
    answer = teacher.post(room(session, "answers"), form)
    assert (answer.status_code, answer.location) == (303, f"/teach/sessions/{quote(session.id)}/board#room")
    assert status_of(register, session, collins) is MarkStatus.ABSENT
    page = teacher.get(f"/teach/sessions/{session.id}/board").text
    assert "You can undo the last change." in page
    mark = register.store.mark(session.id, collins)
    assert mark is not None
    assert (mark.history[-1].note, mark.history[-1].by) == (NOTES[AskedBy.LOOKING, False], teacher.user.id)
    history = teacher.get(f"/teach/sessions/{session.id}/students/{collins}").text
    assert "Looked around: not here" in history
    undo = {"student": collins, "version": str(mark.version)}
    teacher.post(f"/teach/sessions/{session.id}/marks/undo", undo)
    assert status_of(register, session, collins) is MarkStatus.PRESENT
    assert "Checked in, not seen" in teacher.get(f"/teach/sessions/{session.id}/board").text


def test_a_script_gets_data_and_the_changes_have_the_room(
    teacher: SignedIn, session: Session, collins: str
) -> None:
    board = f"/teach/sessions/{session.id}/board"
    before = teacher.get(f"{board}/changes").json
    assert before is not None
    assert "Checked in, not seen" in before["room"]
    same = teacher.get(f"{board}/changes?room={before['room_state']}").json
    assert same is not None
    assert "room" not in same
    told = teacher.post(
        room(session, "answers"), {"student": collins, "asked": "looking", "here": "yes"}, headers=AS_DATA
    ).json
    assert told is not None
    assert "Eileen Collins" in told["message"]
    assert "/marks/undo" in told["html"]
    after = teacher.get(f"{board}/changes?room={before['room_state']}").json
    assert after is not None
    assert "Checked in, not seen" not in after["room"]
    assert "nobody left to look for" in after["room"]


def test_a_spot_check_shows_the_same_names_after_a_reload(
    teacher: SignedIn, register: Register, session: Session, collins: str
) -> None:
    assert teacher.post(room(session, "spot-check")).status_code == 303
    for _ in range(2):
        page = teacher.get(f"/teach/sessions/{session.id}/board").text
        assert "Call out these names" in page
        assert f"seek-calling-{collins}" in page
        assert "Three more names" not in page
    form = {"student": collins, "asked": "calling", "here": "yes"}
    assert teacher.post(room(session, "answers"), form).status_code == 303
    mark = register.store.mark(session.id, collins)
    assert mark is not None
    assert mark.history[-1].note == NOTES[AskedBy.CALLING, True]
    page = teacher.get(f"/teach/sessions/{session.id}/board").text
    assert "Three more names" in page
    assert f"seek-calling-{collins}" in page
    assert "Called out: here" in teacher.get(f"/teach/sessions/{session.id}/students/{collins}").text


def test_with_nobody_checked_in_a_spot_check_says_so(teacher: SignedIn, session: Session) -> None:
    answer = teacher.post(room(session, "spot-check"), headers=AS_DATA)
    assert answer.status_code == 409
    assert answer.json is not None
    assert "Nobody has checked in yet" in answer.json["message"]


def test_a_habit_of_the_course_proposes_it_after_ten_minutes(
    teacher: SignedIn, register: Register, session: Session, collins: str
) -> None:
    assert collins
    teacher.post(room(session, "habit"), {"on": "yes"})
    assert register.courses.get(GENERAL_COURSE.id).spot_check
    page = teacher.get(f"/teach/sessions/{session.id}/board").text
    assert "It is time for the spot check of this course." in page  # General has been open since midnight
    teacher.post(room(session, "habit"), {"on": "no"})
    assert not register.courses.get(GENERAL_COURSE.id).spot_check


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("answers", {"asked": "looking", "here": "maybe"}),
        ("answers", {"asked": "guessing", "here": "yes"}),
        ("answers", {}),
        ("habit", {"on": "sometimes"}),
        ("habit", {}),
    ],
)
def test_broken_forms_change_nothing(  # noqa: PLR0917 - a case and four fixtures
    teacher: SignedIn, register: Register, session: Session, collins: str, path: str, form: dict[str, str]
) -> None:
    before = register.store.mark(session.id, collins)
    assert teacher.post(room(session, path), {"student": collins, **form}).status_code == 400
    assert register.store.mark(session.id, collins) == before


def test_nobody_outside_the_lists_is_answered_or_shown(
    teacher: SignedIn, register: Register, session: Session, collins: str
) -> None:
    assert collins
    hopper = register.students.get("2").id
    form = {"student": hopper, "asked": "looking", "here": "no"}
    assert teacher.post(room(session, "answers"), form, headers=AS_DATA).status_code == 409
    assert register.store.mark(session.id, hopper) is None
    assert teacher.get(room(session, f"portraits/{hopper}")).status_code == 404
    assert teacher.get(room(session, "portraits/nobody")).status_code == 404
