"""Every call sends the headers that the document declares for it, and no others."""

from __future__ import annotations

import pytest
from flask import Flask

from attendance.accounts.api_tokens import Scope
from attendance.errors import StoreUnavailableError
from attendance.register import Register
from client.software.lazy_api_app import software_of
from client.software.protocol.headers.documented import HEADERS, REPLAYED
from tests.client.software.conftest import Software, WithScopes
from tests.client.software.protocol.headers.every_call import Call, every_call, header_names


@pytest.fixture
def calls(app: Flask, register: Register) -> list[Call]:
    return every_call(app, register)


def test_every_call_that_succeeds(calls: list[Call], software: Software) -> None:
    for call in calls:
        answer = call.send(software)
        assert answer.status_code < 300, f"{call.method} {call.path}: {answer.text}"
        assert not call.differs(answer.status_code, header_names(answer))
        again = call.send(software)  # what is there already can have an answer of its own
        assert not call.differs(again.status_code, header_names(again))


def test_every_call_that_is_repeated(calls: list[Call], software: Software) -> None:
    """A replayed response has the first one's headers, and says that it is one."""
    for call in calls:
        key = {"Idempotency-Key": f"{call.method}-{call.address}"}
        first, again = call.send(software, headers=key), call.send(software, headers=key)
        assert not call.differs(again.status_code, header_names(again))
        is_declared = REPLAYED in call.told["responses"][str(again.status_code)]["headers"]
        assert (REPLAYED in again.headers) == is_declared
        assert REPLAYED not in first.headers
        if is_declared:
            assert again.headers.get("ETag") == first.headers.get("ETag")
            assert again.headers.get("Location") == first.headers.get("Location")
    assert sum(call.method != "GET" for call in calls) > 15


def test_every_call_without_the_scope_to_read(calls: list[Call], with_scopes: WithScopes) -> None:
    writer = with_scopes(*(scope for scope in Scope if scope.value.endswith(":write")))
    for call in calls:
        if call.method != "GET":
            for answer in (call.send(writer), call.send(writer)):
                assert not call.differs(answer.status_code, header_names(answer), may_lack={"ETag"})


@pytest.mark.parametrize("token", [None, "fa_wrong"])
def test_every_call_without_a_token(calls: list[Call], app: Flask, token: str | None) -> None:
    for call in calls:
        answer = call.send(Software(app, token))
        assert answer.status_code == 401
        assert not call.differs(401, header_names(answer))


def test_every_call_without_the_scope_or_over_plain_http(
    calls: list[Call], software: Software, with_scopes: WithScopes
) -> None:
    poor = with_scopes(Scope.LIVE_DETAILS)
    for call in calls:
        answer = call.send(poor)
        if answer.status_code != 200:  # about any token may ask
            assert answer.status_code == 403
            assert not call.differs(403, header_names(answer))
        plain = call.send(software, environ_overrides={"REMOTE_ADDR": "192.168.1.20"})
        assert plain.status_code == 403
        assert not call.differs(403, header_names(plain), may_lack={"WWW-Authenticate"})


def test_every_call_that_is_not_as_described(calls: list[Call], software: Software) -> None:
    for call in calls:
        answer = software.call(call.method, f"{call.path}?twice=1&twice=2", json={"unknown": 1})
        assert answer.status_code == 422
        assert not call.differs(422, header_names(answer))
        if call.body() is not None:
            answer = software.call(call.method, call.path, data="text", content_type="text/plain")
            assert not call.differs(415, header_names(answer))
            answer = software.call(call.method, call.path, data="{", content_type="application/json")
            assert not call.differs(400, header_names(answer))


def test_every_call_about_something_that_is_not_there(calls: list[Call], software: Software) -> None:
    for call in calls:
        if "{" in call.address:
            nowhere = Call(call.method, call.address, call.told, dict.fromkeys(call.world, "nothing"))
            answer = nowhere.send(software)
            assert answer.status_code == 404, call
            assert not call.differs(404, header_names(answer))


def test_every_call_beyond_the_limit(
    calls: list[Call], app: Flask, software: Software, monkeypatch: pytest.MonkeyPatch
) -> None:
    limiter = app.extensions["phone_limiter"]
    monkeypatch.setattr(limiter.limiter, "test", lambda *_args, **_options: False)
    for call in calls:
        answer = call.send(software)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) >= 1
        assert not call.differs(429, header_names(answer))


def test_every_call_while_the_database_is_away(
    calls: list[Call], app: Flask, software: Software, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise StoreUnavailableError("The database is away.")

    views = software_of(app).view_functions
    for endpoint in [each for each in views if each.startswith("api_")]:
        kept = {name: value for name, value in vars(views[endpoint]).items() if name.startswith("api_")}
        broken = lambda **_: away()  # noqa: E731 - each has its own attributes
        vars(broken).update(kept)
        monkeypatch.setitem(views, endpoint, broken)
    for call in calls:
        answer = call.send(software)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert not call.differs(503, header_names(answer))


def test_every_header_is_used_and_explained(calls: list[Call]) -> None:
    used = {
        name for call in calls for each in call.told["responses"].values() for name in each.get("headers", {})
    }
    assert used == set(HEADERS)
    assert all(header.description.endswith(".") for header in HEADERS.values())
