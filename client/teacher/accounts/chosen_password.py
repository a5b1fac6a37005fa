"""The page behind the link with which somebody chooses the password of a new account."""

from __future__ import annotations

from http import HTTPStatus

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from attendance.values import User
from client.access.roles import Access, Pages
from client.teacher.accounts.entering import enter
from client.teacher.accounts.password_fields import NewPasswordForm, password_rules
from client.web.services import the_register

blueprint = Pages("chosen_password", __name__, access=Access.EVERYBODY, url_prefix="/welcome")


@blueprint.get("/<user_id>/<token>")
def form(user_id: str, token: str) -> str:
    """Ask for the password."""
    user = the_register().password_links.check(user_id, token)
    return _page(NewPasswordForm(), user)


@blueprint.post("/<user_id>/<token>")
def choose(user_id: str, token: str) -> Response | tuple[str, int]:
    """Set the password once, and log the user in."""
    links, form = the_register().password_links, NewPasswordForm()
    user = links.check(user_id, token)
    changed = form.take(lambda password: links.use(user_id, token, password))
    if changed is None:
        return _page(form, user), HTTPStatus.UNPROCESSABLE_ENTITY
    answer = enter(changed, None)
    flash(_("Your password is set. Next time, log in as %(name)s.", name=user.username), "ok")
    return answer


def _page(form: NewPasswordForm, user: User) -> str:
    return render_template(
        "teacher/accounts/chosen_password.html", form=form, user=user, **password_rules(user)
    )
