"""The page behind the link that is printed at the start while there is no admin yet."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from attendance.accounts.errors import AccountError
from attendance.errors import UsernameTakenError
from attendance.register import Register
from client.access.login_cookie import sign_in
from client.access.navigation import HOME
from client.access.roles import Access, Pages
from client.errors import NotHereError
from client.web.forms import Form, refuse
from client.web.proxy import is_direct
from client.web.services import the_register

blueprint = Pages("first_admin", __name__, access=Access.EVERYBODY, url_prefix="/setup")


class FirstAdminForm(Form):
    """Who the first admin is."""

    name = StringField(_l("Your name"))
    username = StringField(_l("Username"))
    password = PasswordField(_l("Password"))
    again = PasswordField(_l("Password again"))


def setup_path(register: Register) -> str | None:
    """The path of a new link, or None where there is an admin."""
    token = register.first_admin.new_link()
    return None if token is None else f"/setup/{token}"


@blueprint.before_request
def only_at_the_server() -> None:
    """The link works only on the server's own computer, since it may be visible on a projector.

    That only the terminal shows it is the proof; see ``client.web.visitors.this_computer``.
    """
    if not is_direct(request):
        raise NotHereError(
            _("Open this link on the computer that runs the check-in, with localhost in the address.")
        )


@blueprint.get("/<token>")
def form(token: str) -> str:
    """Ask who the first admin is."""
    the_register().first_admin.check(token)
    return render_template("teacher/accounts/first_admin.html", form=FirstAdminForm())


@blueprint.post("/<token>")
def set_up(token: str) -> Response | tuple[str, int]:
    """Make the first admin, and log them in."""
    form = FirstAdminForm()
    username, name, password = (field.data or "" for field in (form.username, form.name, form.password))
    if password != form.again.data:
        refuse(form.again, _("The two passwords don't match."))
    else:
        try:
            user = the_register().first_admin.set_up(token, username=username, name=name, password=password)
        except UsernameTakenError as error:
            refuse(form.username, str(error))
        except AccountError as error:
            refuse(form.password, str(error))
        else:
            sign_in(user)
            flash(_("You are now an admin. Add teachers under Accounts."), "ok")
            return redirect(HOME, HTTPStatus.SEE_OTHER)
    return render_template("teacher/accounts/first_admin.html", form=form), HTTPStatus.UNPROCESSABLE_ENTITY
