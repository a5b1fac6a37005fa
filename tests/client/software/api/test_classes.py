"""Courses, sessions and marks through the API."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from attendance.accounts.api_tokens import Scope
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.submission import Circumstances, Submission
from attendance.register import Register
from attendance.values import MarkStatus, Role
from client.software.api.course_models import CourseChange
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import COLLINS
from tests.client.software.conftest import Software, WithScopes, is_problem


@pytest.fixture
def physics(software: Software) -> str:
    """Physics with both students."""
    course: str = software.post("/courses", {"name": "Physics", "roster": ["1", "2"]}).get_json()["id"]
    return course


@pytest.fixture
def lesson(software: Software, physics: str) -> str:
    """An open session of the course."""
    session: str = software.post("/sessions", {"course": physics}).get_json()["id"]
    return session


def mark_path(register: Register, session: str, roll_number: str = "1") -> str:
    return f"/sessions/{quote(session)}/marks/{register.students.get(roll_number).id}"


def test_a_course_is_set_up_read_and_changed(software: Software, register: Register) -> None:
    teacher = register.accounts.add("kepler", "J. Kepler", Role.TEACHER, password="ellipses and areas")
    body = {
        "name": "Astronomy",
        "roster": ["2"],
        "teachers": ["kepler"],
        "late_after_minutes": 10,
        "schedule": [{"weekday": 0, "start": "09:15", "minutes": 90}],
    }
    answer = software.post("/courses", body)
    assert answer.status_code == 201
    course = answer.get_json()
    assert (course["students"], course["everybody"], course["teachers"]) == (1, False, ["kepler"])
    assert software.get(answer.headers["Location"].removeprefix("/api/v1")).get_json() == course
    assert register.courses.get(course["id"]).teachers == (teacher.id,)

    path = f"/courses/{course['id']}"
    changed = software.patch(path, {"late_after_minutes": None, "name": "Stars"}).get_json()
    assert (changed["late_after_minutes"], changed["name"], changed["students"]) == (None, "Stars", 1)
    assert software.patch(path, {"everybody": True}).get_json()["students"] is None
    assert software.patch(path, {"everybody": False}).get_json()["students"] == 0
    assert [each["name"] for each in software.get("/courses").get_json()["items"]].count("Stars") == 1


def test_a_course_says_whether_it_is_a_living_person(software: Software, physics: str) -> None:
    path = f"/courses/{physics}"
    fields = ("liveness", "movements", "spot_check")
    assert [software.get(path).get_json()[field] for field in fields] == ["required", 1, False]
    changed = software.patch(path, {"liveness": "flag", "movements": 2, "spot_check": True}).get_json()
    assert [changed[field] for field in fields] == ["flag", 2, True]
    for wrong in ({"liveness": "maybe"}, {"movements": 3}, {"movements": 0}):
        assert is_problem(software.patch(path, wrong), 422, "not-as-described")
    assert software.get(path).get_json() == changed


CLEARED_BY_NULL = {"late_after_minutes", "first_day", "last_day"}


@pytest.mark.parametrize("field", sorted({*CourseChange.model_fields} - CLEARED_BY_NULL))
def test_null_is_refused_where_nothing_can_be_cleared(
    software: Software, register: Register, physics: str, field: str
) -> None:
    before = register.courses.get(physics)
    answer = software.patch(f"/courses/{physics}", {field: None, "late_after_minutes": 3})
    assert is_problem(answer, 422, "not-as-described")
    assert register.courses.get(physics) == before


def test_a_roster_changes_as_a_whole_or_not_at_all(software: Software, physics: str) -> None:
    path = f"/courses/{physics}/roster"
    assert software.post(path, {"remove": ["1"]}).get_json()["students"] == 1
    assert software.post(path, {"add": ["1", "2"]}).get_json()["students"] == 2
    assert is_problem(software.post(path, {"add": ["77"], "remove": ["1"]}), 404, "not-found")
    assert software.get(f"/courses/{physics}").get_json()["students"] == 2


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "not-as-described"),
        ({"name": ""}, 422, "not-as-described"),
        ({"name": "x", "late_after_minutes": -1}, 422, "not-as-described"),
        (
            {"name": "x", "schedule": [{"weekday": 7, "start": "9:00", "minutes": 0}]},
            422,
            "not-as-described",
        ),
        ({"name": "x", "code_interval": 7}, 422, "not-possible"),
        ({"name": "x", "teachers": ["nobody"]}, 422, "not-possible"),
        ({"name": "x", "roster": ["77"]}, 404, "not-found"),
        ({"name": "x", "id": "mine"}, 422, "not-as-described"),
    ],
)
def test_a_course_that_can_not_be_is_refused(
    software: Software, register: Register, body: dict[str, object], status: int, code: str
) -> None:
    before = len(register.courses.all(hidden=True))
    assert is_problem(software.post("/courses", body), status, code)
    assert len(register.courses.all(hidden=True)) == before


def test_a_session_is_opened_once_closed_and_opened_again(
    software: Software, register: Register, physics: str, lesson: str
) -> None:
    again = software.post("/sessions", {"course": physics}).get_json()
    assert (again["id"], again["phase"]) == (lesson, "open")
    assert "token" not in again
    assert "secret" not in again
    path = f"/sessions/{quote(lesson)}"
    assert software.get(path).get_json() == again
    assert software.post(f"{path}/close").get_json()["phase"] == "closed"
    statuses = [mark["status"] for mark in software.get("/marks").get_json()["items"]]
    assert statuses == ["absent", "absent"]
    assert software.post(f"{path}/reopen", {"minutes": 20}).get_json()["phase"] == "open"
    assert software.get("/marks").get_json()["items"] == []
    assert is_problem(software.get("/sessions/none"), 404, "not-found")
    assert is_problem(software.post("/sessions", {"course": "none"}), 404, "not-found")
    assert is_problem(software.post("/sessions", {"course": physics, "minutes": 0}), 422, "not-as-described")


def test_a_session_that_did_not_take_place_counts_nowhere_until_it_is_restored(
    software: Software, register: Register, lesson: str
) -> None:
    path = f"/sessions/{quote(lesson)}"
    closed = software.post(f"{path}/close").get_json()
    off = software.post(f"{path}/cancel", {"why": "teacher ill"}).get_json()
    assert (off["phase"], off["cancelled_because"]) == ("cancelled", "teacher ill")
    assert off["cancelled_at"] is not None
    assert software.post(f"{path}/cancel", {}).get_json() == off, "once is enough"
    for query in ("", f"?session={quote(lesson)}"):
        assert software.get(f"/marks{query}").get_json()["items"] == []
    mark = mark_path(register, lesson)
    assert is_problem(software.call("PUT", mark, json={"status": "present"}), 409, "conflict")
    assert is_problem(software.call("DELETE", mark), 409, "conflict")
    assert software.get(mark).get_json()["status"] == "absent", "what was there is kept"
    (listed,) = software.get("/sessions?phase=cancelled").get_json()["items"]
    assert listed == off
    assert software.post(f"{path}/restore").get_json() == closed
    assert len(software.get("/marks").get_json()["items"]) == 2
    assert is_problem(software.post("/sessions/none/cancel", {}), 404, "not-found")
    assert is_problem(software.post(f"{path}/cancel", {"why": "x" * 501}), 422, "not-as-described")


def test_a_day_off_is_added_listed_and_removed(software: Software, lesson: str) -> None:
    body = {"name": "Snow", "first_day": "2026-11-23"}
    answer = software.post("/days-off", body)
    added = answer.get_json()
    assert (answer.status_code, added["last_day"], added["sessions"]) == (201, "2026-11-23", [lesson])
    assert software.get(answer.headers["Location"].removeprefix("/api/v1")).get_json() == added
    assert software.get("/days-off").get_json()["items"] == [added]
    assert software.get(f"/sessions/{quote(lesson)}").get_json()["phase"] == "open", "it is not changed"
    assert software.call("DELETE", f"/days-off/{added['id']}").get_json() == added
    assert software.get("/days-off").get_json()["items"] == []
    assert is_problem(software.call("DELETE", f"/days-off/{added['id']}"), 404, "not-found")
    wrong = body | {"last_day": "2026-11-22"}
    assert is_problem(software.post("/days-off", wrong), 422, "not-possible")
    assert is_problem(software.post("/days-off", {"name": "Snow"}), 422, "not-as-described")


def test_on_a_day_off_a_session_opens_only_when_it_is_confirmed(
    software: Software, register: Register, physics: str
) -> None:
    register.days_off.add("Snow", "2026-11-23", by="office")
    refused = software.post("/sessions", {"course": physics})
    assert is_problem(refused, 409, "conflict")
    assert "a day off: Snow" in refused.get_json()["detail"]
    body = {"course": physics, "confirm": ["day_off"]}
    assert software.post("/sessions", body).get_json()["phase"] == "open"
    assert is_problem(software.post("/sessions", body | {"confirm": ["all"]}), 422, "not-as-described")


def test_a_course_has_a_first_and_a_last_day(software: Software, physics: str) -> None:
    path = f"/courses/{physics}"
    days = {"first_day": "2026-09-01", "last_day": "2027-06-30"}
    assert software.patch(path, days).get_json().items() >= days.items()
    changed = software.patch(path, {"name": "Physics 2"}).get_json()
    assert changed.items() >= days.items(), "what is left out stays"
    assert software.patch(path, {"last_day": None}).get_json()["last_day"] is None
    assert is_problem(software.patch(path, {"last_day": "2026-08-01"}), 422, "not-possible")
    assert is_problem(software.patch(path, {"last_day": "soon"}), 422, "not-as-described")


def test_sessions_are_listed_by_days_and_course(
    software: Software, register: Register, clock: FrozenClock, physics: str, lesson: str
) -> None:
    clock.advance(days=40)
    later = software.post("/sessions", {"course": physics}).get_json()["id"]

    def found(query: str = "") -> list[str]:
        return [each["id"] for each in software.get(f"/sessions{query}").get_json()["items"]]

    assert found() == [later]
    assert found("?first_day=2026-11-01") == [lesson, later]
    assert found("?last_day=2026-12-01") == [lesson]
    assert found(f"?first_day=2026-11-01&course={physics}&phase=open") == [later]
    page = software.get("/sessions?first_day=2026-11-01&limit=1").get_json()
    assert found(f"?first_day=2026-11-01&limit=1&after={quote(page['next'])}") == [later]
    for wrong in ("?first_day=x", "?first_day=2026-11-02&last_day=2026-11-01", "?first_day=1990-01-01"):
        assert is_problem(software.get(f"/sessions{wrong}"), 422, "not-as-described")
    assert is_problem(software.get("/sessions?course=none"), 404, "not-found")


def test_marks_are_listed_with_filters(
    software: Software, register: Register, physics: str, lesson: str
) -> None:
    register.marking.mark("1", MarkStatus.LATE, by="t", session=register.store.session(lesson))
    register.marking.mark("2", MarkStatus.PRESENT, by="t", session=register.store.session(lesson))
    collins = register.students.get("1").id

    def found(query: str) -> list[str]:
        return [mark["name"] for mark in software.get(f"/marks{query}").get_json()["items"]]

    assert sorted(found(f"?session={quote(lesson)}")) == ["Eileen Collins", "Grace Hopper"]
    assert found("?status=late") == ["Eileen Collins"]
    assert found("?roll_number=2") == ["Grace Hopper"]
    assert found(f"?student={collins}") == ["Eileen Collins"]
    assert found(f"?student={collins}&roll_number=2") == []
    assert found("?method=face") == []
    assert sorted(found(f"?course={physics}")) == ["Eileen Collins", "Grace Hopper"]
    page = software.get("/marks?limit=1").get_json()
    rest = software.get(f"/marks?limit=1&after={quote(page['next'])}").get_json()
    assert {page["items"][0]["name"], rest["items"][0]["name"]} == {"Eileen Collins", "Grace Hopper"}
    assert rest["next"] is None
    assert is_problem(software.get("/marks?session=none"), 404, "not-found")
    assert is_problem(software.get("/marks?status=gone"), 422, "not-as-described")


def test_a_mark_is_corrected_and_taken_back_and_its_history_stays(
    software: Software, register: Register, lesson: str
) -> None:
    path = mark_path(register, lesson)
    assert is_problem(software.get(path), 404, "not-found")
    assert is_problem(software.delete(path), 404, "not-found")
    given = software.call("PUT", path, json={"status": "excused", "note": "at the dentist"}).get_json()
    assert (given["status"], given["method"]) == ("excused", "manual")
    assert given["history"][-1]["note"] == "at the dentist"
    assert given["history"][-1]["by"] == "api:software 0"
    assert software.get(path).get_json() == given
    back = software.delete(path).get_json()
    assert [event["status"] for event in back["history"]] == ["excused", "withdrawn"]
    assert software.get("/marks").get_json()["items"] == []
    withdrawn = software.get("/marks?status=withdrawn").get_json()["items"]
    assert [mark["name"] for mark in withdrawn] == ["Eileen Collins"]


@pytest.mark.parametrize(
    "body", [{}, {"status": "here"}, {"status": "withdrawn"}, {"status": "late", "note": 1}]
)
def test_a_mark_that_can_not_be_is_refused(
    software: Software, register: Register, lesson: str, body: dict[str, object]
) -> None:
    path = mark_path(register, lesson)
    assert is_problem(software.call("PUT", path, json=body), 422, "not-as-described")
    assert register.store.marks(lesson) == []


def test_a_mark_of_nobody_or_nowhere_is_refused(software: Software, register: Register, lesson: str) -> None:
    late = {"status": "late"}
    nowhere, nobody = mark_path(register, "none"), f"/sessions/{quote(lesson)}/marks/none"
    assert is_problem(software.call("PUT", nowhere, json=late), 404, "not-found")
    assert is_problem(software.call("PUT", nobody, json=late), 404, "not-found")


def test_a_check_in_is_seen_with_its_score(software: Software, register: Register, lesson: str) -> None:
    session = register.store.session(lesson)
    assert session is not None
    photo = photo_of(COLLINS)
    attempt = Attempt.of("g", photo, device="phone", expires_at=session.closes_at)
    register.check_in.submit(
        session, Submission(photo, circumstances=Circumstances(has_camera=False)), attempt
    )
    (mark,) = software.get("/marks").get_json()["items"]
    assert (mark["method"], mark["score"], mark["under_review"]) == ("face", 1.0, False)


def test_each_kind_of_call_has_its_scope(
    with_scopes: WithScopes, register: Register, software: Software, lesson: str
) -> None:
    reader = with_scopes(Scope.COURSES_READ, Scope.SESSIONS_READ, Scope.MARKS_READ)
    assert reader.get("/courses").status_code == 200
    assert reader.get("/sessions").status_code == 200
    assert reader.get("/marks").status_code == 200
    for method, path in (
        ("POST", "/courses"),
        ("PATCH", "/courses/general"),
        ("POST", "/courses/general/roster"),
        ("POST", "/sessions"),
        ("POST", f"/sessions/{quote(lesson)}/close"),
        ("POST", f"/sessions/{quote(lesson)}/reopen"),
        ("POST", f"/sessions/{quote(lesson)}/cancel"),
        ("POST", f"/sessions/{quote(lesson)}/restore"),
        ("POST", "/days-off"),
        ("DELETE", "/days-off/off-2026-12-24"),
        ("PUT", mark_path(register, lesson)),
        ("DELETE", mark_path(register, lesson)),
    ):
        assert is_problem(reader.call(method, path, json={}), 403, "scope-missing")
