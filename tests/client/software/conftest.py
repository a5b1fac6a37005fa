"""Fixtures for tests that use the API as other software does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from client.software.api_app import API_BLUEPRINTS
from client.software.protocol.document import document_of, documented_app

BASE = "/api/v1"
Document = dict[str, Any]


class Software:
    """Other software with a token.

    Args:
        app: what it talks to.
        token: what it sends; None sends none.
    """

    def __init__(self, app: Flask, token: str | None) -> None:
        self.client = app.test_client()
        self.token = token

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        """Call an address below ``/api/v1``."""
        headers = dict(options.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        return self.client.open(f"{BASE}{path}", method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        """Read."""
        return self.call("GET", path, **options)

    def post(self, path: str, body: object = None, *, key: str | None = None, **options: Any) -> TestResponse:
        """Write JSON, optionally with an idempotency key."""
        headers = {**options.pop("headers", {}), **({"Idempotency-Key": key} if key else {})}
        given = {"json": body} if body is not None else {}
        return self.call("POST", path, headers=headers, **given, **options)

    def patch(self, path: str, body: object, **options: Any) -> TestResponse:
        """Change."""
        return self.call("PATCH", path, json=body, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        """Remove."""
        return self.call("DELETE", path, **options)


@pytest.fixture(scope="session")
def document() -> Document:
    """The API's document."""
    app = documented_app("client")
    for module in API_BLUEPRINTS:
        app.register_api(module.blueprint)
    written: Document = json.loads(json.dumps(document_of(app)))
    return written


WithScopes = Callable[..., Software]


@pytest.fixture
def with_scopes(app: Flask, register: Register) -> WithScopes:
    """Create software with a token of these scopes."""

    def made(*scopes: Scope) -> Software:
        name = f"software {len(register.api_tokens.all())}"
        new = register.api_tokens.make(name, [scope.value for scope in scopes], by="admin")
        return Software(app, new.text)

    return made


@pytest.fixture
def software(with_scopes: WithScopes) -> Software:
    """Software whose token has all scopes."""
    return with_scopes(*Scope)


def is_problem(answer: TestResponse, status: int, code: str) -> bool:
    """Whether a response is this problem, complete by RFC 9457."""
    told = answer.get_json(force=True)
    return (
        answer.status_code == status
        and answer.content_type == "application/problem+json"
        and told["status"] == status
        and told["code"] == code
        and told["type"] == f"/docs/problems#{code}"
        and bool(told["title"])
        and bool(told["detail"])
    )
