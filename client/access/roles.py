"""Who may see which page: one guard before every view of the teacher's pages."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Blueprint, Flask, abort, current_app, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from attendance.audit.chain.actor import USER, VISITOR
from attendance.settings.signing_secret import signing_secret
from attendance.values import Course, Role, User
from client.access.kiosk import is_locked_out
from client.access.login_cookie import LoginCookies, init_login_cookies, is_held_up
from client.access.proof import ask_for_proof
from client.access.teacher_problems import guard_errors
from client.access.teacher_requests import SAFE_METHODS, asks_for_data
from client.errors import LockedError, NotSecureError, RightMissingError
from client.web.proxy import is_direct
from client.web.services import the_register
from client.web.visitors.acting import act_for

_CSRF = "teacher_csrf"
_ACCESS = "attendance_access"  # of a view that asks for more than its blueprint
MOST_PARTS = 200  # of a form: a roster of a class has a few for each student
MOST_FIELD_BYTES = 1024 * 1024
HARMLESS = ("static", "health.health")  # endpoints that say nothing about anybody
MOST_NAMED = 5  # admins in a sentence
View = TypeVar("View", bound=Callable[..., Any])


class Access(StrEnum):
    """What a page asks for; ``_ALLOWED`` says which users that admits."""

    EVERYBODY = "everybody"
    TEACHER = "teacher"
    ENROLS = "enrols"  # rosters, and students' details, consent and photos
    ADMIN = "admin"


_ALLOWED: dict[Access, Callable[[User], bool]] = {
    Access.EVERYBODY: lambda _user: True,
    Access.TEACHER: lambda _user: True,
    Access.ENROLS: lambda user: user.may_enrol,
    Access.ADMIN: lambda user: user.role is Role.ADMIN,
}


class Pages(Blueprint):
    """A blueprint of the teacher's pages: guarded, with sessions and CSRF protection.

    Args:
        name: as for every blueprint.
        import_name: the same.
        access: who may see its views; ``admin_only`` and ``enrolling_only`` ask for more.
    """

    def __init__(self, name: str, import_name: str, *, access: Access, url_prefix: str | None = None) -> None:
        super().__init__(name, import_name, url_prefix=url_prefix)
        self.access = access
        guard_errors(self)


def admin_only(view: View) -> View:
    """Restrict one view of a teacher's blueprint to admins; goes below the route decorator."""
    setattr(view, _ACCESS, Access.ADMIN)
    return view


def enrolling_only(view: View) -> View:
    """Restrict one view of a teacher's blueprint to those who enrol; goes below the route decorator."""
    setattr(view, _ACCESS, Access.ENROLS)
    return view


def init_roles(app: Flask) -> None:
    """Guard every ``Pages`` blueprint of the app, also those registered later."""
    register_secret = signing_secret(app.extensions["register"].settings)
    app.config.update(
        # Derived, so that what signs logins can sign nothing else.
        SECRET_KEY=hmac.digest(register_secret, b"attendance.login.1", "sha256"),
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard asks for it, after it knows who is there
        WTF_CSRF_TIME_LIMIT=None,  # as long as the login
        WTF_CSRF_SSL_STRICT=False,  # asks for a Referer, which no page here sends
    )
    init_login_cookies(app)
    csrf = CSRFProtect()
    csrf.init_app(app)
    app.extensions[_CSRF] = csrf
    app.before_request(_guard)
    app.jinja_env.globals["may_enrol"] = lambda: may(Access.ENROLS)


def the_user() -> User:
    """Who is signed in."""
    if not current_user.is_authenticated:
        abort(HTTPStatus.UNAUTHORIZED)
    user: User = current_user.user
    return user


def may(access: Access) -> bool:
    """Whether the user may see pages that ask for this."""
    return _ALLOWED[access](the_user())


def require(access: Access) -> None:
    """End the request with the 403 page unless the user may see what asks for this.

    Raises:
        RightMissingError: the right to enrol is missing; the message says whom to ask.
    """
    if may(access):
        return
    if access is Access.ENROLS:
        raise RightMissingError(whom_to_ask())
    abort(HTTPStatus.FORBIDDEN)


def whom_to_ask() -> str:
    """Who gives the right to enrol, in a sentence for those who don't have it."""
    admins = [user.name for user in the_register().accounts.all() if user.role is Role.ADMIN and user.active]
    sentence: str = _(
        "Rosters, students' details, consent and photos are for admins and for teachers with the right to "
        "enrol. Ask an admin to tick “May enrol” for you under Accounts: %(admins)s.",
        admins=", ".join(admins[:MOST_NAMED]),
    )
    return sentence


def may_teach(course: Course) -> bool:
    """Whether the user may see and change a course: an admin, its teachers, or anyone where it names none."""
    user = the_user()
    return user.role is Role.ADMIN or not course.teachers or user.id in course.teachers


def require_course(course: Course) -> Course:
    """The course, or the 403 page where it is another teacher's."""
    if not may_teach(course):
        abort(HTTPStatus.FORBIDDEN)
    return course


def access_of(endpoint: str | None) -> Access | None:
    """What the view asks for; None for what is none of the teacher's pages."""
    if endpoint is None:
        return None
    blueprint = current_app.blueprints.get(endpoint.rpartition(".")[0])
    if not isinstance(blueprint, Pages):
        return None
    access: Access = getattr(current_app.view_functions[endpoint], _ACCESS, blueprint.access)
    return access


def is_safe_transport() -> bool:
    """Whether what is sent can't be read on the way: https, or this machine's own loopback."""
    return request.is_secure or is_direct(request)


def _guard() -> Response | None:
    access = access_of(request.endpoint)
    if access is None:
        _require_private()
        return None
    LoginCookies.wanted_here()
    request.max_form_parts = MOST_PARTS
    request.max_form_memory_size = MOST_FIELD_BYTES
    if not is_safe_transport():
        raise NotSecureError(
            _("Anyone on this network could read your password and students' names, so it is blocked.")
        )
    signed_in = current_user.is_authenticated
    act_for(USER + the_user().username if signed_in else VISITOR)
    if is_locked_out():
        return _to_kiosk()
    if access is not Access.EVERYBODY:
        if is_held_up():
            return _to_safer_login()
        if not signed_in:
            return _to_login()
        require(access)
    if request.method not in SAFE_METHODS:
        current_app.extensions[_CSRF].protect()
    return ask_for_proof()


def _require_private() -> None:
    """Refuse phones and other software over plain http where the site forbids it."""
    if request.endpoint in HARMLESS or is_safe_transport():
        return
    if the_register().settings.forbids_plain_http:
        raise NotSecureError(
            _("Others in this network could read this connection, so this site allows only https.")
        )


def _to_kiosk() -> Response:
    if asks_for_data():
        raise LockedError(_("This browser is a kiosk. Unlock it with the PIN first."))
    return redirect(url_for("realtime.kiosk"), HTTPStatus.SEE_OTHER)


def _to_login() -> Response:
    if asks_for_data():
        abort(HTTPStatus.UNAUTHORIZED)
    return redirect(url_for("login.form", next=_wanted()), HTTPStatus.SEE_OTHER)


def _to_safer_login() -> Response:
    if asks_for_data():
        abort(HTTPStatus.UNAUTHORIZED)
    return redirect(url_for("safer_login.form", next=_wanted()), HTTPStatus.SEE_OTHER)


def _wanted() -> str | None:
    """The page to come back to; None where a form was sent."""
    return request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
