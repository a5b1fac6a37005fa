"""The page that a user with a weak password sees before anything else: a better one, or a second factor."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from client.access.login_cookie import makes_safer, sign_in
from client.access.navigation import HOME
from client.access.proof import needs_proof, password_needs_proof
from client.access.roles import Access, Pages, the_user
from client.access.teacher_requests import safe_next
from client.teacher.accounts.password_fields import NewPasswordForm, password_rules
from client.web.services import the_register

blueprint = Pages("safer_login", __name__, access=Access.TEACHER, url_prefix="/teach/account/safer")


@blueprint.get("")
@makes_safer
@needs_proof
def form() -> Response | str:
    """Ask for one of the two."""
    if not the_user().is_weak:
        return redirect(_target(), HTTPStatus.SEE_OTHER)
    return _page(NewPasswordForm())


@blueprint.post("")
@makes_safer
@password_needs_proof
def choose() -> Response | tuple[str, int]:
    """Set the better password."""
    form, user_id = NewPasswordForm(), the_user().id
    user = form.take(lambda password: the_register().accounts.set_password(user_id, password))
    if user is None:
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    sign_in(user)
    flash(_("Your password was changed. Other browsers must log in again."), "ok")
    return redirect(_target(), HTTPStatus.SEE_OTHER)


def _target() -> str:
    return safe_next(request.args.get("next")) or HOME


def _page(form: NewPasswordForm) -> str:
    return render_template(
        "teacher/accounts/safer.html",
        form=form,
        next=safe_next(request.args.get("next")),
        **password_rules(the_user()),
    )
