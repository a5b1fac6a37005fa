"""The last step of every way in: the second factor, if there is one, and then the login."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus

from flask import redirect, session, url_for
from werkzeug.wrappers import Response

from attendance.clock import from_milliseconds, to_milliseconds
from attendance.values import Role, User
from client.access.known_browsers import remember_browser
from client.access.login_cookie import sign_in
from client.access.navigation import HOME
from client.access.teacher_requests import safe_next
from client.web.services import the_register

CODE_WITHIN = timedelta(minutes=5)  # after the password
_WAITING = "code_wanted"  # in the cookie: who has entered the password, and when


def enter(user: User, target: str | None) -> Response:
    """Log in a user who has proved the password, or ask for the second factor first.

    Args:
        user: who it is.
        target: where the login leads, as the address asks for it.
    """
    if user.second_factor is None:
        return complete(user, target)
    register = the_register()
    session[_WAITING] = [
        user.id,
        to_milliseconds(user.password_changed_at),
        to_milliseconds(register.clock.now()),
    ]
    return redirect(url_for("login_code.form", next=safe_next(target)), HTTPStatus.SEE_OTHER)


def waiting_user() -> User | None:
    """The user who has just entered the password in this browser, and is asked for a code."""
    waiting = session.get(_WAITING)
    if not isinstance(waiting, list) or len(waiting) != 3:
        return None
    user_id, changed, since = waiting
    register = the_register()
    user = register.accounts.find(user_id)
    if user is None or not user.active or to_milliseconds(user.password_changed_at) != changed:
        return None
    return user if _is_recent(from_milliseconds(since), register.clock.now()) else None


def complete(user: User, target: str | None) -> Response:
    """Log in a user who has proved everything that is asked for."""
    sign_in(user)
    wanted = safe_next(target)
    asked = user.role is Role.ADMIN and not user.asked_for_factor and not user.is_weak
    there = url_for("second_factor.form", next=wanted) if asked else wanted or HOME
    answer = redirect(there, HTTPStatus.SEE_OTHER)
    remember_browser(answer, user)
    return answer


def _is_recent(since: datetime, now: datetime) -> bool:
    return now - since < CODE_WITHIN
