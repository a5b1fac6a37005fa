"""Where two people confirm a classroom photo, one alone marks nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from attendance.audit.chain.values import AuditFilter, AuditKind
from attendance.classroom.jobs.states import JobState
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.values import Session
from tests.attendance.fake_pipeline import photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER
from tests.client.room_sender import RoomSender, face_at
from tests.client.signed_in import SignedIn

TWO = room_of(photo_of(COLLINS), photo_of(HOPPER))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, room_photos="two-people")


@pytest.fixture
def session(register: Register, teacher: SignedIn) -> Iterator[Session]:
    course = register.courses.add("Physics", roster=["1", "2"], teachers=[teacher.user.id])
    yield register.class_sessions.open_now(course.id, by=teacher.user.id)
    register.classroom.close()


def test_one_confirms_and_another_makes_it_count(
    teacher: SignedIn, admin: SignedIn, register: Register, session: Session
) -> None:
    first, second = RoomSender(teacher, register, session), RoomSender(admin, register, session)
    job = first.job(TWO)
    assert "Two people confirm a classroom photo here" in first.page(job)
    ids = {number: register.students.get(number).id for number in ("1", "2")}
    chosen = {face_at(job, 0).key: ids["1"], face_at(job, 1).key: ids["2"]}
    for _ in range(2):  # the same person twice is still one person
        answer = first.confirm(job, chosen)
        assert answer.location == first.at.replace("|", "%7C")
        assert register.store.marks(session.id) == []
    assert "Another teacher or an admin has to confirm them now." in teacher.get(answer.location).text
    assert "You confirmed this at" in first.page(job)
    assert "A classroom photo is waiting for a second person: you." in admin.get("/teach/").text
    assert "needs you" not in teacher.get("/teach/").text
    assert "Waiting for a second person" in admin.get(second.at).text
    assert f"{teacher.user.name} confirmed these choices" in second.page(job)
    second.confirm(job, chosen)
    assert {mark.student_id for mark in register.store.marks(session.id)} == set(ids.values())
    done = register.classroom.job(job.id)
    assert (done.state, done.first_by, done.decided_by) == (
        JobState.CONFIRMED,
        teacher.user.id,
        admin.user.id,
    )
    assert f"Confirmed first by {teacher.user.name}." in second.page(done)
    [both] = register.audit.find(AuditFilter(kinds=(AuditKind.REVIEWED,)), 9)
    people = {"photo": job.id, "first_by": teacher.user.id, "second_by": admin.user.id}
    assert (both.about, json.loads(both.after)) == (session.id, people)


def test_who_changes_a_choice_is_the_first_of_two_again(
    teacher: SignedIn, admin: SignedIn, register: Register, session: Session
) -> None:
    first, second = RoomSender(teacher, register, session), RoomSender(admin, register, session)
    job = first.job(TWO)
    one, two = face_at(job, 0).key, face_at(job, 1).key
    collins, hopper = (register.students.get(number).id for number in ("1", "2"))
    first.confirm(job, {one: collins, two: hopper})
    second.confirm(job, {one: collins, two: "nobody"})
    assert register.store.marks(session.id) == []
    first.confirm(job, {one: collins, two: "nobody"})
    assert [mark.student_id for mark in register.store.marks(session.id)] == [collins]


def test_whoever_is_erased_meanwhile_is_in_nobodys_choices(
    teacher: SignedIn, admin: SignedIn, register: Register, session: Session
) -> None:
    first, second = RoomSender(teacher, register, session), RoomSender(admin, register, session)
    job = first.job(TWO)
    one, two = face_at(job, 0).key, face_at(job, 1).key
    collins, hopper = (register.students.get(number).id for number in ("1", "2"))
    first.confirm(job, {one: collins, two: hopper})
    register.students.remove("2")
    proposed = register.classroom.job(job.id).proposed
    assert proposed is not None
    assert dict(proposed.choices) == {one: collins}
    second.confirm(job, {one: collins})
    assert [mark.student_id for mark in register.store.marks(session.id)] == [collins]
