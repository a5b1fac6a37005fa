"""One's own account: the name that others see, the password, and where one is logged in."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from attendance.accounts.errors import AccountError, LoginDelayedError, LoginRefusedError
from client.access.known_browsers import visitor
from client.access.login_cookie import sign_in, the_login
from client.access.roles import Access, Pages, the_user
from client.problems.table import problem_of
from client.teacher.accounts.password_fields import password_rules
from client.web.forms import Form, refuse
from client.web.services import the_register
from client.web.wording import too_many_attempts

blueprint = Pages("account", __name__, access=Access.TEACHER, url_prefix="/teach/account")


class NameForm(Form):
    """What a user is called."""

    name = StringField(_l("Name"))


class PasswordForm(Form):
    """The old password and the new one, twice."""

    old = PasswordField(_l("Current password"))
    new = PasswordField(_l("New password"))
    again = PasswordField(_l("New password again"))


@blueprint.get("/")
def page() -> str:
    """The account with its two forms."""
    return _page(NameForm(name=the_user().name), PasswordForm())


@blueprint.post("/name")
def rename() -> Response | tuple[str, int]:
    """Change the name."""
    form = NameForm()
    try:
        the_register().accounts.change(the_user().id, name=form.name.data or "")
    except AccountError as error:
        refuse(form.name, str(error))
        return _page(form, PasswordForm()), problem_of(error).status
    flash(_("Your name was changed."), "ok")
    return redirect(url_for("account.page"), HTTPStatus.SEE_OTHER)


@blueprint.post("/password")
def change_password() -> Response | tuple[str, int]:
    """Change the password; every other browser has to log in again."""
    form, user = PasswordForm(), the_user()
    new = form.new.data or ""
    if new != form.again.data:
        refuse(form.again, _("The two new passwords don't match."))
    else:
        try:
            user = the_register().accounts.change_password(
                user.id, form.old.data or "", new, visitor(user.username)
            )
        except LoginRefusedError:
            refuse(form.old, _("This is not your current password."))
        except LoginDelayedError as error:
            refuse(form.old, too_many_attempts(error.seconds))
        except AccountError as error:
            refuse(form.new, str(error))
        else:
            sign_in(user)
            flash(_("Your password was changed. Other browsers must log in again."), "ok")
            return redirect(url_for("account.page"), HTTPStatus.SEE_OTHER)
    return _page(NameForm(formdata=None, name=user.name), form), HTTPStatus.UNPROCESSABLE_ENTITY


@blueprint.post("/logins/end")
def end_login() -> Response:
    """End one of the user's own logins."""
    the_register().logins.end_one(the_user(), request.form.get("login", ""))
    flash(_("That browser is logged out."), "ok")
    return redirect(url_for("account.page"), HTTPStatus.SEE_OTHER)


@blueprint.post("/logins/end-others")
def end_other_logins() -> Response:
    """End all of the user's logins but this one."""
    the_register().logins.end_all(the_user(), but=the_login())
    flash(_("All other browsers are logged out."), "ok")
    return redirect(url_for("account.page"), HTTPStatus.SEE_OTHER)


def _page(name: NameForm, password: PasswordForm) -> str:
    user = the_user()
    return render_template(
        "teacher/accounts/own.html",
        name=name,
        password=password,
        user=user,
        logins=the_register().logins.of(user),
        here_login=the_login().id,
        **password_rules(user),
    )
