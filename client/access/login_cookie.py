"""The cookie of a login: signed, for the teacher's pages alone, with the number of a login on the server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import BadData

from attendance.audit.chain.actor import USER
from attendance.errors import StoreUnavailableError
from attendance.values import Login, User
from client.access.browser_names import browser_name
from client.access.kiosk import locks_out, login_number, the_kiosk
from client.web.cookie_names import cookie_name
from client.web.services import the_register
from client.web.visitors.acting import act_for

COOKIE = "attendance_login"
_WANTED = "login_cookie_wanted"
_AWAY = "login_unknown"  # in g: the database was away when it was asked whose login this is
_LOGIN = "login_found"  # in g: the login of this request
_HELD_UP = "login_held_up"  # in g: its user has to do something else first
_UNATTENDED = "attendance_unattended"  # of a view
_MAKES_SAFER = "attendance_makes_safer"  # of a view
View = TypeVar("View", bound=Callable[..., Any])


class SignedIn(UserMixin):  # type: ignore[misc, unused-ignore]  # Flask-Login ships no types
    """The user of a request, as Flask-Login wants it.

    Args:
        user: as the store has it.
        number: of the login.
    """

    def __init__(self, user: User, number: str) -> None:
        self.user = user
        self._number = number

    def get_id(self) -> str:
        """What the cookie carries."""
        return self._number


class LoginCookies(SecureCookieSessionInterface):
    """Flask's signed cookie, but only for the teacher's pages: a phone never gets one."""

    digest_method = staticmethod(hashlib.sha256)

    @staticmethod
    def wanted_here() -> None:
        """This request belongs to the teacher's pages."""
        setattr(g, _WANTED, True)

    def get_cookie_name(self, app: Flask) -> str:
        """The name for the scheme of this request."""
        return cookie_name(super().get_cookie_name(app))

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie of any request carries, also outside of this one."""
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        try:
            kept = serializer.loads(
                request.cookies.get(cookie_name(COOKIE, request), ""),
                max_age=int(app.permanent_session_lifetime.total_seconds()),
            )
        except BadData:
            return self.session_class()
        return self.session_class(kept)

    def get_cookie_secure(self, app: Flask) -> bool:
        """Over https the cookie is for https alone; on the machine itself there may be none."""
        del app
        return request.is_secure

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie, but never on a page of the phones."""
        if getattr(g, _WANTED, False):
            super().save_session(app, session, response)


def init_login_cookies(app: Flask) -> None:
    """Read and write them in this app."""
    app.session_interface = LoginCookies()
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    manager = LoginManager()
    manager.session_protection = None  # a phone changes its address on the way to class
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_load)
    app.jinja_env.globals["current_user"] = current_user


def unattended(view: View) -> View:
    """A view that open pages ask for on their own: such requests keep no login alive."""
    setattr(view, _UNATTENDED, True)
    return view


def makes_safer(view: View) -> View:
    """A view that opens before a user with a weak password has a better one, or a second factor."""
    setattr(view, _MAKES_SAFER, True)
    return view


def sign_in(user: User) -> None:
    """Log the user in with this browser; any earlier login of it ends."""
    logins = the_register().logins
    if (earlier := login_number()) is not None:
        logins.end(earlier)
    session.clear()
    act_for(USER + user.username)
    number = logins.begin(user, browser_name(request.user_agent.string))
    if found := logins.find(number):
        setattr(g, _LOGIN, found[0])
    login_user(SignedIn(user, number))


def sign_out() -> None:
    """End this browser's login, on the server too."""
    if (number := login_number()) is not None:
        the_register().logins.end(number)
    logout_user()
    session.clear()


def signed_in_user() -> User | None:
    """The user of this request, or None."""
    user: User | None = current_user.user if current_user.is_authenticated else None
    return user


def the_login() -> Login:
    """The login of this request; only where somebody is signed in."""
    return cast("Login", getattr(g, _LOGIN))


def is_held_up() -> bool:
    """Whether the user of this request was found to need a better login first; ask for the user before."""
    return bool(getattr(g, _HELD_UP, False))


def _load(number: str) -> SignedIn | None:
    """The user of a cookie; None on the error page for an unreachable database."""
    if getattr(g, _AWAY, False):
        return None
    try:
        return _find(number)
    except StoreUnavailableError:
        setattr(g, _AWAY, True)
        raise


def _find(number: str) -> SignedIn | None:
    """The user of a login, or None where it opens nothing now, as if nobody were logged in."""
    logins = the_register().logins
    found = logins.find(number)
    if found is None or locks_out():
        return None
    login, user = found
    view = current_app.view_functions.get(request.endpoint or "")
    if user.is_weak and not getattr(view, _MAKES_SAFER, False) and the_kiosk() is None:
        setattr(g, _HELD_UP, True)
        return None
    if not getattr(view, _UNATTENDED, False):
        logins.note_seen(login)
    setattr(g, _LOGIN, login)
    return SignedIn(user, number)
