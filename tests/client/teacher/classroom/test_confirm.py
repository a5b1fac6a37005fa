"""Confirming writes the marks once, says what became of each, and discarding writes none."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from flask import Flask

from attendance.classroom.jobs.states import JobState
from attendance.classroom.jobs.values import ClassroomJob
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import MarkMethod, MarkStatus, Session
from client.teacher.classroom.choices import names_of
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER
from tests.client.room_sender import RoomSender, face_at
from tests.client.signed_in import SignedIn, SignIn

THREE = room_of(photo_of(COLLINS), photo_of(HOPPER, blend=FULL_BLEND), photo_of(STRANGER))


@pytest.fixture
def session(register: Register, teacher: SignedIn) -> Iterator[Session]:
    """A session of Physics: Collins and Hopper are on its roster, and a third who has no face here."""
    register.students.add(NewStudent("3", "Student Three"))
    register.students.add(NewStudent("4", "Student Four"))
    course = register.courses.add("Physics", roster=["1", "2", "3"], teachers=[teacher.user.id])
    yield register.class_sessions.open_now(course.id, by=teacher.user.id)
    register.classroom.close()


@pytest.fixture
def sender(teacher: SignedIn, register: Register, session: Session) -> RoomSender:
    """A teacher on the page of the session."""
    return RoomSender(teacher, register, session)


@pytest.fixture
def job(sender: RoomSender) -> ClassroomJob:
    """Collins is recognised, Hopper is doubtful, and somebody is nobody's."""
    return sender.job(THREE)


def student_id(register: Register, roll_number: str) -> str:
    """Of whoever has it."""
    return register.students.get(roll_number).id


def marks(register: Register, session: Session) -> dict[str, tuple[MarkStatus, MarkMethod]]:
    """What stands, by roll number."""
    return {
        register.students.by_id(mark.student_id).roll_number: (mark.status, mark.method)
        for mark in register.store.marks(session.id)
    }


FROM_PHOTO = (MarkStatus.PRESENT, MarkMethod.CLASSROOM_PHOTO)


def test_a_match_and_a_tap_become_marks(
    sender: RoomSender, register: Register, session: Session, job: ClassroomJob
) -> None:
    collins, hopper = student_id(register, "1"), student_id(register, "2")
    keys = [face_at(job, place).key for place in range(3)]
    answer = sender.confirm(job, {keys[0]: collins, keys[1]: hopper, keys[2]: "nobody"})
    assert (answer.status_code, unquote(answer.location)) == (303, f"/teach/sessions/{session.id}/board")
    assert marks(register, session) == {"1": FROM_PHOTO, "2": FROM_PHOTO}
    board = sender.who.get(answer.location).text
    assert "2 students marked from the photo." in board
    history = sender.who.get(f"/teach/sessions/{session.id}/students/{collins}").text
    assert "from a classroom photo" in history
    assert "photo of the room" not in history  # the note by which the register finds it again
    assert sender.who.user.name in history
    done = sender.page(register.classroom.job(job.id))
    assert "Eileen Collins" in done
    assert "The pictures were deleted." in done
    assert sender.who.get(f"{sender.at}/{job.id}/pictures/0").status_code == 404


def test_one_tap_takes_all_of_them_back_but_not_what_was_changed_since(
    sender: RoomSender, register: Register, session: Session, job: ClassroomJob
) -> None:
    register.marking.mark("3", MarkStatus.LATE, by="office", session=session)
    keys = [face_at(job, place).key for place in range(3)]
    chosen = {key: student_id(register, number) for key, number in zip(keys, "123", strict=True)}
    board = sender.who.get(sender.confirm(job, chosen).location).text
    assert f"{job.id}/undo" in board
    register.marking.mark("2", MarkStatus.EXCUSED, by="office", session=session)
    answer = sender.who.post(f"{sender.at}/{job.id}/undo")
    assert "1 mark undone." in sender.who.get(answer.location).text
    assert {number: status for number, (status, _) in marks(register, session).items()} == {
        "1": MarkStatus.WITHDRAWN,
        "2": MarkStatus.EXCUSED,
        "3": MarkStatus.LATE,
    }
    again = sender.who.post(f"{sender.at}/{job.id}/undo")
    assert "nothing left to undo" in sender.who.get(again.location).text


