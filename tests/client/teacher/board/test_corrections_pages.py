"""A teacher puts marks right by hand, and can take each change back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from attendance.marks.sightings import Sighting
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import Mark, MarkEvent, MarkMethod, MarkStatus, Role, Session
from tests.client.signed_in import SignedIn, SignIn

AS_DATA = {"Accept": "application/json"}


@pytest.fixture
def session(register: Register) -> Session:
    """Today's General session."""
    return register.sessions.today()


def student_id(register: Register, roll_number: str) -> str:
    """Of whoever has the roll number."""
    return register.students.get(roll_number).id


def status_of(register: Register, session: Session, roll_number: str) -> MarkStatus | None:
    """What the register says."""
    mark = register.store.mark(session.id, student_id(register, roll_number))
    return mark.status if mark else None


@pytest.mark.parametrize("status", ["present", "late", "absent", "excused"])
def test_any_status_with_a_note(status: str, teacher: SignedIn, register: Register, session: Session) -> None:
    student = student_id(register, "1")
    answer = teacher.post(
        f"/teach/sessions/{session.id}/marks", {"student": student, "status": status, "note": "a slip"}
    )
    assert answer.status_code == 303
    assert status_of(register, session, "1") == status
    page = teacher.get(f"/teach/sessions/{session.id}/students/{student}").text
    assert "a slip" in page
    assert teacher.user.name in page
    assert "by hand" in page


def test_the_history_shows_a_third_person_what_cameras_and_what_people_did(
    teacher: SignedIn, register: Register, session: Session
) -> None:
    student, sightings = student_id(register, "1"), register.cameras.sightings
    sighting = Sighting(student, 0.9, by=teacher.user.id)
    sightings.mark(session.id, sighting)
    register.marking.mark("1", MarkStatus.ABSENT, by=teacher.user.id, note="undone", session=session)
    sightings.mark(session.id, sighting)
    sightings.mark(session.id, replace(sighting, by_person=True))
    page = teacher.get(f"/teach/sessions/{session.id}/students/{student}").text
    entries = [" ".join(re.sub(r"<[^>]+>", " ", entry).split()) for entry in page.split("<li>")[-4:]]
    when, name = "Monday 23 November, 9:02", teacher.user.name
    assert entries[0] == f"Present {when} · by a click on the face · {name}"
    assert entries[1] == f"{when} · by face · {name} Seen by a camera. The mark stayed as it was."
    assert entries[2] == f"Absent {when} · by hand · {name} undone"
    assert entries[3].startswith(f"Present {when} · by face · {name}")


def test_the_history_has_words_for_what_a_student_did(
    teacher: SignedIn, register: Register, session: Session
) -> None:
    at, student = register.clock.now(), student_id(register, "1")
    came = MarkEvent(at, MarkStatus.PRESENT, MarkMethod.FACE, "student")
    again = replace(came, note="checked in again (0a1b2c3d)", noted=True)
    objection = replace(came, note="not me (review 0a1b2c3d)", under_review=True)
    history = (came, again, objection)
    register.store.insert_mark(
        Mark(session.id, student, came.status, came.method, at, under_review=True, version=3, history=history)
    )
    page = teacher.get(f"/teach/sessions/{session.id}/students/{student}").text
    assert "Checked in again." in page
    assert "“That&#39;s not me”" in page
    assert "0a1b2c3d" not in page


def test_undo_brings_back_what_stood_before(teacher: SignedIn, register: Register, session: Session) -> None:
    student = student_id(register, "1")
    for status in ("present", "absent"):
        teacher.post(f"/teach/sessions/{session.id}/marks", {"student": student, "status": status})
    answer = teacher.post(
        f"/teach/sessions/{session.id}/marks/undo", {"student": student, "version": "2"}, headers=AS_DATA
    )
    assert answer.status_code == 200
    assert status_of(register, session, "1") is MarkStatus.PRESENT


def test_nobody_undoes_what_they_have_not_seen(
    teacher: SignedIn, register: Register, session: Session
) -> None:
    student = student_id(register, "1")
    for status in ("present", "absent"):
        teacher.post(f"/teach/sessions/{session.id}/marks", {"student": student, "status": status})
    answer = teacher.post(
        f"/teach/sessions/{session.id}/marks/undo", {"student": student, "version": "1"}, headers=AS_DATA
    )
    assert answer.status_code == 409
    assert status_of(register, session, "1") is MarkStatus.ABSENT


def test_without_a_script_the_next_page_offers_the_undo_once(
    teacher: SignedIn, register: Register, session: Session
) -> None:
    board = f"/teach/sessions/{session.id}/board"
    teacher.post(
        f"/teach/sessions/{session.id}/marks",
        {"student": student_id(register, "1"), "status": "present"},
        headers={"Accept": "text/html"},
    )
    assert "marks/undo" in teacher.get(board).text
    assert "marks/undo" not in teacher.get(board).text


