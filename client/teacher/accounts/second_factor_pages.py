"""One's own second factor: adding an authenticator app, new recovery codes, removing it."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField

from attendance.accounts.errors import AccountError
from attendance.values import Role
from client.access.login_cookie import makes_safer, the_login
from client.access.navigation import HOME
from client.access.proof import needs_proof
from client.access.roles import Access, Pages, the_user
from client.access.teacher_requests import safe_next
from client.problems.table import problem_of
from client.projector.qr import code_uri
from client.web.forms import Form, refuse
from client.web.services import the_register

blueprint = Pages("second_factor", __name__, access=Access.TEACHER, url_prefix="/teach/account/second-factor")


class NewFactorForm(Form):
    """The first code of an app, and the secret that it was given."""

    sealed = HiddenField()
    code = StringField(_l("Code from the app"))


@blueprint.get("")
@makes_safer
@needs_proof
def form() -> str:
    """Show the QR code for the app."""
    return _page(NewFactorForm())


@blueprint.post("")
@makes_safer
@needs_proof
def add() -> str | tuple[str, int]:
    """Add the app, and show the recovery codes this once."""
    form, user, register = NewFactorForm(), the_user(), the_register()
    try:
        codes = register.second_factors.add(user.id, form.sealed.data or "", form.code.data or "")
    except AccountError as error:
        refuse(form.code, str(error))
        return _page(form), problem_of(error).status
    register.logins.end_all(user, but=the_login())
    return _codes_page(codes, added=True)


@blueprint.post("/later")
def later() -> Response:
    """Record that an admin wants none now."""
    the_register().accounts.put_off_factor(the_user().id)
    flash(_("You can add a second factor on your account page at any time."), "info")
    return redirect(safe_next(request.args.get("next")) or HOME, HTTPStatus.SEE_OTHER)


@blueprint.post("/codes")
@needs_proof
def new_codes() -> str:
    """Replace the recovery codes, and show the new ones this once."""
    return _codes_page(the_register().second_factors.new_recovery_codes(the_user().id), added=False)


@blueprint.post("/remove")
@needs_proof
def remove() -> Response:
    """Remove the app and the recovery codes."""
    the_register().second_factors.remove(the_user().id)
    flash(_("The second factor was removed."), "ok")
    return redirect(url_for("account.page"), HTTPStatus.SEE_OTHER)


def _page(form: NewFactorForm) -> str:
    user = the_user()
    offer = the_register().second_factors.offer(user, form.sealed.data or "")
    form.sealed.data = offer.sealed
    return render_template(
        "teacher/accounts/second_factor.html",
        form=form,
        qr=code_uri(offer.address),
        address=offer.address,
        typed=offer.typed,
        next=safe_next(request.args.get("next")),
        may_wait=user.role is Role.ADMIN and not user.asked_for_factor and not user.is_weak,
        is_new=user.second_factor is None,
    )


def _codes_page(codes: list[str], *, added: bool) -> str:
    there = safe_next(request.args.get("next")) or url_for("account.page")
    return render_template("teacher/accounts/recovery_codes.html", codes=codes, added=added, there=there)
