"""The names of cookies and fields; over https with the prefix that keeps other hosts from setting them."""

from __future__ import annotations

from flask import Request
from flask import request as this_request

LOGIN_NUMBER = "_user_id"  # in the login's cookie: the login's number, where Flask-Login puts it
HOST_PREFIX = "__Host-"  # browsers accept it only with Secure, Path=/ and no Domain (RFC 6265bis, 4.1.3.2)


def cookie_name(plain: str, request: Request | None = None) -> str:
    """What a cookie is called in a request, or in this one; browsers refuse the prefix over plain http."""
    return f"{HOST_PREFIX}{plain}" if (request or this_request).is_secure else plain