def test_nothing_is_taken_back_before_it_is_confirmed(sender: RoomSender, job: ClassroomJob) -> None:
    answer = sender.who.post(f"{sender.at}/{job.id}/undo")
    assert "nothing left to undo" in sender.who.get(answer.location).text


def test_what_is_not_chosen_is_not_marked(
    sender: RoomSender, register: Register, session: Session, job: ClassroomJob
) -> None:
    key = face_at(job, 0).key
    assert sender.confirm(job, {key: student_id(register, "1")}).status_code == 303
    assert marks(register, session) == {"1": FROM_PHOTO}


def test_a_match_can_be_turned_down(sender: RoomSender, register: Register, job: ClassroomJob) -> None:
    first, second = face_at(job, 0).key, face_at(job, 1).key
    sender.confirm(job, {first: "nobody", second: student_id(register, "2")})
    assert register.classroom.job(job.id).marked == 1


@pytest.mark.parametrize("typed", ["Student Three (3)", "\uff13", " three,  student ", "STUDENT THREE (3)"])
def test_somebody_else_is_typed(
    sender: RoomSender, register: Register, session: Session, job: ClassroomJob, typed: str
) -> None:
    key = face_at(job, 0).key
    answer = sender.confirm(job, {key: student_id(register, "1")}, **{key.replace("-", "_"): typed})
    assert answer.status_code == 303
    assert marks(register, session) == {"3": FROM_PHOTO}


@pytest.mark.parametrize("typed", ["Student", "Student Four (4)", "4", "nobody knows"])
def test_a_name_that_nobody_of_the_class_has_is_said_beside_the_face(
    sender: RoomSender, register: Register, session: Session, job: ClassroomJob, typed: str
) -> None:
    first, second = face_at(job, 0).key, face_at(job, 1).key
    choices = {first: student_id(register, "1")}
    answer = sender.confirm(job, choices, **{second.replace("-", "_"): typed})
    assert answer.status_code == 422
    assert f"There is no “{typed}” in this class." in answer.text
    assert f'value="{typed}"' in answer.text  # to be mended, not typed again
    assert marks(register, session) == {}


def test_a_student_of_another_course_is_refused(
    sender: RoomSender, register: Register, session: Session, job: ClassroomJob
) -> None:
    for somebody in (student_id(register, "4"), "unknown"):
        answer = sender.confirm(job, {face_at(job, 2).key: somebody})
        assert answer.status_code == 422
        assert "This student is not in this class." in answer.text
    assert marks(register, session) == {}


def test_one_student_for_two_faces_of_a_picture_is_refused(
    sender: RoomSender, register: Register, session: Session, job: ClassroomJob
) -> None:
    collins = student_id(register, "1")
    answer = sender.confirm(job, {face_at(job, 0).key: collins, face_at(job, 2).key: collins})
    assert answer.status_code == 422
    assert answer.text.count("The same student is chosen for another face in this picture.") == 2
    assert marks(register, session) == {}


def test_nobody_at_all_is_said(sender: RoomSender, job: ClassroomJob, register: Register) -> None:
    answer = sender.confirm(job, {face.key: "nobody" for face in job.faces})
    assert answer.status_code == 422
    assert "Nobody is chosen yet." in answer.text
    assert register.classroom.job(job.id).state is JobState.READY


def test_confirming_the_same_twice_is_confirming_once(
    sender: RoomSender, register: Register, session: Session, job: ClassroomJob
) -> None:
    choices = {face_at(job, 0).key: student_id(register, "1")}
    first, second = sender.confirm(job, choices), sender.confirm(job, choices)
    assert (first.status_code, second.status_code) == (303, 303)
    [mark] = register.store.marks(session.id)
    assert len(mark.history) == 1


def test_confirming_otherwise_afterwards_changes_nothing(
    sender: RoomSender, register: Register, session: Session, job: ClassroomJob
) -> None:
    first, second = face_at(job, 0).key, face_at(job, 1).key
    sender.confirm(job, {first: student_id(register, "1")})
    answer = sender.confirm(job, {second: student_id(register, "2")})
    assert answer.status_code == 409
    assert f"{sender.who.user.name} already confirmed this at 9:02." in answer.text
    assert list(marks(register, session)) == ["1"]


def test_what_stood_before_stays_and_is_said(
    sender: RoomSender, register: Register, session: Session, job: ClassroomJob
) -> None:
    register.marking.mark("1", MarkStatus.LATE, by="office", session=session)
    answer = sender.confirm(job, {face_at(job, 0).key: student_id(register, "1")})
    assert "Already marked, not changed: Eileen Collins." in sender.who.get(answer.location).text
    assert marks(register, session) == {"1": (MarkStatus.LATE, MarkMethod.MANUAL)}


