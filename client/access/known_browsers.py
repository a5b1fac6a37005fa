"""Recognises a browser that has logged in before, so that guesses from elsewhere don't slow it down."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from attendance.accounts.account_names import clean_username
from attendance.accounts.login_attempts import Visitor
from attendance.values import User
from client.web.cookie_names import cookie_name
from client.web.visitors.identity import the_address
from client.web.visitors.this_computer import from_this_computer

COOKIE = "attendance_browser"
LIFETIME = timedelta(days=180)
THIS_COMPUTER = "this-computer"


def visitor(username: str) -> Visitor:
    """Who tries to log in under a name."""
    address = the_address()
    if from_this_computer():
        return Visitor(address, THIS_COMPUTER)
    return Visitor(address, _known_as(clean_username(username)))


def remember_browser(answer: Response, user: User) -> None:
    """Let the browser prove next time that it has logged in with this name; it still needs the password."""
    if _known_as(user.username) is not None:
        return
    answer.set_cookie(
        cookie_name(COOKIE),
        str(_serializer().dumps([user.username, secrets.token_urlsafe(12)])),
        max_age=LIFETIME,
        path="/" if request.is_secure else "/login",  # the prefix of the name asks for the whole site
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def _known_as(username: str) -> str | None:
    try:
        values = _serializer().loads(
            request.cookies.get(cookie_name(COOKIE), ""), max_age=int(LIFETIME.total_seconds())
        )
    except BadData:
        return None
    if not isinstance(values, list) or len(values) != 2 or values[0] != username:
        return None
    return f"browser-{values[1]}"


def _serializer() -> URLSafeTimedSerializer:
    key = current_app.config["SECRET_KEY"]
    options = {"digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(key, salt="attendance.browser.1", signer_kwargs=options)
