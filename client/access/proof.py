"""Another proof of the password before what a stranger at an open laptop must not do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from attendance.accounts.errors import LoginDelayedError, LoginRefusedError
from attendance.accounts.login_attempts import Visitor
from attendance.accounts.second_factors import is_code
from client.access.login_cookie import signed_in_user, the_login
from client.access.teacher_requests import SAFE_METHODS, asks_for_data
from client.errors import ProofNeededError
from client.problems.table import problem_of
from client.web.services import the_register
from client.web.visitors.identity import the_address
from client.web.wording import too_many_attempts

_NEEDS_PROOF = "attendance_needs_proof"  # of a view
_IS_FILE = "attendance_is_file"  # of a view
_HAS_PASSWORD = "attendance_has_password"  # noqa: S105 - of a view
PROOF_PAGE = "/teach/account/proof"
PROOF = "proof"  # the field with the password
CSRF = "csrf_token"
View = TypeVar("View", bound=Callable[..., Any])


def needs_proof(view: View) -> View:
    """Ask for the password before this view, unless it was just entered; goes below the route decorator."""
    setattr(view, _NEEDS_PROOF, True)
    return view


def file_needs_proof(view: View) -> View:
    """The same for a view that sends a file, which a browser shows no page for."""
    setattr(view, _IS_FILE, True)
    return needs_proof(view)


def password_needs_proof(view: View) -> View:
    """The same for a view that takes a new password, which must not wait in a page: it is typed again."""
    setattr(view, _HAS_PASSWORD, True)
    return needs_proof(view)


def is_proved() -> bool:
    """Whether the user of this request entered the password a short time ago."""
    return the_register().logins.is_proved(the_login())


def ask_for_proof() -> Response | None:
    """What to answer before the view of this request, or None if it may go on.

    Raises:
        ProofNeededError: a script asks, which can't show a form.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, _NEEDS_PROOF, False) or is_proved():
        return None
    if asks_for_data():
        raise ProofNeededError(_("Reload the page and enter your password first."))
    has_password = getattr(view, _HAS_PASSWORD, False)
    if has_password:
        flash(
            _("Enter your current password, then choose the new one again. Nothing was changed yet."), "info"
        )
    if has_password or request.method in SAFE_METHODS:
        return redirect(url_for("proof.form", next=request.full_path.rstrip("?")), 303)
    problem = fault_of_proof(request.form[PROOF]) if PROOF in request.form else ""
    if problem is None:
        return None
    # The form that was sent waits in the page, and is sent again together with the password.
    sent = [pair for pair in request.form.items(multi=True) if pair[0] not in (CSRF, PROOF)]
    page = proof_page(problem, action=request.full_path.rstrip("?"), sent=sent)
    return make_response(page, problem_of(ProofNeededError()).status)


def fault_of_proof(typed: str) -> str | None:
    """What is wrong with the password or code that was entered, as a sentence; None if nothing is."""
    user, register = signed_in_user(), the_register()
    if user is None:
        return ""
    # Counted for this login, so that failed logins elsewhere don't delay its user.
    by = Visitor(the_address(), trusted=f"login-{the_login().id}")
    try:
        if user.second_factor is not None and is_code(typed):
            register.second_factors.check(user.id, typed, by)
        else:
            register.accounts.log_in(user.username, typed, by)
    except LoginRefusedError:
        return str(_("That is not right. Try again."))
    except LoginDelayedError as error:
        return too_many_attempts(error.seconds)
    register.logins.note_proof(the_login())
    return None


def proof_page(problem: str, *, action: str, sent: list[tuple[str, str]] | None = None) -> str:
    """The page that asks for the password.

    Args:
        problem: what was wrong with the last attempt.
        action: where its form leads.
        sent: the fields of the form that waits behind it.
    """
    return render_template(
        "teacher/accounts/proof.html", problem=problem, action=action, sent=sent or [], field_name=PROOF
    )


def leads_to_file(target: str) -> bool:
    """Whether an address of ours is that of a file."""
    try:
        endpoint, _values = current_app.url_map.bind_to_environ(request.environ).match(
            target.partition("?")[0], method="GET"
        )
    except HTTPException:
        return False
    return bool(getattr(current_app.view_functions.get(endpoint), _IS_FILE, False))
