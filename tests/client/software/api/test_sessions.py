"""Opening, closing, cancelling and reopening sessions through the API, once or twice, with a body or none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from attendance.values import ScheduleRule
from tests.client.software.api.test_docs_page import calls
from tests.client.software.conftest import Software, WithScopes, is_problem
from tests.client.software.generated.world import late_alarm

WITHOUT_BODY = ("close", "reopen", "cancel", "restore")


@pytest.fixture
def physics(register: Register) -> str:
    return register.courses.add("Physics", roster=["1", "2"]).id


@pytest.fixture
def lesson(register: Register, physics: str) -> str:
    """The address of an open session."""
    session = register.class_sessions.open_now(physics, by="t")
    return f"/sessions/{quote(session.id)}"


def test_opening_is_created_once_and_found_afterwards(software: Software, physics: str) -> None:
    body = {"course": physics}
    opened = software.post("/sessions", body)
    found = software.post("/sessions", body)
    assert (opened.status_code, found.status_code) == (201, 200)
    assert opened.get_json() == found.get_json()
    assert opened.headers["Location"] == found.headers["Location"]
    software.post(f"/sessions/{quote(opened.get_json()['id'])}/close")
    another = software.post("/sessions", body)
    assert another.status_code == 201
    assert another.get_json()["id"] != opened.get_json()["id"]


def test_a_planned_session_that_opens_early_is_opened_by_the_call(
    software: Software, register: Register
) -> None:
    course = register.courses.add("Art", roster=["1"], schedule=[ScheduleRule(0, "09:15", 60)])
    early = software.post("/sessions", {"course": course.id})
    assert (early.status_code, early.get_json()["id"]) == (201, "art|2026-11-23|09:15")
    assert software.post("/sessions", {"course": course.id}).status_code == 200


def test_general_is_open_already(software: Software) -> None:
    for _ in range(2):
        assert software.post("/sessions", {"course": "general"}).status_code == 200


def test_of_calls_at_the_same_moment_one_opens(software: Software, physics: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: software.post("/sessions", {"course": physics}), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.get_json()["id"] for answer in answers}) == 1


def test_a_retry_with_its_key_gets_the_first_answer(software: Software, physics: str) -> None:
    first = software.post("/sessions", {"course": physics}, key="k1")
    again = software.post("/sessions", {"course": physics}, key="k1")
    other = software.post("/sessions", {"course": physics}, key="k2")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    again = software.post("/sessions", {"course": physics}, key="k2")
    assert (again.status_code, again.headers["Location"]) == (200, first.headers["Location"])


def test_a_token_that_may_not_read_learns_the_address(with_scopes: WithScopes, physics: str) -> None:
    writer = with_scopes(Scope.SESSIONS_WRITE)
    opened, found = (writer.post("/sessions", {"course": physics}) for _ in range(2))
    assert [(each.status_code, each.data) for each in (opened, found)] == [(204, b"")] * 2
    assert opened.headers["Location"] == found.headers["Location"]


@pytest.mark.parametrize("order", [("close",), ("cancel",), ("close", "reopen"), ("cancel", "restore")])
def test_once_is_enough(software: Software, lesson: str, order: tuple[str, ...]) -> None:
    for word in order:
        done = software.post(f"{lesson}/{word}")
        again = software.post(f"{lesson}/{word}")
        assert (done.status_code, again.status_code) == (200, 200)
        assert done.get_json() == again.get_json()


def test_two_that_close_at_the_same_moment_both_hear_that_it_is_closed(
    software: Software, register: Register, lesson: str
) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: software.post(f"{lesson}/close"), range(4)))
    assert {(answer.status_code, answer.get_json()["phase"]) for answer in answers} == {(200, "closed")}
    history = [len(mark.history) for mark in register.store.marks(answers[0].get_json()["id"])]
    assert history == [1, 1]


@pytest.mark.parametrize("word", WITHOUT_BODY)
@pytest.mark.parametrize(
    "kind", [None, "application/json", "application/x-www-form-urlencoded", "text/plain"]
)
def test_no_body_is_needed_whatever_its_type_is_called(
    software: Software, lesson: str, word: str, kind: str | None
) -> None:
    answer = software.call("POST", f"{lesson}/{word}", content_type=kind)
    assert answer.status_code == 200
    assert answer.get_json()["cancelled_because"] is None


@pytest.mark.parametrize("word", ["cancel", "reopen"])
def test_a_body_that_comes_is_still_checked(software: Software, lesson: str, word: str) -> None:
    path = f"{lesson}/{word}"
    assert software.post(path, {}).status_code == 200
    assert is_problem(software.call("POST", path, data="why"), 415, "wrong-content-type")
    for data in ("null", "[]", "1", '"why"', " ", "{"):
        wrong = software.call("POST", path, data=data, content_type="application/json")
        assert is_problem(wrong, 400, "bad-request"), data
    assert is_problem(software.post(path, {"reason": "ill"}), 422, "not-as-described")


def test_the_document_names_the_bodies_that_may_be_left_out(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    optional = {
        call["operationId"]
        for _, _, call in calls(document)
        if "requestBody" in call and not call["requestBody"].get("required", False)
    }
    assert optional == {"cancel_session", "reopen_session", "settle_alarm"}


def test_alarms_are_listed_and_settled(software: Software, register: Register) -> None:
    session = register.sessions.today()
    raised = late_alarm(register, session.id, register.students.get("1").id)
    path = f"/sessions/{quote(session.id, safe='')}/alarms"
    (open_one,) = software.get(path).get_json()["items"]
    assert (open_one["id"], open_one["kind"], open_one["settled_at"]) == (raised, "late_code", None)
    address = f"{path}/{quote(raised, safe='')}/settle"
    settled = software.post(address, {"for_good": True}).get_json()
    assert settled["settled_at"] is not None
    assert settled["for_good"] is False  # which is for shared phones
    assert software.post(address).get_json() == settled
    assert software.get(path).get_json()["items"] == [settled]


def test_an_alarm_of_another_session_is_not_found(software: Software, register: Register) -> None:
    alarms = f"/sessions/{quote(register.sessions.today().id, safe='')}/alarms"
    for named in ("unknown", "general|1999-12-31|copy|x"):
        answer = software.post(f"{alarms}/{quote(named, safe='')}/settle")
        assert answer.status_code == 404
