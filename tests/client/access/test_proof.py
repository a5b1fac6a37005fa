"""Another proof of the password: before exports, tokens, and changes of accounts."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask

from attendance.register import Register
from client.access.proof import _NEEDS_PROOF
from tests.attendance.frozen_clock import FrozenClock
from tests.client.signed_in import PASSWORD, SignedIn
from tests.client.teacher.accounts.test_second_factor import add_factor

PROOF_PAGE = "/teach/account/proof"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
ACTION = re.compile(r'<form class="stack card narrow" method="post" action="([^"]+)"')
PROTECTED = {
    "accounts.new",
    "accounts.add",
    "accounts.change",
    "accounts.switch_off",
    "accounts.switch_on",
    "accounts.remove_second_factor",
    "accounts.new_link",
    "api_tokens.new",
    "api_tokens.make",
    "evaluation.report",
    "reports.course_file",
    "reports.session_file",
    "reports.student_file",
    "safer_login.form",
    "safer_login.choose",
    "second_factor.form",
    "second_factor.add",
    "second_factor.new_codes",
    "second_factor.remove",
    "student_data.data",
    "students.remove",
}


def rest(clock: FrozenClock) -> None:
    """Somebody has left the room with the laptop open: the password was entered ten minutes ago."""
    clock.advance(minutes=10)


def test_what_needs_a_proof_is_listed(app: Flask) -> None:
    found = {name for name, view in app.view_functions.items() if getattr(view, _NEEDS_PROOF, False)}
    assert found == PROTECTED


def test_right_after_the_login_nothing_is_asked(admin: SignedIn) -> None:
    assert admin.get("/admin/tokens/new").status_code == 200


def test_a_page_is_opened_again_after_the_password(admin: SignedIn, clock: FrozenClock) -> None:
    rest(clock)
    answer = admin.get("/admin/tokens/new?a=1")
    assert answer.headers["Location"] == f"{PROOF_PAGE}?next=/admin/tokens/new?a%3D1"
    wrong = admin.post(answer.headers["Location"], {"proof": "wrong"})
    assert wrong.status_code == 403
    assert "That is not right. Try again." in wrong.text
    assert admin.get("/admin/tokens/new").status_code == 303
    right = admin.post(answer.headers["Location"], {"proof": PASSWORD})
    assert right.headers["Location"] == "/admin/tokens/new?a=1"
    assert admin.get("/admin/tokens/new").status_code == 200
    rest(clock)
    assert admin.get("/admin/tokens/new").status_code == 303


def test_a_form_waits_for_the_password_and_loses_nothing(
    admin: SignedIn, register: Register, clock: FrozenClock
) -> None:
    rest(clock)
    form = {"name": 'Zoë "&" <b>', "scopes": ["marks:read", "courses:read"], "ends": "30"}
    asked = admin.post("/admin/tokens/new", form)
    assert asked.status_code == 403
    assert "Enter your password" in asked.text
    assert register.api_tokens.all() == []
    wrong = admin.post("/admin/tokens/new", form | {"proof": "wrong"})
    assert "That is not right. Try again." in wrong.text
    assert register.api_tokens.all() == []
    action = ACTION.search(wrong.text)
    assert action is not None
    waiting: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(wrong.text):
        if name != "csrf_token":
            waiting.setdefault(name, []).append(html.unescape(value))
    assert waiting == {"name": [form["name"]], "scopes": form["scopes"], "ends": ["30"]}
    made = admin.post(html.unescape(action[1]), {**waiting, "proof": PASSWORD})
    assert made.status_code == 200
    (token,) = register.api_tokens.all()
    assert (token.name, token.scopes) == (form["name"], ("courses:read", "marks:read"))


def test_accounts_and_roles_are_not_changed_without_it(
    admin: SignedIn, teacher: SignedIn, register: Register, clock: FrozenClock
) -> None:
    rest(clock)
    path = f"/admin/accounts/{teacher.user.id}"
    for form, address in (
        ({"name": "Grace", "role": "admin"}, path),
        ({}, f"{path}/off"),
        ({}, f"{path}/link"),
        ({}, f"{path}/second-factor"),
        ({"name": "New", "username": "new", "role": "admin"}, "/admin/accounts/new"),
    ):
        assert admin.post(address, form).status_code == 403
    assert {user.id: user for user in register.accounts.all()} == {
        user.id: user for user in (admin.user, teacher.user)
    }


def test_guessing_is_slowed_down(admin: SignedIn, clock: FrozenClock) -> None:
    rest(clock)
    for _ in range(5):
        assert "not right" in admin.post(PROOF_PAGE, {"proof": "guess"}).text
        clock.advance(milliseconds=1)
    assert "Too many failed attempts." in admin.post(PROOF_PAGE, {"proof": PASSWORD}).text


def test_a_proof_belongs_to_one_browser(admin: SignedIn, app: Flask, clock: FrozenClock) -> None:
    rest(clock)
    SignedIn(app, admin.user)
    assert admin.get("/admin/tokens/new").status_code == 303


def test_a_code_of_the_app_is_a_proof_too(admin: SignedIn, clock: FrozenClock) -> None:
    app, _codes = add_factor(admin, clock)
    rest(clock)
    page = admin.get(PROOF_PAGE)
    assert "Password, or a code from the app" in page.text
    assert admin.post(PROOF_PAGE, {"proof": "000000"}).status_code == 403
    assert admin.post(PROOF_PAGE, {"proof": app.shows()}).status_code == 303
    assert admin.get("/admin/tokens/new").status_code == 200


def test_a_file_is_offered_after_the_password(
    teacher: SignedIn, register: Register, clock: FrozenClock
) -> None:
    session = register.sessions.today()
    path = f"/teach/reports/sessions/{session.id}/file/csv"
    rest(clock)
    asked = teacher.get(path)
    assert asked.headers["Location"].startswith(PROOF_PAGE)
    ready = teacher.post(asked.headers["Location"], {"proof": PASSWORD})
    assert ready.status_code == 200
    link = re.search(r'<a class="button main" href="([^"]+/file/csv)"', ready.text)
    assert link is not None
    assert teacher.get(html.unescape(link[1])).mimetype == "text/csv"


def test_a_script_is_told(admin: SignedIn, clock: FrozenClock) -> None:
    rest(clock)
    answer = admin.get("/admin/tokens/new", headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert answer.get_json()["title"] == "Enter your password first"


def test_the_form_of_another_site_is_refused_before_anything_is_asked(
    admin: SignedIn, clock: FrozenClock
) -> None:
    rest(clock)
    answer = admin.post("/admin/tokens/new", {"proof": PASSWORD}, csrf=False)
    assert answer.status_code == 400


@pytest.mark.parametrize("target", ["https://evil.example/teach/", "//evil.example/", "/logout"])
def test_a_proof_leads_to_no_other_place(admin: SignedIn, target: str) -> None:
    answer = admin.post(f"{PROOF_PAGE}?next={target}", {"proof": PASSWORD})
    assert answer.headers["Location"] == "/teach/"
