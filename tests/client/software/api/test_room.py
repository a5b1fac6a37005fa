"""Other software reads who is in the room, answers for a teacher, and draws names to call out."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from attendance.presence.answers import NOTES, AskedBy
from attendance.presence.room_pictures import PictureKey
from attendance.register import Register
from attendance.values import Session
from tests.client.by_phone import by_phone
from tests.client.software.conftest import Software, is_problem


@pytest.fixture
def session(register: Register) -> Session:
    """A session of a class of two, of whom the first has checked in by phone."""
    course = register.courses.add("Physics", roster=["1", "2"])
    session = register.class_sessions.open_now(course.id, by="t")
    assert register.store.insert_mark(by_phone(session, register.students.get("1").id))
    return session


@pytest.fixture
def path(session: Session) -> str:
    """The session's address."""
    return f"/sessions/{quote(session.id)}"


def show(register: Register, session: Session, *roll_numbers: str) -> None:
    """A picture of the room that shows these students."""
    seen = [register.students.get(number).id for number in roll_numbers]
    register.presence.pictures.note(session.id, PictureKey(register.clock.now(), "t"), seen)


def test_without_a_picture_nobody_is_missed(software: Software, path: str) -> None:
    room = software.get(f"{path}/room").get_json()
    assert room == {
        "pictures": 0,
        "checked_in": 1,
        "seen": 0,
        "not_seen": [],
        "not_checked_in": [],
        "called": [],
    }


def test_a_picture_lists_both_ways(
    software: Software, register: Register, session: Session, path: str
) -> None:
    show(register, session, "2")
    room = software.get(f"{path}/room").get_json()
    assert (room["pictures"], room["checked_in"], room["seen"]) == (1, 1, 0)
    assert [each["roll_number"] for each in room["not_seen"]] == ["1"]
    assert [each["roll_number"] for each in room["not_checked_in"]] == ["2"]


def test_an_answer_is_a_word_in_the_history(
    software: Software, register: Register, session: Session, path: str
) -> None:
    show(register, session)
    answer = software.post(f"{path}/room/answers", {"student": "1", "here": False})
    assert answer.status_code == 200
    mark = answer.get_json()
    assert (mark["status"], mark["method"]) == ("absent", "manual")
    assert mark["history"][-1]["note"] == NOTES[AskedBy.LOOKING, False]
    assert software.get(f"{path}/room").get_json()["not_seen"] == []


def test_a_spot_check_names_who_has_checked_in_and_keeps_the_answers(software: Software, path: str) -> None:
    room = software.post(f"{path}/spot-checks").get_json()
    assert [(each["roll_number"], each["here"]) for each in room["called"]] == [("1", None)]
    software.post(f"{path}/room/answers", {"student": "1", "here": True, "asked": "calling"})
    again = software.get(f"{path}/room").get_json()
    assert [(each["roll_number"], each["here"]) for each in again["called"]] == [("1", True)]


def test_with_nobody_checked_in_there_is_nobody_to_call(software: Software, register: Register) -> None:
    course = register.courses.add("Chemistry", roster=["2"])
    session = register.class_sessions.open_now(course.id, by="t")
    answer = software.post(f"/sessions/{quote(session.id)}/spot-checks")
    assert is_problem(answer, 422, "not-possible")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"student": "77", "here": True}, 404),
        ({"student": "1"}, 422),
        ({"student": "1", "here": "maybe"}, 422),
        ({"student": "1", "here": True, "asked": "guessing"}, 422),
    ],
)
def test_broken_answers_change_nothing(  # noqa: PLR0917 - a case and four fixtures
    software: Software, register: Register, session: Session, path: str, body: object, status: int
) -> None:
    before = register.store.marks(session.id)
    assert software.post(f"{path}/room/answers", body).status_code == status
    assert register.store.marks(session.id) == before
