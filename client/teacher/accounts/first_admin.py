"""The page behind the link that is printed at the start while there is no admin yet."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField

from attendance.accounts.errors import AccountError
from attendance.errors import UsernameTakenError
from attendance.program import admin_command
from attendance.register import Register
from client.access.roles import Access, Pages
from client.errors import NotHereError
from client.teacher.accounts.entering import enter
from client.teacher.accounts.password_fields import NewPasswordForm, password_rules
from client.web.forms import refuse
from client.web.proxy import hides_this_computer, is_direct
from client.web.services import the_register

blueprint = Pages("first_admin", __name__, access=Access.EVERYBODY, url_prefix="/setup")


class FirstAdminForm(NewPasswordForm):
    """Who the first admin is."""

    name = StringField(_l("Your name"))
    username = StringField(_l("Username"))


def setup_path(register: Register) -> str | None:
    """The path of a new link, or None where there is an admin."""
    token = register.first_admin.new_link()
    return None if token is None else f"/setup/{token}"


@blueprint.before_request
def only_at_the_server() -> None:
    """The link works only on the server's own computer, since it may be visible on a projector.

    That only the terminal shows it is the proof; see ``client.web.visitors.this_computer``.
    """
    if is_direct(request):
        return
    if hides_this_computer(the_register().settings.trusted_proxies):
        command = admin_command("add-teacher", "NAME", "--admin")
        raise NotHereError(
            _("Behind a proxy, run this on the computer of the server instead: %(command)s", command=command)
        )
    raise NotHereError(
        _("Open this link on the computer that runs the check-in, with localhost in the address.")
    )


@blueprint.get("/<token>")
def form(token: str) -> str:
    """Ask who the first admin is."""
    the_register().first_admin.check(token)
    return _page(FirstAdminForm())


@blueprint.post("/<token>")
def set_up(token: str) -> Response | tuple[str, int]:
    """Make the first admin, and log them in."""
    form, register = FirstAdminForm(), the_register()
    username, name = form.username.data or "", form.name.data or ""
    register.first_admin.check(token)
    try:
        register.accounts.check_new(username, name, None)
        user = form.take(
            lambda password: register.first_admin.set_up(
                token, username=username, name=name, password=password
            )
        )
    except (AccountError, UsernameTakenError) as error:
        refuse(form.username, str(error))
        user = None
    if user is None:
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    answer = enter(user, None)
    flash(_("You are now an admin. Add teachers under Accounts."), "ok")
    return answer


def _page(form: FirstAdminForm) -> str:
    return render_template("teacher/accounts/first_admin.html", form=form, **password_rules())
