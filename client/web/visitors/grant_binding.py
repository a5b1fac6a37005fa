"""Binds a grant to the browser that got it: by a cookie that no script can read, set with the page.

A grant alone could be copied to a phone elsewhere. The cookie's digest is inside the signed grant, and what
is sent under the grant has to bring the cookie. Ports of a host share cookies, so several servers on one
computer use what they find there; over https the name has the prefix ``__Host-``.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass

from flask import Request, Response

from client.web.cookie_names import cookie_name
from client.web.grants import DELIVERY, GRANT_LIFETIME, Grant

COOKIE = "attendance_grant"
LIFETIME = GRANT_LIFETIME + DELIVERY  # as long as anything may arrive under the grant
# A page that loads beside another one, before either answer has arrived, would replace a single cookie.
PLACES = 16
_VALUE = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)  # 128 bits, as ``secrets.token_urlsafe(16)`` writes them


@dataclass(frozen=True)
class BrowserMark:
    """What one browser is recognised by, for ten minutes.

    Attributes:
        name: of the cookie.
        value: of the cookie; random.
    """

    name: str
    value: str

    @property
    def digest(self) -> str:
        """What a grant has of it."""
        return _digest(self.value)

    def put_on(self, answer: Response, *, secure: bool) -> Response:
        """Set the cookie; returns the same response."""
        answer.set_cookie(
            self.name, self.value, max_age=LIFETIME, secure=secure, httponly=True, samesite="Lax"
        )
        return answer


def mark_browser(request: Request) -> BrowserMark:
    """The mark for a new grant: what this browser has in the chosen place, or a new one."""
    name = _name(secrets.randbelow(PLACES), request)
    known = request.cookies.get(name, "")
    return BrowserMark(name, known if _VALUE.fullmatch(known) else secrets.token_urlsafe(16))


def same_browser(grant: Grant, request: Request) -> bool | None:
    """Whether a grant came back from the browser that got it.

    Args:
        grant: one with a valid signature.
        request: what was sent under it.

    Returns:
        False also where the request brings no such cookie. Browsers inside other apps may keep none, but who
        copies a grant would only have to leave it out. None: the grant was given to no browser.
    """
    if not grant.browser:
        return None
    sent = (request.cookies.get(_name(place, request), "") for place in range(PLACES))
    return any(secrets.compare_digest(_digest(value), grant.browser) for value in sent)


def _name(place: int, request: Request) -> str:
    return cookie_name(f"{COOKIE}_{place:x}", request)


def _digest(value: str) -> str:
    raw = hashlib.sha256(f"attendance.grant.browser\n{value}".encode()).digest()[:16]
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