def test_who_is_absent_by_hand_stays_absent_and_the_board_says_so(
    sender: RoomSender, register: Register, session: Session, job: ClassroomJob
) -> None:
    register.marking.mark("1", MarkStatus.ABSENT, by="office", session=session)
    answer = sender.confirm(job, {face_at(job, 0).key: student_id(register, "1")})
    board = sender.who.get(answer.location).text
    assert "marked otherwise by hand, and not changed: Eileen Collins." in board
    assert "although marked absent." in board
    assert "Already marked, not changed" not in board


def test_who_left_the_class_meanwhile_is_said(
    sender: RoomSender, register: Register, session: Session, job: ClassroomJob
) -> None:
    collins, hopper = student_id(register, "1"), student_id(register, "2")
    register.courses.remove_from_roster(session.course_id, ["1"])
    assert "Eileen Collins" in sender.page(job)
    answer = sender.confirm(job, {face_at(job, 0).key: collins, face_at(job, 1).key: hopper})
    board = sender.who.get(answer.location).text
    assert "Not marked: Eileen Collins is not on the roster of this course." in board
    assert "1 student marked from the photo." in board
    assert marks(register, session) == {"2": FROM_PHOTO}


def test_a_closed_session_still_takes_the_marks(
    sender: RoomSender, register: Register, session: Session, job: ClassroomJob
) -> None:
    register.closing.close(session.id, by="office")
    assert marks(register, session)["1"][0] is MarkStatus.ABSENT
    sender.confirm(job, {face_at(job, 0).key: student_id(register, "1")})
    assert marks(register, session)["1"] == FROM_PHOTO
    assert marks(register, session)["2"][0] is MarkStatus.ABSENT


def test_discarding_marks_nobody_and_deletes_the_pictures(
    sender: RoomSender, register: Register, session: Session, job: ClassroomJob
) -> None:
    answer = sender.discard(job)
    assert (answer.status_code, unquote(answer.location)) == (303, sender.at)
    assert "Nobody was marked" in sender.who.get(sender.at).text
    assert "Discarded by" in sender.page(job)
    assert sender.who.get(f"{sender.at}/{job.id}/pictures/0").status_code == 404
    assert sender.discard(job).status_code == 303  # twice is once
    late = sender.confirm(job, {face_at(job, 0).key: student_id(register, "1")})
    assert late.status_code == 409
    assert "already discarded this" in late.text
    assert marks(register, session) == {}


def test_what_is_confirmed_can_not_be_discarded(
    sender: RoomSender, register: Register, job: ClassroomJob
) -> None:
    sender.confirm(job, {face_at(job, 0).key: student_id(register, "1")})
    assert sender.discard(job).status_code == 409
    assert register.classroom.job(job.id).state is JobState.CONFIRMED


def test_a_photo_that_failed_can_not_be_confirmed(sender: RoomSender, register: Register) -> None:
    failed = sender.job(b"no photo")
    answer = sender.confirm(failed, {"0-0": student_id(register, "1")})
    assert answer.status_code == 409
    assert "it hasn&#39;t been read yet, or couldn&#39;t be" in answer.text


def test_without_the_pages_token_nothing_is_decided(
    sender: RoomSender, register: Register, job: ClassroomJob
) -> None:
    for action in ("confirm", "discard", "undo"):
        assert sender.who.post(f"{sender.at}/{job.id}/{action}", csrf=False).status_code == 400
    assert register.classroom.job(job.id).state is JobState.READY


def test_a_colleague_of_the_course_can_confirm(
    register: Register, session: Session, job: ClassroomJob, sign_in: SignIn
) -> None:
    colleague = sign_in()
    register.courses.change(session.course_id, teachers=[colleague.user.id])
    other = RoomSender(colleague, register, session)
    other.confirm(job, {face_at(job, 0).key: student_id(register, "1")})
    assert register.classroom.job(job.id).decided_by == colleague.user.id


def test_names_of_many_are_counted_in_the_notice(sender: RoomSender, register: Register, app: Flask) -> None:
    with app.test_request_context():
        assert names_of([student_id(register, "1"), "erased"]) == ["Eileen Collins"]
