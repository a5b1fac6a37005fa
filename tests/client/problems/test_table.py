"""Every error of every package has its row in the one table, and every audience only renders it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.test import TestResponse

from attendance.accounts.api_tokens import Scope
from attendance.live.live_streams import LiveStreams
from attendance.live.stream import LiveStream
from attendance.register import Register
from client.access.roles import Access, Pages
from client.problems.problem_kinds import PROBLEMS, ApiProblemError, ProblemCode
from client.problems.problem_rows import ROWS
from client.problems.refusals import RefusedError, RequestProblem
from client.problems.table import problem_of
from client.serving.early_answers import AnsweredEarlyError, EarlyAnswer
from client.serving.limits import ServerLimits, SocketLimits
from client.serving.software_addresses import PREFIX
from client.software.lazy_api_app import software_of
from client.software.legacy.answers import legacy_problem
from client.software.live.messages import LiveProblem
from client.software.protocol.problems import guard_api_errors
from client.web.error_answers import answer_errors
from tests.client.conftest import JSON, PAGE
from tests.client.served_app import serving
from tests.error_classes import SENTENCE, SIGNALS, error_classes, examples, stray_classes

PHONE, TEACHER, API, LEGACY = "/stumble", "/teach/stumble", f"{PREFIX}/stumble", "/recognize/stumble"
ON_PURPOSE = (RequestProblem.SERVER_ERROR, ProblemCode.SERVER_ERROR)  # what is raised to be a 500
PATIENCE = 60.0


class Stumbling:
    """Views of every audience that raise what they are given."""

    def __init__(self, app: Flask) -> None:
        self.error: Exception = RuntimeError()
        phone = Blueprint("stumble", __name__)
        teacher = Pages("stumble_pages", __name__, access=Access.EVERYBODY)
        api, legacy = Blueprint("stumble_api", __name__), Blueprint("stumble_legacy", __name__)
        guard_api_errors(api)
        answer_errors(legacy, legacy_problem)
        for blueprint, address in ((phone, PHONE), (teacher, TEACHER), (api, API), (legacy, LEGACY)):
            blueprint.add_url_rule(address, view_func=self.stumble, endpoint="stumble")
        for blueprint in (phone, teacher):
            app.register_blueprint(blueprint)
        for blueprint in (api, legacy):
            software_of(app).register_blueprint(blueprint)
        self.client = app.test_client()

    def stumble(self) -> str:
        """The view."""
        raise self.error

    def answer(self, error: Exception, address: str, accept: str) -> TestResponse:
        """What somebody reads of an error."""
        self.error = error
        return self.client.get(address, headers={"Accept": accept})


@pytest.fixture
def stumbling(app: Flask) -> Stumbling:
    software_of(app).testing = True  # where an error that nobody answers comes through to the test
    return Stumbling(app)


def test_no_error_is_outside_the_trees_of_the_packages() -> None:
    assert {kind.__name__ for kind in stray_classes()} == SIGNALS
    assert len(error_classes()) > 50


def test_every_problem_and_every_kind_is_in_the_table() -> None:
    assert set(ROWS) == set(RequestProblem)
    assert set(PROBLEMS) == set(ProblemCode)
    assert all(PROBLEMS[row.code].status >= 500 for row in ROWS.values() if row.log is not None)


def test_no_error_is_a_bare_500() -> None:
    for error in examples():
        problem = problem_of(error)
        on_purpose = (
            getattr(error, "problem", None) in ON_PURPOSE or getattr(error, "code", None) in ON_PURPOSE
        )
        assert (problem.status == 500) == on_purpose, repr(error)
        assert (problem.retry_after is not None) == (problem.status in (429, 503)) or isinstance(
            error, RefusedError | ApiProblemError
        ), repr(error)


def test_what_nobody_raises_on_purpose_is_the_servers_fault() -> None:
    problem = problem_of(RuntimeError("a secret of the inside"))
    assert (problem.problem, problem.status, problem.message) == (RequestProblem.SERVER_ERROR, 500, "")


@pytest.mark.parametrize("kind", default_exceptions.values(), ids=lambda kind: str(kind.code))
def test_an_http_error_keeps_its_status_or_becomes_the_closest_known_one(kind: type[HTTPException]) -> None:
    assert kind.code is not None
    known = {PROBLEMS[row.code].status for row in ROWS.values()}
    closest = kind.code if kind.code in known else (500 if kind.code >= 500 else 400)
    expected = 409 if kind.code == 412 else closest
    assert problem_of(kind()).status == expected


@pytest.mark.parametrize(
    ("address", "accept", "kind"),
    [
        (PHONE, PAGE, "text/html"),
        (PHONE, JSON, JSON),
        (TEACHER, PAGE, "text/html"),
        (TEACHER, JSON, JSON),
        (API, JSON, "application/problem+json"),
        (LEGACY, JSON, JSON),
    ],
)
def test_every_audience_reads_every_error_in_its_own_form(
    stumbling: Stumbling, address: str, accept: str, kind: str
) -> None:
    for error in examples():
        answer, problem = stumbling.answer(error, address, accept), problem_of(error)
        assert (answer.status_code, answer.mimetype) == (problem.status, kind), repr(error)
        assert ("Retry-After" in answer.headers) == (problem.retry_after is not None), repr(error)
        assert _is_told(answer, address), repr(error)
        is_for_the_log = problem.log is not None and not isinstance(error, ApiProblemError)
        if is_for_the_log or address == PHONE:
            assert SENTENCE not in answer.text, repr(error)
        elif str(error) == SENTENCE and answer.mimetype != "text/html":
            assert SENTENCE in answer.text, repr(error)


@pytest.mark.parametrize("address", [PHONE, TEACHER, API, LEGACY])
@pytest.mark.parametrize("accept", [PAGE, JSON])
def test_a_mistake_of_ours_is_told_calmly_to_everybody(
    app: Flask, stumbling: Stumbling, address: str, accept: str
) -> None:
    app.testing = software_of(app).testing = False
    answer = stumbling.answer(RuntimeError("a secret of the inside"), address, accept)
    assert answer.status_code == 500
    assert _is_told(answer, address)
    assert "Something went wrong" in answer.text or "Try again" in answer.text
    assert "secret of the inside" not in answer.text


def _is_told(answer: TestResponse, address: str) -> bool:
    """Whether a sentence is there, in the fields that those at the address know."""
    if answer.mimetype == "text/html":
        return "<h1" in answer.text and "Internal Server Error" not in answer.text
    told = answer.get_json(force=True)
    if address == API:
        fields = {"type", "title", "status", "code", "detail", "request_id", "errors"}
        return set(told) == fields and bool(told["detail"])
    if address == LEGACY:
        return told["success"] is False and bool(told["message"]) and told["code"] in set(ProblemCode)
    if address == TEACHER:
        return set(told) == {"status", "title", "message"} and bool(told["message"])
    fields = {"status", "code", "message", "student", "session", "marked_at"}
    return set(told) == fields and told["code"] in set(RequestProblem) and told["message"].endswith(".")


def test_what_is_not_told_is_in_the_log(stumbling: Stumbling, caplog: pytest.LogCaptureFixture) -> None:
    for error in examples():
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            stumbling.answer(error, API, JSON)
        assert (str(error) in caplog.text) == (problem_of(error).log is not None), repr(error)


@pytest.mark.parametrize("problem", RequestProblem)
def test_what_is_refused_early_is_the_same_row(problem: RequestProblem) -> None:
    early, row = EarlyAnswer(problem), ROWS[problem]
    assert (early.status, early.problem) == (PROBLEMS[row.code].status, row.code)
    waits = dict(early.headers(b"text/html", 0, AnsweredEarlyError(early).retry_after)).get(b"retry-after")
    assert waits == (None if row.retry_after is None else str(row.retry_after).encode())
    for path in ("/capture", API, "/recognize"):
        kind, body = early.content(path, as_json=True, request_id="an-id")
        assert b"json" in kind
        assert json.loads(body)["code"]


@pytest.mark.parametrize(
    ("asked", "status", "kind", "words"),
    [
        ("GET /nowhere", 404, "text/html", "Scan the code"),
        ("GET /capture", 405, "text/html", "Scan the code"),
        ("GET /teach/nowhere", 404, "text/html", "It may have been removed"),
        ("DELETE /login", 405, "text/html", "use the buttons"),
        (f"GET {PREFIX}/nowhere", 404, "application/problem+json", "/docs lists every call"),
        (f"DELETE {PREFIX}/about", 405, "application/problem+json", "Allow header"),
        ("GET /recognize", 405, JSON, "Allow header"),
        ("GET /recognize/nowhere", 404, JSON, "/docs lists every call"),
        ("GET /ws/nowhere", 404, "application/problem+json", "/docs lists every call"),
    ],
)
def test_an_address_without_a_view_answers_in_the_look_of_its_neighbours(
    client: FlaskClient, asked: str, status: int, kind: str, words: str
) -> None:
    method, address = asked.split()
    answer = client.open(address, method=method, headers={"Accept": PAGE})
    assert (answer.status_code, answer.mimetype) == (status, kind)
    assert words in answer.text
    assert ("Allow" in answer.headers) == (status == 405)


@contextmanager
def _socket(app: Flask, register: Register) -> Iterator[ClientConnection]:
    token = register.api_tokens.make("hall", [Scope.LIVE.value], by="admin").text
    limits = ServerLimits(sockets=SocketLimits(frames_per_second=10_000))
    with (
        serving(app, limits=limits) as port,
        connect(
            f"ws://127.0.0.1:{port}/ws", additional_headers={"Authorization": f"Bearer {token}"}, proxy=None
        ) as socket,
    ):
        assert json.loads(socket.recv(timeout=PATIENCE))["type"] == "ready"
        yield socket


@pytest.mark.server
@pytest.mark.parametrize(
    ("method", "message"), [("look", b"a frame"), ("click", json.dumps({"type": "click", "face": 1}))]
)
def test_a_socket_tells_every_error_and_lives_on(
    app: Flask, register: Register, monkeypatch: pytest.MonkeyPatch, method: str, message: bytes | str
) -> None:
    raised: list[Exception] = []
    monkeypatch.setattr(LiveStream, method, _raising(raised))
    with _socket(app, register) as socket:
        for error in examples():
            raised[:] = [error]
            socket.send(message)
            told = json.loads(socket.recv(timeout=PATIENCE))
            problem = problem_of(error)
            assert told["type"] == "error", repr(error)
            assert (told["code"] == LiveProblem.SERVER_ERROR) == (problem.status == 500), repr(error)
            assert (told["code"] == LiveProblem.TRY_LATER) == (problem.status == 503), repr(error)
            assert told["message"], repr(error)


@pytest.mark.server
def test_a_socket_that_can_not_be_opened_is_refused_with_the_errors_status(
    app: Flask, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[Exception] = []
    monkeypatch.setattr(LiveStreams, "open", _raising(raised))
    token = register.api_tokens.make("hall", [Scope.LIVE.value], by="admin").text
    one_of_each = {problem_of(error).status: error for error in examples()}
    with serving(app) as port:
        for status, error in one_of_each.items():
            raised[:] = [error]
            with (
                pytest.raises(InvalidStatus) as caught,
                connect(
                    f"ws://127.0.0.1:{port}/ws",
                    additional_headers={"Authorization": f"Bearer {token}"},
                    proxy=None,
                ),
            ):
                pass
            response = caught.value.response
            assert (response.status_code, json.loads(response.body)["status"]) == (status, status)
            assert response.headers["Content-Type"] == "application/problem+json"


def _raising(errors: list[Exception]) -> Callable[..., Any]:
    def method(*_: object, **__: object) -> None:
        raise errors[0]

    return method
