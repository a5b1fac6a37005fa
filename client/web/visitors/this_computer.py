"""Recognises a browser on the server's own computer, by a key that only the terminal shows.

The address of a connection doesn't prove it: behind a reverse proxy on this computer that adds no headers,
every visitor has it. So the address that the terminal prints for this computer carries a key, and the browser
that opens it gets a signed cookie for later.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer

from client.web.cookie_names import cookie_name
from client.web.proxy import is_direct

COOKIE = "attendance_here"
LIFETIME = timedelta(days=180)
_KEY = "here"  # the query parameter, and the key in app.extensions and in g


def init_this_computer(app: Flask) -> None:
    """Take the key from the addresses that the terminal prints."""
    app.extensions[_KEY] = secrets.token_urlsafe(16)
    app.before_request(_take_key)
    app.after_request(_remember)


def set_key(app: Flask, key: str) -> None:
    """Use the key that all processes of this server have."""
    app.extensions[_KEY] = key


def here(app: Flask, path: str) -> str:
    """A path with the key, for the terminal alone; the key ends with the server."""
    return f"{path}?{_KEY}={app.extensions[_KEY]}"


def here_cookie(app: Flask) -> str:
    """What a browser on this computer remembers."""
    return str(_serializer(app).dumps(secrets.token_urlsafe(12)))


def from_this_computer() -> bool:
    """Whether this request comes from a browser on this computer that the terminal's user has opened."""
    return is_direct(request) and (g.get(_KEY, False) or _has_cookie())


def _take_key() -> None:
    given = request.args.get(_KEY, "").encode("utf-8", "replace")
    if given and hmac.compare_digest(given, str(current_app.extensions[_KEY]).encode()):
        setattr(g, _KEY, True)


def _remember(answer: Response) -> Response:
    if g.get(_KEY, False) and is_direct(request):
        value = here_cookie(current_app)
        answer.set_cookie(
            cookie_name(COOKIE),
            value,
            max_age=LIFETIME,
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )
    return answer


def _has_cookie() -> bool:
    try:
        _serializer(current_app).loads(
            request.cookies.get(cookie_name(COOKIE), ""), max_age=int(LIFETIME.total_seconds())
        )
    except BadData:
        return False
    return True


def _serializer(app: Flask) -> URLSafeTimedSerializer:
    options = {"digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="attendance.here.1", signer_kwargs=options)
