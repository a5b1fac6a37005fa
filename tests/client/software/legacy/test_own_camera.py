"""/mark-attendance, as clients of other systems call it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from attendance.accounts.api_tokens import Scope
from attendance.cameras.own_camera import WatchEnd, WatchResult
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.values import MarkMethod, MarkStatus
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER
from tests.client.signed_in import SignedIn, SignIn
from tests.client.software.legacy.conftest import (
    ELSEWHERE,
    OldClient,
    WithScopes,
    failed,
    film,
    page_of,
)

BOTH = room_of(photo_of(COLLINS), photo_of(HOPPER))
THREE = room_of(photo_of(COLLINS), photo_of(HOPPER), photo_of(STRANGER))
UNSURE = room_of(photo_of(COLLINS, blend=FULL_BLEND - 1), photo_of(HOPPER))
PATIENCE = 60.0


def is_unmarked(register: Register) -> bool:
    return register.store.marks(register.sessions.today().id) == []


def test_the_servers_camera_marks_everybody_in_view(
    settings: Settings, old_client: OldClient, register: Register
) -> None:
    film(settings, BOTH)
    answer = old_client.form("/mark-attendance", threshold="0.5")
    assert answer.status_code == 200
    told = answer.get_json()
    assert sorted(told.pop("marked"), key=lambda each: str(each["roll_no"])) == [
        {"roll_no": "1", "name": "Eileen Collins", "status": "present", "new": True},
        {"roll_no": "2", "name": "Grace Hopper", "status": "present", "new": True},
    ]
    assert told == {"success": True, "message": "2 students were marked.", "to_review": 0, "ended": "done"}
    marks = register.store.marks(register.sessions.today().id)
    assert {(mark.method, mark.device, mark.history[0].by) for mark in marks} == {
        (MarkMethod.CLASSROOM_PHOTO, "camera.avi", "api:client 0")
    }


def test_a_second_time_nobody_is_new(settings: Settings, old_client: OldClient) -> None:
    film(settings, BOTH)
    old_client.form("/mark-attendance")
    told = old_client.form("/mark-attendance/").get_json()
    assert told["message"] == "No new student was marked."
    assert [each["new"] for each in told["marked"]] == [False, False]


def test_what_a_teacher_decided_stays_and_is_told(
    settings: Settings, old_client: OldClient, register: Register
) -> None:
    register.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=register.sessions.today())
    film(settings, BOTH)
    told = old_client.form("/mark-attendance").get_json()
    assert told["message"] == (
        "1 student was marked. Eileen Collins was recognised. "
        "Your teacher marked you absent: ask your teacher."
    )
    assert {(each["roll_no"], each["status"], each["new"]) for each in told["marked"]} == {
        ("1", "absent", False),
        ("2", "present", True),
    }


def test_strangers_and_doubts_are_told(settings: Settings, old_client: OldClient, register: Register) -> None:
    film(settings, THREE)
    told = old_client.form("/mark-attendance").get_json()
    assert told["ended"] == "timed_out"
    assert told["message"] == "2 students were marked. Time ran out before everyone in view was marked."
    film(settings, UNSURE)
    again = old_client.form("/mark-attendance").get_json()
    assert again["to_review"] == 0, "who has a mark needs no review"
    assert register.reviews.held() == []


def test_a_doubt_is_held_for_a_person(settings: Settings, old_client: OldClient, register: Register) -> None:
    film(settings, UNSURE)
    told = old_client.form("/mark-attendance").get_json()
    assert [each["roll_no"] for each in told["marked"]] == ["2"]
    assert told["message"].startswith("1 student was marked. ")
    assert told["to_review"] == len(register.reviews.held()) == 1


def test_a_threshold_may_only_ask_for_more(
    settings: Settings, old_client: OldClient, register: Register
) -> None:
    film(settings, room_of(photo_of(COLLINS, blend=FULL_BLEND - 1)))
    assert old_client.form("/mark-attendance", threshold="0.01").get_json()["marked"] == []
    film(settings, room_of(photo_of(COLLINS, blend=5)))  # like her by 0.966
    assert old_client.form("/mark-attendance", threshold="0.98").get_json()["marked"] == []
    assert is_unmarked(register)
    assert len(old_client.form("/mark-attendance", threshold=" 0.95 ").get_json()["marked"]) == 1


def test_the_threshold_may_be_in_the_address_or_in_json(
    settings: Settings, old_client: OldClient, register: Register
) -> None:
    film(settings, room_of(photo_of(COLLINS, blend=5)))  # like her by 0.966
    for path in ("/mark-attendance/?threshold=0.98", "/mark-attendance?Threshold=0.98"):
        assert old_client.body(path, b"", None).get_json()["marked"] == []
    assert old_client.json("/mark-attendance", threshold=0.98).get_json()["marked"] == []
    assert is_unmarked(register)
    for both in ("/mark-attendance?threshold=0.5", "/mark-attendance?threshold=0.5&threshold=0.6"):
        answer = old_client.body(both, b"threshold=0.5", "application/x-www-form-urlencoded")
        assert failed(answer, 422, "not-as-described", "more than once: threshold.")
    session = register.sessions.today().id
    answer = old_client.client.post(
        "/mark-attendance/",
        query_string={"threshold": "0.7", "session": session, "page": "1"},
        headers=old_client.headers,
    )
    assert len(answer.get_json()["marked"]) == 1


@pytest.mark.parametrize("in_address", [False, True])
@pytest.mark.parametrize(
    "threshold", ["nan", "inf", "-inf", "-0.1", "1.01", "60", "sure", "0,5", "1e400", "9" * 5000, "\x00"]
)
def test_what_is_no_threshold_is_refused(
    settings: Settings, old_client: OldClient, register: Register, threshold: str, *, in_address: bool
) -> None:
    film(settings, BOTH)
    given = {"query_string" if in_address else "data": {"threshold": threshold}}
    answer = old_client.client.post("/mark-attendance", headers=old_client.headers, **given)
    assert failed(answer, 422, "not-as-described", "threshold")
    assert is_unmarked(register)


def test_without_a_body_the_engines_own_threshold_holds(settings: Settings, old_client: OldClient) -> None:
    film(settings, BOTH)
    assert old_client.body("/mark-attendance", b"", None).get_json()["message"] == "2 students were marked."
    assert old_client.form("/mark-attendance", threshold="", subject="Physics").status_code == 200
    assert old_client.body("/mark-attendance", b"", "application/json").status_code == 200
    assert failed(old_client.body("/mark-attendance", b"[]", "application/json"), 400, "bad-request")


def test_other_bodies_are_refused(old_client: OldClient) -> None:
    xml = old_client.body("/mark-attendance", b"<threshold/>", "application/xml")
    assert failed(xml, 415, "wrong-content-type", "a form", "application/xml")
    assert failed(old_client.body("/mark-attendance", b"x", None), 415, "wrong-content-type")
    assert failed(old_client.files("/mark-attendance", BOTH), 422, "not-as-described", "takes no files")
    assert failed(old_client.files("/mark-attendance", b"x" * 20_000_000), 413, "too-large")
    twice = old_client.body(
        "/mark-attendance", b"threshold=0.1&threshold=0.9", "application/x-www-form-urlencoded"
    )
    assert failed(twice, 422, "not-as-described", "more than once: threshold.")


def test_a_server_without_a_camera_says_so(old_client: OldClient, register: Register) -> None:
    answer = old_client.form("/mark-attendance")
    assert failed(answer, 409, "conflict", "This server has no camera", "ATTENDANCE_CAMERA")
    assert is_unmarked(register)


def test_the_session_can_be_named_and_has_to_be_open(
    settings: Settings, old_client: OldClient, register: Register
) -> None:
    film(settings, BOTH)
    physics = register.courses.add("Physics", roster=["2"])
    assert failed(old_client.form("/mark-attendance"), 409, "conflict", "No session is open")
    session = register.class_sessions.open_now(physics.id, by="Ada")
    told = old_client.form("/mark-attendance", session=session.id).get_json()
    assert [each["roll_no"] for each in told["marked"]] == ["2"], "who is not on the roster is not searched"
    register.closing.close(session.id, by="Ada")
    closed = old_client.form("/mark-attendance", session=session.id)
    assert failed(closed, 409, "conflict", "not open")
    nowhere = old_client.form("/mark-attendance", session="nowhere")
    assert failed(nowhere, 404, "not-found", "nowhere")


def test_several_open_sessions_are_listed(old_client: OldClient, register: Register) -> None:
    sessions = [
        register.class_sessions.open_now(register.courses.add(name).id, by="Ada")
        for name in ("Physics", "Maths")
    ]
    answer = old_client.form("/mark-attendance")
    assert failed(answer, 409, "conflict", *(session.id for session in sessions))


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (WatchEnd.SESSION_CLOSED, "The session was closed in the meantime."),
        (WatchEnd.CAMERA_GONE, "The camera stopped sending pictures."),
    ],
)
def test_why_a_watch_broke_off_is_said(
    old_client: OldClient,
    register: Register,
    monkeypatch: pytest.MonkeyPatch,
    end: WatchEnd,
    sentence: str,
) -> None:
    monkeypatch.setattr(register.cameras.own, "watch", lambda *_, **__: WatchResult((), end))
    told = old_client.form("/mark-attendance").get_json()
    assert (told["ended"], told["message"]) == (end.value, f"No new student was marked. {sentence}")


def test_while_one_request_uses_the_camera_others_hear_so(
    app: Flask, settings: Settings, old_client: OldClient, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    film(settings, BOTH)
    looking, looked = threading.Event(), threading.Event()
    start = register.cameras.watching.start

    def slow(*given: object) -> object:
        looking.set()
        assert looked.wait(PATIENCE)
        return start(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(register.cameras.watching, "start", slow)
    other = OldClient(app, old_client.headers)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(old_client.form, "/mark-attendance")
        assert looking.wait(PATIENCE)
        try:
            second = other.form("/mark-attendance")
            third = other.form("/register", enrollment="17", name="Katherine Johnson")
        finally:
            looked.set()
        assert first.result(PATIENCE).get_json()["message"] == "2 students were marked."
    for answer in (second, third):
        assert failed(answer, 409, "conflict", "Another user is using the server's camera")


def test_a_page_of_ours_may_let_the_camera_mark_its_own_courses(
    settings: Settings, sign_in: SignIn, register: Register
) -> None:
    film(settings, BOTH)
    hers, other = sign_in(), sign_in()
    course = register.courses.add("Physics", roster=["1", "2"], teachers=[hers.user.id])
    session = register.class_sessions.open_now(course.id, by="Ada")
    refused = page_of(other).form("/mark-attendance", session=session.id)
    assert failed(refused, 404, "not-found")
    assert page_of(hers).form("/mark-attendance").get_json()["message"] == "2 students were marked."
    assert {mark.history[0].by for mark in register.store.marks(session.id)} == {hers.user.id}


def test_who_may_not_call_hears_why(
    nobody: OldClient, with_scopes: WithScopes, teacher: SignedIn, register: Register
) -> None:
    assert failed(nobody.get("/student_attendance"), 401, "token-missing", "marks:read")
    assert failed(nobody.form("/mark-attendance"), 401, "token-missing", "marks:write")
    assert failed(with_scopes(Scope.MARKS_WRITE).get("/student_attendance"), 403, "scope-missing")
    assert failed(with_scopes(Scope.MARKS_READ).form("/mark-attendance"), 403, "scope-missing")
    nobody.headers = {"Authorization": "Bearer fa_wrong"}
    assert failed(nobody.get("/student_attendance"), 401, "token-invalid")
    assert failed(nobody.form("/mark-attendance"), 401, "token-invalid")
    stolen = page_of(teacher, ELSEWHERE).form("/mark-attendance")
    assert failed(stolen, 401, "token-missing", "another site")
    assert is_unmarked(register)
