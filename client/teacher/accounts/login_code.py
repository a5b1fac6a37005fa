"""The second step of a login: a code of the authenticator app, or a recovery code."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms import StringField

from attendance.accounts.errors import LoginDelayedError, LoginRefusedError
from attendance.accounts.second_factors import is_code
from attendance.program import admin_command, typed
from attendance.values import User
from client.access.known_browsers import visitor
from client.access.login_cookie import signed_in_user
from client.access.navigation import HOME
from client.access.roles import Access, Pages
from client.access.teacher_requests import safe_next
from client.problems.table import problem_of
from client.teacher.accounts.entering import complete, waiting_user
from client.web.forms import Form, refuse
from client.web.services import the_register
from client.web.wording import too_many_attempts

blueprint = Pages("login_code", __name__, access=Access.EVERYBODY, url_prefix="/login/code")


class CodeForm(Form):
    """A code of the app or a recovery code."""

    code = StringField(_l("Code"))


@blueprint.get("")
def form() -> Response:
    """Ask for the code."""
    waiting = waiting_user()
    if waiting is None:
        return _from_the_start()
    return _page(CodeForm(), waiting)


@blueprint.post("")
def check() -> Response:
    """Log in with a code that works once."""
    form, waiting = CodeForm(), waiting_user()
    if waiting is None:
        if signed_in_user() is None:
            flash(_("The password counts for five minutes. Enter it again."), "info")
        return _from_the_start()
    code = form.code.data or ""
    try:
        user = the_register().second_factors.check(waiting.id, code, visitor(waiting.username))
    except LoginRefusedError as error:
        sentence = _(
            "Wrong code. Each code works once. Enter the one that the app shows now. If that keeps failing, "
            "the clock of the phone or of the server is wrong: use a recovery code."
        )
        refuse(form.code, sentence)
        return _page(form, waiting, problem_of(error).status)
    except LoginDelayedError as error:
        refuse(form.code, too_many_attempts(error.seconds))
        page = _page(form, waiting, problem_of(error).status)
        page.headers["Retry-After"] = str(error.seconds)
        return page
    answer = complete(user, request.args.get("next"))
    if not is_code(code) and user.second_factor is not None:
        _warn_of_the_last(len(user.second_factor.recovery))
    return answer


def _warn_of_the_last(left: int) -> None:
    sentence = ngettext("You have %(num)s recovery code left.", "You have %(num)s recovery codes left.", left)
    more = _("On your account page you can set up another app and create new codes.")
    flash(f"{sentence} {more}", "warn")


def _from_the_start() -> Response:
    """To where the login leads, which asks for the password unless somebody is logged in."""
    return redirect(safe_next(request.args.get("next")) or HOME, HTTPStatus.SEE_OTHER)


def _page(form: CodeForm, waiting: User, status: HTTPStatus = HTTPStatus.OK) -> Response:
    page = render_template(
        "teacher/accounts/login_code.html",
        form=form,
        next=safe_next(request.args.get("next")),
        command=_way_out(waiting),
    )
    return make_response(page, status)


def _way_out(waiting: User) -> str:
    """The command for an admin who has lost everything and has nobody to ask; empty for all others."""
    if not waiting.manages_accounts:
        return ""
    return admin_command("add-teacher", typed(waiting.username), "--remove-second-factor")
