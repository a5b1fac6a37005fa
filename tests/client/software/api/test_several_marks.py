"""Several marks in one call: each line has its own result, and none stops the others."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from attendance.accounts.api_tokens import Scope
from attendance.errors import StoreUnavailableError
from attendance.register import Register
from attendance.values import Mark, MarkStatus
from client.software.api.mark_models import MOST_MARKS
from tests.client.software.conftest import Software, WithScopes, is_problem

LATE = {"student": "1", "status": "late"}
GOOD = [LATE, {"student": "2", "status": "excused", "note": "at the dentist"}]


@pytest.fixture
def session(register: Register) -> str:
    course = register.courses.add("Physics", roster=["1", "2"])
    return register.class_sessions.open_now(course.id, by="t").id


@pytest.fixture
def path(session: str) -> str:
    return f"/sessions/{quote(session)}/marks"


def results(software: Software, path: str, lines: list[Any], key: str | None = None) -> list[dict[str, Any]]:
    answer = software.post(path, {"marks": lines}, key=key)
    assert answer.status_code == 207
    found: list[dict[str, Any]] = answer.get_json()["results"]
    return found


def test_each_line_is_answered_as_the_same_mark_alone(
    software: Software, register: Register, path: str
) -> None:
    first, second = results(software, path, GOOD)
    for line, student in ((first, "1"), (second, "2")):
        assert (line["student"], line["status"], line["problem"]) == (student, 200, None)
        assert line["mark"] == software.get(f"{path}/{student}").get_json()
    assert second["mark"]["history"][-1]["note"] == "at the dentist"
    assert second["mark"]["history"][-1]["by"] == "api:software 0"
    corrected = results(software, path, [{"student": register.students.get("1").id, "status": "absent"}])
    assert [event["status"] for event in corrected[0]["mark"]["history"]] == ["late", "absent"]


WRONG: list[tuple[Any, str | None, int, str]] = [
    ({"student": "77", "status": "late"}, "77", 404, "not-found"),
    ({"student": "1", "status": "here"}, "1", 422, "not-as-described"),
    ({"student": "1", "status": "late", "reason": "x"}, "1", 422, "not-as-described"),
    ({"student": "1", "status": "late", "note": "x" * 501}, "1", 422, "not-as-described"),
    ({"student": 1, "status": "late"}, None, 422, "not-as-described"),
    ({"status": "late"}, None, 422, "not-as-described"),
    ("1", None, 422, "not-as-described"),
    (None, None, 422, "not-as-described"),
    ([], None, 422, "not-as-described"),
]


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_line_stops_no_other(
    software: Software, register: Register, path: str, case: tuple[Any, str | None, int, str]
) -> None:
    line, student, status, code = case
    before, wrong, after = results(software, path, [GOOD[0], line, GOOD[1]])
    assert (before["status"], after["status"]) == (200, 200)
    assert (wrong["student"], wrong["status"], wrong["mark"]) == (student, status, None)
    assert (wrong["problem"]["code"], wrong["problem"]["status"]) == (code, status)
    assert wrong["problem"]["detail"]
    (session,) = register.class_sessions.open_ones()
    written = {mark.student_id: mark.status for mark in register.store.marks(session.id)}
    assert written == {
        register.students.get("1").id: MarkStatus.LATE,
        register.students.get("2").id: MarkStatus.EXCUSED,
    }


def test_a_line_that_is_wrong_has_the_problem_of_the_same_mark_alone(software: Software, path: str) -> None:
    (many,) = results(software, path, [{"student": "77", "status": "late"}])
    alone = software.call("PUT", f"{path}/77", json={"status": "late"})
    same = {"request_id": many["problem"]["request_id"]}  # each request has its own
    assert many["problem"] == alone.get_json(force=True) | same


def test_lines_about_one_student_are_done_in_their_order(software: Software, path: str) -> None:
    lines = [{"student": "1", "status": status} for status in ("late", "absent", "present")]
    found = results(software, path, lines)
    assert [line["mark"]["status"] for line in found] == ["late", "absent", "present"]
    assert [event["status"] for event in found[-1]["mark"]["history"]] == ["late", "absent", "present"]


def test_a_line_that_is_sent_again_changes_nothing(software: Software, path: str) -> None:
    first = results(software, path, GOOD)
    assert results(software, path, [*GOOD, *GOOD]) == [*first, *first], "notes are not doubled either"


def test_with_a_key_the_whole_is_done_once(software: Software, register: Register, path: str) -> None:
    first = results(software, path, [LATE, {"student": "77", "status": "late"}], key="k1")
    results(software, path, [{"student": "1", "status": "present"}])
    again = software.post(path, {"marks": [LATE, {"student": "77", "status": "late"}]}, key="k1")
    assert (again.status_code, again.get_json()["results"]) == (207, first)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert software.get(f"{path}/1").get_json()["status"] == "present"
    other = software.post(path, {"marks": [LATE]}, key="k1")
    assert is_problem(other, 422, "key-reused")


def test_where_the_server_fails_the_same_call_does_the_rest(
    software: Software, register: Register, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_student = register.marking.mark_student
    asked: list[str] = []

    def away_at_the_second(student: Any, *arguments: Any, **named: Any) -> Mark:
        asked.append(student.roll_number)
        if len(asked) == 2:
            raise StoreUnavailableError("The database is away.")
        return mark_student(student, *arguments, **named)

    monkeypatch.setattr(register.marking, "mark_student", away_at_the_second)
    failed = software.post(path, {"marks": GOOD}, key="k1")
    assert is_problem(failed, 503, "try-later")
    done = results(software, path, GOOD, key="k1")
    assert [line["status"] for line in done] == [200, 200]
    assert [len(line["mark"]["history"]) for line in done] == [1, 1]
    assert asked == ["1", "2", "1", "2"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"marks": []},
        {"marks": None},
        {"marks": LATE},
        {"marks": [LATE] * (MOST_MARKS + 1)},
        {"mark": [LATE]},
    ],
)
def test_a_body_that_is_no_list_of_lines_is_refused(
    software: Software, register: Register, session: str, path: str, body: dict[str, object]
) -> None:
    assert is_problem(software.post(path, body), 422, "not-as-described")
    assert register.store.marks(session) == []


def test_no_line_of_a_session_that_is_nowhere_or_cancelled_is_done(
    software: Software, register: Register, session: str, path: str
) -> None:
    assert is_problem(software.post("/sessions/none/marks", {"marks": GOOD}), 404, "not-found")
    register.cancelling.cancel(session, by="t")
    assert is_problem(software.post(path, {"marks": GOOD}), 409, "conflict")
    assert register.store.marks(session) == []


def test_rights_are_those_of_single_marks(with_scopes: WithScopes, path: str) -> None:
    reader = with_scopes(*(scope for scope in Scope if scope is not Scope.MARKS_WRITE))
    assert is_problem(reader.post(path, {"marks": GOOD}), 403, "scope-missing")
    wrong = {"student": "77", "status": "late"}
    done, failed = results(with_scopes(Scope.MARKS_WRITE), path, [LATE, wrong])
    assert (done["status"], done["mark"]) == (200, None), "it may not read the history"
    assert (failed["status"], failed["problem"]["code"]) == (404, "not-found")
