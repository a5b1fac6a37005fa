"""Adding a second factor, logging in with it, and losing it, as a person at a browser does."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from attendance.accounts import totp
from attendance.register import Register
from attendance.values import Role, User
from tests.attendance.authenticator_app import AuthenticatorApp
from tests.attendance.frozen_clock import FrozenClock
from tests.client.signed_in import PASSWORD, TOKEN, SignedIn, SignIn

HERE = "/teach/account/second-factor"
SEALED = re.compile(r'name="sealed"[^>]* value="([^"]+)"')
KEY = re.compile(r'<p class="code">([A-Z2-7 ]+)</p>')
CODE = re.compile(r"(?:[2-9a-z]{4}-){3}[2-9a-z]{4}")


def app_for(page: str, clock: FrozenClock) -> AuthenticatorApp:
    """An app that was given the key on the page."""
    found = KEY.search(page)
    assert found, page
    return AuthenticatorApp(found[1], clock)


def add_factor(browser: SignedIn, clock: FrozenClock) -> tuple[AuthenticatorApp, list[str]]:
    """Add an app through the page; the app, and the recovery codes that are shown."""
    page = browser.get(HERE).text
    app, sealed = app_for(page, clock), SEALED.search(page)
    assert sealed is not None
    answer = browser.post(HERE, {"sealed": sealed[1], "code": app.shows()})
    assert answer.status_code == 200, answer.text
    clock.advance(seconds=totp.STEP)
    return app, CODE.findall(answer.text)


def send(client: FlaskClient, path: str, data: dict[str, str]) -> TestResponse:
    """Fill in the form of a page that needs no login."""
    found = TOKEN.search(client.get(path).text)
    assert found
    return client.post(path, data={"csrf_token": found[1], **data})


def password(client: FlaskClient, user: User, query: str = "") -> TestResponse:
    """The first step of a login."""
    return send(client, f"/login{query}", {"username": user.username, "password": PASSWORD})


def test_the_page_shows_a_code_to_scan_and_a_key_to_type(teacher: SignedIn) -> None:
    page = teacher.get(HERE).text
    assert 'src="data:image/svg+xml;base64,' in page
    assert KEY.search(page)
    assert "Later" not in page


def test_a_wrong_first_code_keeps_the_key(teacher: SignedIn, register: Register, clock: FrozenClock) -> None:
    page = teacher.get(HERE).text
    sealed = SEALED.search(page)
    assert sealed is not None
    again = teacher.post(HERE, {"sealed": sealed[1], "code": "000000"})
    assert again.status_code == 422
    assert "doesn&#39;t match" in again.text
    assert app_for(again.text, clock).shows() == app_for(page, clock).shows()
    assert register.accounts.get(teacher.user.id).second_factor is None


def test_after_the_password_a_code_is_asked_for(app: Flask, teacher: SignedIn, clock: FrozenClock) -> None:
    on_the_phone, _ = add_factor(teacher, clock)
    browser = app.test_client()
    answer = password(browser, teacher.user, "?next=/teach/students/")
    assert answer.headers["Location"] == "/login/code?next=/teach/students/"
    assert browser.get("/teach/account/").headers["Location"].startswith("/login")
    code = on_the_phone.shows()
    answer = send(browser, "/login/code?next=/teach/students/", {"code": code})
    assert answer.headers["Location"] == "/teach/students/"
    assert browser.get("/teach/account/").status_code == 200
    another = app.test_client()
    password(another, teacher.user)
    used = send(another, "/login/code", {"code": code})
    assert used.status_code == 401
    assert "Each code works once" in used.text
    assert another.get("/teach/account/").status_code == 303


def test_a_code_without_a_password_opens_nothing(app: Flask, teacher: SignedIn, clock: FrozenClock) -> None:
    on_the_phone, codes = add_factor(teacher, clock)
    browser = app.test_client()
    assert browser.get("/login/code").headers["Location"] == "/teach/"
    found = TOKEN.search(browser.get("/login").text)
    assert found
    for code in (on_the_phone.shows(), codes[0]):
        answer = browser.post("/login/code", data={"csrf_token": found[1], "code": code})
        assert answer.headers["Location"] == "/teach/"
    assert browser.get("/teach/").headers["Location"].startswith("/login")


@pytest.mark.parametrize("what", ["time", "password", "switched off"])
def test_the_password_counts_for_five_minutes_and_while_it_is_the_password(
    app: Flask, teacher: SignedIn, register: Register, clock: FrozenClock, what: str
) -> None:
    on_the_phone, _ = add_factor(teacher, clock)
    browser = app.test_client()
    password(browser, teacher.user)
    if what == "time":
        clock.advance(minutes=5)
    elif what == "password":
        register.accounts.set_password(teacher.user.id, "a sponge and a bucket")
    else:
        register.accounts.change(teacher.user.id, active=False)
    found = TOKEN.search(browser.get("/login").text)
    assert found
    browser.post("/login/code", data={"csrf_token": found[1], "code": on_the_phone.shows()})
    assert browser.get("/teach/account/").status_code == 303


def test_guessing_codes_is_slowed_down(app: Flask, teacher: SignedIn, clock: FrozenClock) -> None:
    on_the_phone, _ = add_factor(teacher, clock)
    browser = app.test_client()
    password(browser, teacher.user)
    for guess in range(5):
        assert send(browser, "/login/code", {"code": f"00000{guess}"}).status_code == 401
        clock.advance(milliseconds=1)
    delayed = send(browser, "/login/code", {"code": on_the_phone.shows()})
    assert delayed.status_code == 429
    assert delayed.headers["Retry-After"] == "1"


def test_a_recovery_code_logs_in_once_and_says_how_many_are_left(
    app: Flask, teacher: SignedIn, clock: FrozenClock
) -> None:
    _, codes = add_factor(teacher, clock)
    assert len(codes) == 10
    assert codes[0] not in teacher.get("/teach/account/").text, "they are shown once"
    browser = app.test_client()
    password(browser, teacher.user)
    assert send(browser, "/login/code", {"code": codes[0]}).status_code == 303
    assert "You have 9 recovery codes left." in browser.get("/teach/").text
    again = app.test_client()
    password(again, teacher.user)
    assert send(again, "/login/code", {"code": codes[0]}).status_code == 401


def test_adding_a_second_factor_logs_the_other_browsers_out(
    teacher: SignedIn, sign_in: SignIn, clock: FrozenClock
) -> None:
    elsewhere = sign_in(teacher.user)
    add_factor(teacher, clock)
    assert teacher.get("/teach/account/").status_code == 200
    assert elsewhere.get("/teach/account/").status_code == 303


def test_recovery_codes_are_created_again_and_the_factor_is_removed(
    app: Flask, teacher: SignedIn, register: Register, clock: FrozenClock
) -> None:
    _, codes = add_factor(teacher, clock)
    new = CODE.findall(teacher.post(f"{HERE}/codes").text)
    assert len({*codes, *new}) == 20
    assert teacher.post(f"{HERE}/remove").headers["Location"] == "/teach/account/"
    assert register.accounts.get(teacher.user.id).second_factor is None
    assert password(app.test_client(), teacher.user).headers["Location"] == "/teach/"


def test_a_link_for_a_new_password_does_not_replace_the_second_factor(
    app: Flask, teacher: SignedIn, register: Register, clock: FrozenClock
) -> None:
    on_the_phone, _ = add_factor(teacher, clock)
    path = f"/welcome/{teacher.user.id}/{register.password_links.new(teacher.user.id)}"
    browser = app.test_client()
    assert "At least 10 characters" in browser.get(path).text
    answer = send(browser, path, {"password": "a wet sponge", "again": "a wet sponge"})
    assert answer.headers["Location"] == "/login/code"
    assert browser.get("/teach/account/").status_code == 303
    assert send(browser, "/login/code", {"code": on_the_phone.shows()}).headers["Location"] == "/teach/"


def test_an_admin_removes_a_lost_second_factor(
    app: Flask, admin: SignedIn, teacher: SignedIn, register: Register, clock: FrozenClock
) -> None:
    path = f"/admin/accounts/{teacher.user.id}"
    assert "Remove the second factor" not in admin.get(path).text
    add_factor(teacher, clock)
    assert "Remove the second factor" in admin.get(path).text
    assert admin.get("/admin/accounts/").text.count("On</span>") == 1
    assert admin.post(f"{path}/second-factor").headers["Location"] == path
    assert register.accounts.get(teacher.user.id).second_factor is None
    assert teacher.get("/teach/account/").status_code == 303
    assert password(app.test_client(), teacher.user).headers["Location"] == "/teach/"
    assert teacher.post(f"{path}/second-factor", csrf=False).status_code in {303, 400}


def test_an_admin_is_asked_for_one_at_the_first_login_and_may_wait(
    app: Flask, register: Register, clock: FrozenClock
) -> None:
    user = register.accounts.add("grace", "Grace Hopper", Role.ADMIN, password=PASSWORD)
    browser = app.test_client()
    for _ in range(2):  # until it is decided
        answer = password(browser, user, "?next=/admin/accounts/")
        assert answer.headers["Location"] == f"{HERE}?next=/admin/accounts/"
        page = browser.get(answer.headers["Location"]).text
        assert "Later" in page
        token = TOKEN.search(page)
        assert token is not None
        clock.advance(hours=13)
    password(browser, user)
    token = TOKEN.search(browser.get(HERE).text)
    assert token is not None
    answer = browser.post(f"{HERE}/later?next=/admin/accounts/", data={"csrf_token": token[1]})
    assert answer.headers["Location"] == "/admin/accounts/"
    assert password(app.test_client(), user, "?next=/admin/").headers["Location"] == "/admin/"
    assert "Later" not in browser.get(HERE).text


def test_a_teacher_is_not_asked(app: Flask, register: Register) -> None:
    user = register.accounts.add("grace", "Grace Hopper", Role.TEACHER, password=PASSWORD)
    browser = app.test_client()
    assert password(browser, user).headers["Location"] == "/teach/"
    assert "Add a second factor" in browser.get("/teach/account/").text


@pytest.mark.parametrize("role", Role)
def test_who_has_lost_everything_reads_the_way_out(
    app: Flask, sign_in: SignIn, clock: FrozenClock, role: Role
) -> None:
    somebody = sign_in(role=role)
    add_factor(somebody, clock)
    browser = app.test_client()
    password(browser, somebody.user)
    page = browser.get("/login/code").text
    assert "Ask an admin to remove the second factor" in page
    command = f"create_database add-teacher {somebody.user.username} --remove-second-factor"
    assert (command in page) is (role is Role.ADMIN)


def test_who_looks_for_the_phone_for_long_reads_why_the_password_is_asked_for_again(
    app: Flask, teacher: SignedIn, clock: FrozenClock
) -> None:
    on_the_phone, _ = add_factor(teacher, clock)
    browser = app.test_client()
    password(browser, teacher.user)
    found = TOKEN.search(browser.get("/login/code").text)
    assert found
    clock.advance(minutes=5)
    sent = {"csrf_token": found[1], "code": on_the_phone.shows()}
    answer = browser.post("/login/code", data=sent, follow_redirects=True)
    assert answer.request.path == "/login"
    assert "The password counts for five minutes." in answer.text
