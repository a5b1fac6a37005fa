"""A browser that is logged in, and sends forms as a page of ours does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from attendance.values import User

PASSWORD = "chalk and slate"  # of every user in these tests
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class SignedIn:
    """A teacher or an admin at a browser.

    Args:
        app: what it talks to.
        user: who it is; PASSWORD is the password.
    """

    def __init__(self, app: Flask, user: User) -> None:
        self.user = user
        self.client = app.test_client()
        self.log_in()

    def log_in(self) -> None:
        """Through the page, as a person does."""
        answer = self.post("/login", {"username": self.user.username, "password": PASSWORD})
        assert answer.status_code == 303, answer.text

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **options)

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, *, csrf: bool = True, **options: Any
    ) -> TestResponse:
        """Send a form; without ``csrf`` as another site's page would."""
        token = {"csrf_token": self.token()} if csrf else {}
        return self.client.post(path, data={**token, **(data or {})}, **options)

    def token(self) -> str:
        """The CSRF token of this browser's forms: read from a page, and the next ones made from it."""
        with self.client.session_transaction() as kept:
            secret = kept.get("csrf_token")
        if secret:
            key = self.client.application.config["SECRET_KEY"]
            signer = URLSafeTimedSerializer(key, salt="wtf-csrf-token")
            return str(signer.dumps(secret))
        for path in ("/teach/account/", "/login"):
            found = TOKEN.search(self.client.get(path).text)
            if found:
                return found[1]
        raise AssertionError("no page has a form")


SignIn = Callable[..., SignedIn]
