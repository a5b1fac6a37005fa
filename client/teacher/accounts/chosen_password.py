"""The page behind the link with which somebody chooses the password of a new account."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import PasswordField

from attendance.accounts.errors import AccountError
from client.access.login_cookie import sign_in
from client.access.navigation import HOME
from client.access.roles import Access, Pages
from client.web.forms import Form, refuse
from client.web.services import the_register

blueprint = Pages("chosen_password", __name__, access=Access.EVERYBODY, url_prefix="/welcome")


class ChosenPasswordForm(Form):
    """The password, twice."""

    password = PasswordField(_l("Password"))
    again = PasswordField(_l("Password again"))


@blueprint.get("/<user_id>/<token>")
def form(user_id: str, token: str) -> str:
    """Ask for the password."""
    user = the_register().accounts.check_link(user_id, token)
    return render_template("teacher/accounts/chosen_password.html", form=ChosenPasswordForm(), user=user)


@blueprint.post("/<user_id>/<token>")
def choose(user_id: str, token: str) -> Response | tuple[str, int]:
    """Set the password once, and log the user in."""
    accounts, form = the_register().accounts, ChosenPasswordForm()
    user = accounts.check_link(user_id, token)
    if form.password.data != form.again.data:
        refuse(form.again, _("The two passwords don't match."))
    else:
        try:
            user = accounts.use_link(user_id, token, form.password.data or "")
        except AccountError as error:
            refuse(form.password, str(error))
        else:
            sign_in(user)
            flash(_("Your password is set. Next time, log in as %(name)s.", name=user.username), "ok")
            return redirect(HOME, HTTPStatus.SEE_OTHER)
    page = render_template("teacher/accounts/chosen_password.html", form=form, user=user)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY
