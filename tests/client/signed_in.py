"""A browser that is logged in, and sends forms as a page of ours does."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from attendance.values import User
from client.access.login_cookie import COOKIE, LoginCookies

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
        """The CSRF token of this browser's forms; its cookie is as a page with a form would have left it."""
        app = self.client.application
        with self.client.session_transaction() as session:
            kept = dict(session)
        if "csrf_token" not in kept:
            kept["csrf_token"] = secrets.token_hex(20)
            self.client.set_cookie(COOKIE, LoginCookies().get_signing_serializer(app).dumps(kept))  # type: ignore[union-attr]
        return str(URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(kept["csrf_token"]))  # type: ignore[arg-type]


SignIn = Callable[..., SignedIn]
