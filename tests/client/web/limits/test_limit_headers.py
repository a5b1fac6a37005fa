"""``RateLimit`` says what is left, and what it says is true."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from attendance.files.shared_counters import SharedCounters
from attendance.register import Register
from client.web.limits.rate_limits import PHOTOS_PER_ADDRESS

MOST = 6
GUESS = "/api/v1/about"
ITEM = re.compile(r'"([a-z-]+)"((?:;[a-z]+=\d+)*)')


@pytest.fixture(autouse=True)
def _lower_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.web.limits.rate_limits.PER_ADDRESS", f"{MOST} per minute")


def items(answer: TestResponse, header: str) -> dict[str, dict[str, int]]:
    """A list of structured fields: the parameters of each item."""
    found = {}
    for text in answer.headers[header].split(", "):
        item = ITEM.fullmatch(text)
        assert item, text
        pairs = (pair.split("=") for pair in item[2].split(";")[1:])
        found[item[1]] = {name: int(value) for name, value in pairs}
    return found


def test_it_counts_down_and_at_nothing_comes_the_refusal(app: Flask) -> None:
    client = app.test_client()
    for left in reversed(range(MOST)):
        answer = client.get(GUESS)
        assert answer.status_code == 401
        assert items(answer, "RateLimit-Policy") == {"failed-requests": {"q": MOST, "w": 60}}
        said = items(answer, "RateLimit")["failed-requests"]
        assert said["r"] == left
        assert 1 <= said["t"] <= 60
    refused = client.get(GUESS)
    assert refused.status_code == 429
    said = items(refused, "RateLimit")["failed-requests"]
    assert said["r"] == 0
    assert abs(said["t"] - int(refused.headers["Retry-After"])) <= 1


def test_a_token_counts_for_itself_from_its_first_request_on(app: Flask, register: Register) -> None:
    """Or a program that comes once a night is shut out by another one with a revoked token beside it."""
    client = app.test_client()
    while client.get(GUESS).status_code == 401:
        pass
    token = register.api_tokens.make("nightly", ["students:read"], by="admin")
    headers = {"Authorization": f"Bearer {token.text}"}
    answer = client.get("/api/v1/students", headers=headers)
    assert (answer.status_code, items(answer, "RateLimit")) == (200, {"failed-requests": {"r": MOST}})
    register.api_tokens.revoke(token.token.id)
    client.get("/api/v1/students", headers=headers)
    assert client.get("/api/v1/students", headers=headers).status_code == 429


def test_what_succeeds_takes_nothing(app: Flask, register: Register) -> None:
    token = register.api_tokens.make("software", ["students:read"], by="admin").text
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    for _ in range(MOST + 1):
        answer = client.get("/api/v1/students", headers=headers)
        assert answer.status_code == 200
        assert items(answer, "RateLimit") == {"failed-requests": {"r": MOST}}  # whole, so nothing to wait for


def test_each_token_has_its_own(app: Flask, register: Register) -> None:
    first, second = (register.api_tokens.make(name, ["marks:read"], by="admin").text for name in ("a", "b"))
    client = app.test_client()

    def left(token: str, path: str) -> int:
        answer = client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
        return items(answer, "RateLimit")["failed-requests"]["r"]

    left(first, "/about")  # from here on it is known as a token
    left(second, "/about")
    assert left(first, "/students") == MOST - 1
    assert left(second, "/students") == MOST - 1
    assert left(first, "/students") == MOST - 2


def test_a_stricter_limit_has_a_policy_of_its_own(app: Flask) -> None:
    answer = app.test_client().post("/recognize")
    most = int(PHOTOS_PER_ADDRESS.split()[0])
    assert items(answer, "RateLimit-Policy") == {
        "failed-requests": {"q": MOST, "w": 60},
        "requests": {"q": most, "w": 60},
    }
    left = {name: said["r"] for name, said in items(answer, "RateLimit").items()}
    assert left == {"failed-requests": MOST - 1, "requests": most - 1}


def test_pages_for_people_say_nothing_of_limits(app: Flask) -> None:
    assert "RateLimit" not in app.test_client().get("/").headers


def test_counters_that_can_not_be_read_say_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is gone")

    client = app.test_client()
    assert "RateLimit" in client.get(GUESS).headers
    monkeypatch.setattr(SharedCounters, "get", fail)
    answer = client.get(GUESS)
    assert answer.status_code == 401
    assert "RateLimit" not in answer.headers or items(answer, "RateLimit")["failed-requests"]["r"] <= MOST
