"""Logging in and out."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField, StringField

from attendance.accounts.errors import LoginDelayedError, LoginRefusedError
from client.access.known_browsers import visitor
from client.access.login_cookie import sign_out, signed_in_user
from client.access.navigation import HOME
from client.access.roles import Access, Pages
from client.access.teacher_requests import safe_next
from client.problems.table import problem_of
from client.teacher.accounts.entering import enter
from client.web.forms import Form
from client.web.services import the_register
from client.web.wording import too_many_attempts

blueprint = Pages("login", __name__, access=Access.EVERYBODY)


class LoginForm(Form):
    """Name and password."""

    username = StringField(_l("Username"))
    password = PasswordField(_l("Password"))


@blueprint.get("/login")
def form() -> AnyResponse:
    """Ask for name and password."""
    if signed_in_user() is not None:
        return redirect(safe_next(request.args.get("next")) or HOME, HTTPStatus.SEE_OTHER)
    return _page(LoginForm())


@blueprint.post("/login")
def log_in() -> AnyResponse:
    """Log in, or show the same sentence for a wrong name and a wrong password."""
    form = LoginForm()
    username = form.username.data or ""
    try:
        user = the_register().accounts.log_in(username, form.password.data or "", visitor(username))
    except LoginRefusedError as error:
        return _page(form, _("Wrong username or password. Try again."), problem_of(error).status)
    except LoginDelayedError as error:
        sentence = too_many_attempts(error.seconds)
        page = _page(form, sentence, problem_of(error).status)
        page.headers["Retry-After"] = str(error.seconds)
        return page
    return enter(user, request.args.get("next"))


@blueprint.post("/logout")
def log_out() -> AnyResponse:
    """End this browser's login."""
    sign_out()
    flash(_("You are logged out."), "ok")
    return redirect(url_for("login.form"), HTTPStatus.SEE_OTHER)


def _page(form: LoginForm, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    target = safe_next(request.args.get("next"))
    nobody_yet = the_register().first_admin.is_wanted
    page = render_template(
        "teacher/accounts/login.html", form=form, problem=problem, next=target, nobody_yet=nobody_yet
    )
    answer = make_response(page)
    answer.status_code = status
    return answer
