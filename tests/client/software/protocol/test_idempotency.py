"""A write sent twice with the same key is done once."""

from __future__ import annotations

import io
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from http import HTTPStatus

import pytest
from flask import Flask, Response, jsonify, request
from werkzeug.test import TestResponse

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from client.flaskapp import create_app
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.software.lazy_api_app import software_of
from client.software.protocol import idempotency
from client.software.protocol.guard import JSON
from client.software.protocol.idempotency import idempotent
from client.software.protocol.resources import Resource
from client.web.parsing.upload import MULTIPART
from tests.attendance.frozen_clock import FrozenClock
from tests.client.software.conftest import Software, is_problem

done: list[str] = []
resource = Resource("tally", __name__, description="Counts what was done.")


@resource.call("POST", "/tally", scope=Scope.MARKS_WRITE, accepts=(JSON, MULTIPART), returns={201: None})
@idempotent
def tally() -> Response:
    """Count one more call."""
    what = request.get_json()["what"] if request.is_json else request.form["what"]
    if what == "refused":
        done.append(what)
        raise ApiProblemError(ProblemCode.CONFLICT, "Somebody else has it.")
    if what == "slow":
        time.sleep(0.3)
    if what == "crash" and not done:
        done.append(what)
        raise ApiProblemError(ProblemCode.TRY_LATER, "The database is away.")
    done.append(what)
    answer = jsonify(number=len(done), what=what)
    answer.status_code = HTTPStatus.CREATED
    answer.headers["Location"] = f"/api/v1/tally/{len(done)}"
    return answer


@pytest.fixture
def app(register: Register) -> Flask:
    app = create_app(register=register)
    software_of(app).register_api(resource)
    done.clear()
    return app


def test_a_repetition_is_answered_alike_and_does_nothing(software: Software) -> None:
    first = software.post("/tally", {"what": "mark"}, key="k1")
    again = software.post("/tally", {"what": "mark"}, key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_json() == first.get_json()
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert done == ["mark"]


def test_without_a_key_each_write_counts(software: Software) -> None:
    software.post("/tally", {"what": "mark"})
    software.post("/tally", {"what": "mark"})
    assert len(done) == 2


def test_a_key_belongs_to_one_request(software: Software) -> None:
    software.post("/tally", {"what": "mark"}, key="k1")
    assert is_problem(software.post("/tally", {"what": "other"}, key="k1"), 422, "key-reused")
    assert done == ["mark"]


def test_another_token_may_have_the_same_key(software: Software, app: Flask, register: Register) -> None:
    other = Software(app, register.api_tokens.make("other", ["marks:write"], by="admin").text)
    software.post("/tally", {"what": "mark"}, key="k1")
    assert other.post("/tally", {"what": "mark"}, key="k1").status_code == 201
    assert len(done) == 2


def test_a_refusal_is_kept_too(software: Software) -> None:
    for _ in range(2):
        assert is_problem(software.post("/tally", {"what": "refused"}, key="k1"), 409, "conflict")
    assert done == ["refused"]


def test_what_failed_here_may_be_tried_again(software: Software) -> None:
    assert is_problem(software.post("/tally", {"what": "crash"}, key="k1"), 503, "try-later")
    assert software.post("/tally", {"what": "crash"}, key="k1").status_code == 201


@pytest.mark.parametrize("what", ["mark", "other"])
def test_after_a_day_to_the_second_a_key_is_free_for_a_request_of_its_own(
    software: Software, clock: FrozenClock, what: str
) -> None:
    software.post("/tally", {"what": "mark"}, key="k1")
    clock.advance(hours=24, seconds=-1)
    assert software.post("/tally", {"what": "mark"}, key="k1").headers["Idempotency-Replayed"] == "true"
    clock.advance(seconds=1)
    fresh = software.post("/tally", {"what": what}, key="k1")
    again = software.post("/tally", {"what": what}, key="k1")
    assert "Idempotency-Replayed" not in fresh.headers
    assert (again.headers["Idempotency-Replayed"], again.get_json()) == ("true", fresh.get_json())
    assert done == ["mark", what]


@pytest.mark.parametrize("key", [" ", "ä", "x" * 256])
def test_a_key_that_is_none_is_refused(software: Software, key: str) -> None:
    answer = software.post("/tally", {"what": "mark"}, key=key)
    assert is_problem(answer, 400, "bad-request")
    assert done == []


def test_a_form_is_the_same_whatever_its_boundary(software: Software) -> None:
    def send(photo: bytes) -> TestResponse:
        parts = {"what": "mark", "photo": (io.BytesIO(photo), "photo.jpg")}
        return software.call(
            "POST", "/tally", data=parts, content_type=MULTIPART, headers={"Idempotency-Key": "k1"}
        )

    assert send(b"face").get_json() == send(b"face").get_json()
    assert is_problem(send(b"another face"), 422, "key-reused")
    assert done == ["mark"]


def test_many_at_once_are_one(software: Software, app: Flask) -> None:
    def send(_number: int) -> int:
        return Software(app, software.token).post("/tally", {"what": "mark"}, key="k1").status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(16))) == {201}
    assert done == ["mark"]


def test_of_two_processes_at_once_the_second_waits_for_the_answer(
    software: Software, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "_locks", [nullcontext()])  # processes have no lock in common
    monkeypatch.setattr(idempotency, "_LOCKS", 1)

    def send(_number: int) -> tuple[int, str | None]:
        answer = Software(app, software.token).post("/tally", {"what": "slow"}, key="k1")
        return answer.status_code, answer.headers.get("Idempotency-Replayed")

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4)), key=str) == [(201, "true")] * 3 + [(201, None)]
    assert done == ["slow"]


def test_a_process_that_died_is_not_waited_for_longer_than_patience(
    software: Software, register: Register, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register.store, "keep_answer", lambda answer: answer)  # it died before
    assert software.post("/tally", {"what": "mark"}, key="k1").status_code == 201
    monkeypatch.undo()
    clock.advance(seconds=idempotency.PATIENCE.total_seconds())
    began = time.monotonic()
    assert software.post("/tally", {"what": "mark"}, key="k1").get_json()["number"] == 2
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", JSON, 400, "bad-request"),
        (b'"{}"', JSON, 400, "bad-request"),
        (b"\xff\xfe", JSON, 400, "bad-request"),
        (b"what=mark", "application/x-www-form-urlencoded", 415, "wrong-content-type"),
        (b"{}", None, 415, "wrong-content-type"),
        (b"--x\r\nbroken", f"{MULTIPART}; boundary=x", 400, "bad-request"),
    ],
)
def test_a_body_of_another_kind_is_refused_before_it_is_read(
    software: Software, body: bytes, kind: str | None, status: int, code: str
) -> None:
    answer = software.call("POST", "/tally", data=body, content_type=kind)
    assert is_problem(answer, status, code)
    assert done == []
