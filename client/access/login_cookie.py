"""The cookie of a login: signed, for the teacher's pages alone, and over after twelve hours of rest."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from flask import Flask, Response, g, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from attendance.errors import StoreUnavailableError
from attendance.values import User
from client.access.kiosk import has_number, locks_out, number_login
from client.web.services import the_register

IDLE = timedelta(hours=12)
COOKIE = "attendance_login"
_SEEN = "seen"  # in the session: seconds since 1970
_NOTE_EVERY = 60  # seconds; not every request needs a new cookie
_WANTED = "login_cookie_wanted"
_AWAY = "login_unknown"  # in g: the database was away when it was asked whose login this is


class SignedIn(UserMixin):  # type: ignore[misc, unused-ignore]  # Flask-Login ships no types
    """The user of a request, as Flask-Login wants it.

    Args:
        user: as the store has it.
    """

    def __init__(self, user: User) -> None:
        self.user = user

    def get_id(self) -> str:
        """What the cookie carries: a change of the password makes it another one."""
        return f"{self.user.id}.{_milliseconds(self.user.password_changed_at)}"


class LoginCookies(SecureCookieSessionInterface):
    """Flask's signed cookie, but only for the teacher's pages: a phone never gets one."""

    digest_method = staticmethod(hashlib.sha256)

    @staticmethod
    def wanted_here() -> None:
        """This request belongs to the teacher's pages."""
        setattr(g, _WANTED, True)

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
        PERMANENT_SESSION_LIFETIME=IDLE,
    )
    manager = LoginManager()
    manager.session_protection = None  # a phone changes its address on the way to class
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_load)
    app.jinja_env.globals["current_user"] = current_user


def sign_in(user: User) -> None:
    """Log the user in with this browser; any earlier login of it ends."""
    session.clear()
    session[_SEEN] = _now()
    number_login()
    login_user(SignedIn(user))


def sign_out() -> None:
    """Forget the user."""
    logout_user()
    session.clear()


def signed_in_user() -> User | None:
    """The user of this request, or None."""
    user: User | None = current_user.user if current_user.is_authenticated else None
    return user


def _load(cookie_id: str) -> SignedIn | None:
    """The user of a cookie; None on the error page for an unreachable database."""
    if getattr(g, _AWAY, False):
        return None
    try:
        return _find(cookie_id)
    except StoreUnavailableError:
        setattr(g, _AWAY, True)
        raise


def _find(cookie_id: str) -> SignedIn | None:
    user_id, _, changed = cookie_id.rpartition(".")
    now, seen = _now(), session.get(_SEEN, 0)
    if now - seen >= IDLE.total_seconds() or not has_number():
        return None
    user = the_register().accounts.find(user_id)
    if user is None or not user.active or str(_milliseconds(user.password_changed_at)) != changed:
        return None
    if locks_out():  # as if nobody were logged in
        return None
    if now - seen >= _NOTE_EVERY:
        session[_SEEN] = now
    return SignedIn(user)


def _now() -> int:
    return int(the_register().clock.now().timestamp())


def _milliseconds(moment: datetime) -> int:
    return round((moment - datetime.fromtimestamp(0, UTC)) / timedelta(milliseconds=1))
