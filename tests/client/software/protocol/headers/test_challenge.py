"""A refused token is told in ``WWW-Authenticate`` what would help (RFC 6750)."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from client.problems.problem_kinds import ApiProblemError, ProblemCode
from client.problems.table import problem_of
from client.software.lazy_api_app import software_of
from client.software.protocol.problems import api_problem
from tests.client.software.conftest import Software, WithScopes
from tests.client.software.protocol.headers.every_call import Call, every_call

VALUE = re.compile(r'([a-z_]+)="([\x20\x21\x23-\x5b\x5d-\x7e]*)"')


def challenge_of(header: str) -> dict[str, str]:
    """The attributes of a challenge of the Bearer scheme."""
    scheme, _, values = header.partition(" ")
    assert scheme == "Bearer"
    assert ", ".join(f'{name}="{value}"' for name, value in VALUE.findall(values)) == values
    return dict(VALUE.findall(values))


@pytest.fixture
def calls(app: Flask, register: Register) -> list[Call]:
    app.extensions["phone_limiter"].enabled = False
    return every_call(app, register)


def scope_of(call: Call) -> dict[str, str]:
    """What a challenge says of the scope that a call needs by the document."""
    (security,) = call.told["security"]
    (scopes,) = security.values()
    return {"scope": scopes[0]} if scopes else {}


def test_every_call_without_a_token_names_the_scope_and_no_error(app: Flask, calls: list[Call]) -> None:
    for call in calls:
        answer = call.send(Software(app, None))
        assert answer.status_code == 401, call.address
        assert challenge_of(answer.headers["WWW-Authenticate"]) == {"realm": "attendance", **scope_of(call)}


def test_every_call_with_a_wrong_token_says_so(app: Flask, calls: list[Call]) -> None:
    for call in calls:
        answer = call.send(Software(app, "fa_wrong"))
        assert answer.status_code == 401, call.address
        told = challenge_of(answer.headers["WWW-Authenticate"])
        assert told.pop("error_description") == answer.get_json(force=True)["detail"]
        assert told == {"realm": "attendance", "error": "invalid_token", **scope_of(call)}


def test_every_call_with_too_few_scopes_names_the_missing_one(
    calls: list[Call], with_scopes: WithScopes
) -> None:
    poor = with_scopes(Scope.LIVE_DETAILS)
    for call in calls:
        if scope := scope_of(call):
            answer = call.send(poor)
            assert answer.status_code == 403, call.address
            told = challenge_of(answer.headers["WWW-Authenticate"])
            assert told.pop("error_description").startswith("This call needs the scope")
            assert told == {"realm": "attendance", "error": "insufficient_scope", **scope}


@pytest.mark.parametrize(("path", "method"), [("/recognize", "POST"), ("/student_attendance", "GET")])
def test_known_names_challenge_alike(app: Flask, path: str, method: str) -> None:
    client = app.test_client()
    nobody = client.open(path, method=method)
    assert set(challenge_of(nobody.headers["WWW-Authenticate"])) == {"realm", "scope"}
    wrong = client.open(path, method=method, headers={"Authorization": "Bearer fa_wrong"})
    assert challenge_of(wrong.headers["WWW-Authenticate"])["error"] == "invalid_token"


def test_what_no_other_token_would_help_has_none(software: Software) -> None:
    readable = software.get("/about", environ_overrides={"REMOTE_ADDR": "192.168.1.20"})
    assert readable.status_code == 403
    assert "WWW-Authenticate" not in readable.headers
    assert "WWW-Authenticate" not in software.get("/nothing").headers


def test_a_description_keeps_to_the_characters_that_may_be_quoted(app: Flask) -> None:
    problem = problem_of(
        ApiProblemError(ProblemCode.TOKEN_INVALID, 'a "quoted" \\ tökén\r\nX: y', scope=None)
    )
    with software_of(app).test_request_context():
        header = api_problem(problem).headers["WWW-Authenticate"]
    assert challenge_of(header)["error_description"] == "a ?quoted? ? t?k?n??X: y"
