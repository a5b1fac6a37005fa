"""The tokens with which other software comes in, for admins: make, show once, list, revoke."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectChoice, SelectField, SelectMultipleField, StringField

from attendance.accounts.api_tokens import LONGEST_NAME, NewApiToken, Scope, fits_an_address
from attendance.accounts.errors import ApiTokenError
from attendance.values import ApiToken
from client.access.proof import needs_proof
from client.access.roles import Access, Pages, the_user
from client.serving.software_addresses import SOCKET, TOKEN
from client.web.forms import Form, refuse
from client.web.services import the_register

blueprint = Pages("api_tokens", __name__, access=Access.ADMIN, url_prefix="/admin/tokens")

SCOPE_WORDS = {
    Scope.STUDENTS_READ: _l("See students and their details"),
    Scope.STUDENTS_WRITE: _l("Add, change and erase students, and enrol faces"),
    Scope.COURSES_READ: _l("See courses and rosters"),
    Scope.COURSES_WRITE: _l("Add and change courses and rosters"),
    Scope.SESSIONS_READ: _l("See sessions"),
    Scope.SESSIONS_WRITE: _l("Open and close sessions"),
    Scope.MARKS_READ: _l("See who was present"),
    Scope.MARKS_WRITE: _l("Mark students and correct marks"),
    Scope.RECOGNISE: _l("Send pictures and learn which students are in them"),
    Scope.LIVE: _l("Send live pictures and mark the students in them"),
    Scope.LIVE_DETAILS: _l("See the details of a student in a live picture"),
}
NEVER = "never"
LIFETIMES = {
    "1": _l("In a day"),
    "7": _l("In a week"),
    "30": _l("In 30 days"),
    "90": _l("In 90 days"),
    "365": _l("In a year"),
    NEVER: _l("Never: valid until revoked"),
}


class NewTokenForm(Form):
    """What a token is for, and for how long."""

    name = StringField(_l("Name"))
    scopes = SelectMultipleField(
        _l("What may it do?"),
        choices=[SelectChoice(scope.value, words) for scope, words in SCOPE_WORDS.items()],
        validate_choice=False,  # the register checks the scopes
    )
    ends = SelectField(
        _l("When does it expire?"),
        choices=[SelectChoice(value, words) for value, words in LIFETIMES.items()],
        default="90",
        validate_choice=False,
    )
    photo_only = BooleanField(_l("Its photos count without a turn of the head"), default=True)


@blueprint.get("/")
def index() -> str:
    """Every token that was ever made."""
    return render_template("teacher/tokens/index.html", tokens=the_register().api_tokens.all(), **_words())


@blueprint.get("/new")
@needs_proof
def new() -> str:
    """The form of a new token."""
    return _form_page(NewTokenForm())


@blueprint.post("/new")
@needs_proof
def make() -> str | tuple[str, int]:
    """Make a token, and show its text this once."""
    form = NewTokenForm()
    made = _made(form)
    if made is None:
        return _form_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    return render_template(
        "teacher/tokens/made.html",
        token=made.token,
        text=made.text,
        address=_address(made) if fits_an_address(made.token) else None,
        **_words(),
    )


@blueprint.get("/<token_id>")
def one(token_id: str) -> str:
    """One token, and the button that revokes it."""
    token = the_register().api_tokens.get(token_id)
    return render_template("teacher/tokens/one.html", token=token, **_words())


@blueprint.post("/<token_id>/revoke")
def revoke(token_id: str) -> Response:
    """Revoke a token."""
    token = the_register().api_tokens.revoke(token_id)
    flash(_("Token %(name)s was revoked.", name=token.name), "ok")
    return redirect(url_for("api_tokens.index"), HTTPStatus.SEE_OTHER)


@blueprint.post("/<token_id>/photos")
def count_photos(token_id: str) -> Response:
    """Set whether a token's photos count without a turn of the head."""
    alone = request.form.get("photo_only") == "yes"
    token = the_register().api_tokens.count_photos(token_id, photo_only=alone)
    flash(_("Saved."), "ok")
    return redirect(url_for("api_tokens.one", token_id=token.id), HTTPStatus.SEE_OTHER)


def _made(form: NewTokenForm) -> NewApiToken | None:
    """The token that the form describes, or None with errors in the form."""
    register = the_register()
    scopes, ends = form.scopes.data or [], form.ends.data or ""
    if not scopes:
        refuse(form.scopes, _("Choose at least one."))
    if ends not in LIFETIMES:
        refuse(form.ends, _("Choose one of these."))
    if form.scopes.errors or form.ends.errors:
        return None
    over = None if ends == NEVER else register.clock.now() + timedelta(days=int(ends))
    try:
        return register.api_tokens.make(
            form.name.data or "",
            scopes,
            by=the_user().id,
            expires_at=over,
            photo_only=form.photo_only.data,
        )
    except ApiTokenError as error:
        refuse(form.name, str(error))
        return None


def _address(made: NewApiToken) -> str:
    """What a page that can only be given an address gets."""
    root = request.host_url.rstrip("/").replace("http", "ws", 1)
    return f"{root}{SOCKET}?{TOKEN}={made.text}&known_fields=true"


def _form_page(form: NewTokenForm) -> str:
    return render_template("teacher/tokens/new.html", form=form, longest=LONGEST_NAME)


def _words() -> dict[str, object]:
    """The functions and words that the pages of tokens use."""
    register = the_register()
    now = register.clock.now()

    def state(token: ApiToken) -> str:
        if token.revoked_at is not None:
            return "revoked"
        return "live" if token.is_live(now) else "over"

    def maker(token: ApiToken) -> str:
        user = register.accounts.find(token.created_by)
        return token.created_by if user is None else user.name

    scopes = {scope.value: words for scope, words in SCOPE_WORDS.items()}
    return {"state": state, "maker": maker, "scopes": scopes}