def test_all_the_rest_absent_and_back(teacher: SignedIn, register: Register, session: Session) -> None:
    register.marking.mark("1", MarkStatus.PRESENT, by="office", session=session)
    answer = teacher.post(f"/teach/sessions/{session.id}/marks/rest", headers=AS_DATA)
    assert "1 student marked absent" in answer.text
    assert status_of(register, session, "1") is MarkStatus.PRESENT
    assert status_of(register, session, "2") is MarkStatus.ABSENT
    mark = register.store.mark(session.id, student_id(register, "2"))
    assert mark is not None
    at = mark.history[-1].at.isoformat()
    teacher.post(f"/teach/sessions/{session.id}/marks/rest/undo", {"at": at})
    assert status_of(register, session, "2") is MarkStatus.WITHDRAWN
    assert status_of(register, session, "1") is MarkStatus.PRESENT


def test_all_the_rest_present_and_back_in_one_act(
    teacher: SignedIn, register: Register, session: Session
) -> None:
    register.marking.mark("1", MarkStatus.EXCUSED, by="office", session=session)
    register.students.add(NewStudent("3", "Mae Jemison"))
    path = f"/teach/sessions/{session.id}/marks/rest"
    answer = teacher.post(path, {"status": "present"}, headers=AS_DATA)
    assert "2 students marked present" in answer.text
    assert status_of(register, session, "1") is MarkStatus.EXCUSED
    assert status_of(register, session, "2") is MarkStatus.PRESENT
    register.marking.mark("3", MarkStatus.LATE, by="office", session=session)
    mark = register.store.mark(session.id, student_id(register, "2"))
    assert mark is not None
    act = {"at": mark.history[-1].at.isoformat(), "status": "present"}
    wrong = teacher.post(f"{path}/undo", act | {"status": "absent"}, headers=AS_DATA)
    assert "nothing left to undo" in wrong.text
    assert "1 mark undone" in teacher.post(f"{path}/undo", act, headers=AS_DATA).text
    assert status_of(register, session, "2") is MarkStatus.WITHDRAWN
    assert status_of(register, session, "3") is MarkStatus.LATE  # changed since


def test_by_roll_number(teacher: SignedIn, register: Register, session: Session) -> None:
    path = f"/teach/sessions/{session.id}/marks"
    teacher.post(path, {"roll_number": " \uff12 ", "status": "excused"})
    assert status_of(register, session, "2") is MarkStatus.EXCUSED
    for headers in (AS_DATA, {"Accept": "text/html"}):
        answer = teacher.post(path, {"roll_number": "none", "status": "excused"}, headers=headers)
        assert answer.status_code == 404
        assert "None of your students has the roll number none" in answer.text


def test_no_mark_takes_it_back(teacher: SignedIn, register: Register, session: Session) -> None:
    register.marking.mark("1", MarkStatus.PRESENT, by="office", session=session)
    data = {"student": student_id(register, "1"), "status": "withdrawn"}
    teacher.post(f"/teach/sessions/{session.id}/marks", data)
    assert status_of(register, session, "1") is MarkStatus.WITHDRAWN


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("marks", {"student": "nobody", "status": "present"}, 404),
        ("marks", {"student": "*", "status": "asleep"}, 400),
        ("marks", {"student": "*"}, 400),
        ("marks", {"student": "*", "status": "present", "note": "x" * 501}, 400),
        ("marks/undo", {"student": "*", "version": "-1"}, 400),
        ("marks/undo", {"student": "*", "version": "9" * 40}, 400),
        ("marks/rest", {"status": "late"}, 400),
        ("marks/rest", {"status": "asleep"}, 400),
        ("marks/rest/undo", {"at": "2026-11-23T08:00:00+00:00", "status": "withdrawn"}, 400),
        ("marks/rest/undo", {"at": "yesterday"}, 400),
        ("marks/rest/undo", {"at": "2026-11-23T08:00:00"}, 400),
        ("marks/rest/undo", {"at": "0001-01-01T00:00:00+23:00"}, 400),
    ],
)
def test_bad_input_is_refused(
    path: str, data: dict[str, str], status: int, *, teacher: SignedIn, register: Register, session: Session
) -> None:
    known = {key: student_id(register, "1") if value == "*" else value for key, value in data.items()}
    assert teacher.post(f"/teach/sessions/{session.id}/{path}", known).status_code == status
    assert register.store.marks(session.id) == []


def test_another_teachers_class_is_closed(sign_in: SignIn, register: Register) -> None:
    owner, other = sign_in(), sign_in()
    course = register.courses.add("Physics 2", teachers=[owner.user.id], roster=["1"])
    session = register.class_sessions.open_now(course.id, by=owner.user.id)
    student = student_id(register, "1")
    path = f"/teach/sessions/{session.id}"
    assert other.get(f"{path}/students/{student}").status_code == 403
    for what in ("marks", "marks/undo", "marks/rest", "marks/rest/undo"):
        assert other.post(f"{path}/{what}", {"student": student, "status": "present"}).status_code == 403
    assert register.store.marks(session.id) == []
    hopper = student_id(register, "2")
    assert owner.get(f"{path}/students/{hopper}").status_code == 404  # not on this roster
    answer = owner.post(f"{path}/marks", {"roll_number": "2", "status": "present"}, headers=AS_DATA)
    assert answer.status_code == 404
    assert sign_in(role=Role.ADMIN).get(f"{path}/students/{student}").status_code == 200
