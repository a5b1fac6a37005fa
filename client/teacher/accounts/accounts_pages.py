"""The accounts of admins and teachers, for admins: add, change, switch off, create a password link."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectChoice, SelectField, StringField

from attendance.accounts.errors import AccountError
from attendance.errors import UsernameTakenError
from attendance.values import Role, User
from client.access.proof import needs_proof
from client.access.roles import Access, Pages, the_user
from client.problems.table import problem_of
from client.web.forms import Form, refuse
from client.web.plain_http import told_address
from client.web.proxy import is_direct
from client.web.services import the_register

blueprint = Pages("accounts", __name__, access=Access.ADMIN, url_prefix="/admin/accounts")

ROLE_NAMES = {Role.TEACHER.value: _l("Teacher"), Role.ADMIN.value: _l("Admin")}
ROLE_CHOICES = [SelectChoice(value, label) for value, label in ROLE_NAMES.items()]


class NewAccountForm(Form):
    """Who gets an account; the password is theirs to choose."""

    name = StringField(_l("Name"))
    username = StringField(_l("Username"))
    role = SelectField(_l("Role"), choices=ROLE_CHOICES, default=Role.TEACHER.value)
    enrols = BooleanField(_l("May enrol"))


class AccountForm(Form):
    """What an admin may change of an account."""

    name = StringField(_l("Name"))
    role = SelectField(_l("Role"), choices=ROLE_CHOICES)
    enrols = BooleanField(_l("May enrol"))


@blueprint.get("/")
def index() -> str:
    """All accounts."""
    return render_template(
        "teacher/accounts/index.html", users=the_register().accounts.all(), roles=ROLE_NAMES
    )


@blueprint.get("/new")
@needs_proof
def new() -> str:
    """The form of a new account."""
    return render_template("teacher/accounts/new.html", form=NewAccountForm())


@blueprint.post("/new")
@needs_proof
def add() -> Response | str | tuple[str, int]:
    """Make an account, and show the link for its password once."""
    form, accounts = NewAccountForm(), the_register().accounts
    try:
        user = accounts.add(
            form.username.data or "",
            form.name.data or "",
            _role(form.role.data),
            enrols=bool(form.enrols.data),
        )
    except UsernameTakenError as error:
        refuse(form.username, str(error))
    except AccountError as error:
        refuse(form.username, str(error))
    else:
        the_register().student_history.note_right(None, user, by=the_user().id)
        return _link_page(user)
    return render_template("teacher/accounts/new.html", form=form), HTTPStatus.UNPROCESSABLE_ENTITY


@blueprint.get("/<user_id>")
def one(user_id: str) -> str:
    """One account."""
    user = the_register().accounts.get(user_id)
    return _page(user, AccountForm(name=user.name, role=user.role.value, enrols=user.enrols))


@blueprint.post("/<user_id>")
@needs_proof
def change(user_id: str) -> Response | tuple[str, int]:
    """Change name, role and the right to enrol."""
    form, accounts = AccountForm(), the_register().accounts
    before = accounts.get(user_id)
    try:
        user = accounts.change(
            user_id,
            name=form.name.data or "",
            role=_role(form.role.data),
            enrols=bool(form.enrols.data),
        )
    except AccountError as error:
        refuse(form.name, str(error))
        return _page(accounts.get(user_id), form), problem_of(error).status
    the_register().student_history.note_right(before, user, by=the_user().id)
    flash(_("Changes to %(name)s saved.", name=user.name), "ok")
    return redirect(url_for("accounts.index"), HTTPStatus.SEE_OTHER)


@blueprint.post("/<user_id>/off")
@needs_proof
def switch_off(user_id: str) -> Response:
    """Block logging in to the account; its user's changes stay on record."""
    user = the_register().accounts.change(user_id, active=False)
    flash(_("%(name)s can no longer log in. You can switch the account back on.", name=user.name), "ok")
    return redirect(url_for("accounts.one", user_id=user_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/<user_id>/on")
@needs_proof
def switch_on(user_id: str) -> Response:
    """Allow its user to log in again."""
    user = the_register().accounts.change(user_id, active=True)
    flash(_("%(name)s can log in again.", name=user.name), "ok")
    return redirect(url_for("accounts.one", user_id=user_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/<user_id>/second-factor")
@needs_proof
def remove_second_factor(user_id: str) -> Response:
    """Remove the second factor of somebody who has lost it; they are logged out everywhere."""
    register = the_register()
    user = register.second_factors.remove(user_id)
    register.logins.end_all(user)
    flash(_("%(name)s logs in with the password alone now.", name=user.name), "ok")
    return redirect(url_for("accounts.one", user_id=user_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/<user_id>/link")
@needs_proof
def new_link(user_id: str) -> str:
    """Show a link with which the user chooses a new password; the old one holds until then."""
    return _link_page(the_register().accounts.get(user_id))


def _link_page(user: User) -> str:
    token = the_register().password_links.new(user.id)
    path = url_for("chosen_password.form", user_id=user.id, token=token)
    base = _reachable_base()
    link = f"{base}{path}"
    secure = base.startswith("https://")
    return render_template("teacher/accounts/link.html", user=user, link=link, secure=secure)


def _reachable_base() -> str:
    """The address under which the user opens the link: https where there is one."""
    own = request.host_url.rstrip("/")
    public = told_address()
    if is_direct(request) and public and public.startswith("https://"):
        return public
    return own


def _page(user: User, form: AccountForm) -> str:
    return render_template("teacher/accounts/one.html", user=user, form=form, is_me=user.id == the_user().id)


def _role(text: str | None) -> Role:
    try:
        return Role(text or "")
    except ValueError as error:
        raise AccountError(f"There is no role {text!r}.") from error
