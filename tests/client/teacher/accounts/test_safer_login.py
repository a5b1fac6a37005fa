"""Accounts with passwords from before: nobody is locked out, and nothing opens before the login is safer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from attendance.accounts.passwords import Passwords
from attendance.register import Register
from attendance.values import Role, User
from client.access.roles import Access, Pages
from tests.attendance.cheap_hashes import CHEAP
from tests.attendance.frozen_clock import FrozenClock
from tests.client.signed_in import PASSWORD, TOKEN
from tests.client.teacher.accounts.test_second_factor import KEY, SEALED, app_for

SHORT = "a wet sponge"
SAFER = "/teach/account/safer"


def with_password(register: Register, password: str, role: Role = Role.TEACHER) -> User:
    """An account whose password was chosen when shorter ones were allowed, as the migration leaves it."""
    user = register.accounts.add("grace", "Grace Hopper", role, password=PASSWORD)
    kept = Passwords(CHEAP).hash(password)
    older = replace(user, password_hash=kept, strong_password=False, version=user.version + 1)
    assert register.store.replace_user(older)
    return older


def log_in(client: FlaskClient, password: str, query: str = "") -> TestResponse:
    found = TOKEN.search(client.get("/login").text)
    assert found
    data = {"csrf_token": found[1], "username": "grace", "password": password}
    return client.post(f"/login{query}", data=data)


def token(client: FlaskClient, path: str) -> str:
    found = TOKEN.search(client.get(path).text)
    assert found
    return found[1]


@pytest.mark.parametrize("role", Role)
def test_who_has_a_short_password_is_asked_for_a_better_one_before_anything_else(
    app: Flask, register: Register, role: Role
) -> None:
    with_password(register, SHORT, role)
    browser = app.test_client()
    assert log_in(browser, SHORT, "?next=/teach/students/").headers["Location"] == "/teach/students/"
    answer = browser.get("/teach/students/")
    assert answer.headers["Location"] == f"{SAFER}?next=/teach/students/"
    page = browser.get(answer.headers["Location"]).text
    assert "Your password is short or easy to guess." in page
    assert 'href="/teach/students/"' not in page, "the navigation would lead nowhere"
    data = {"csrf_token": token(browser, SAFER), "password": PASSWORD, "again": PASSWORD}
    answer = browser.post(f"{SAFER}?next=/teach/students/", data=data)
    assert answer.headers["Location"] == "/teach/students/"
    assert browser.get("/teach/students/").status_code == 200
    assert browser.get(SAFER).headers["Location"] == "/teach/"


def test_no_page_and_no_form_opens_before(app: Flask, register: Register) -> None:
    with_password(register, SHORT, Role.ADMIN)
    browser = app.test_client()
    log_in(browser, SHORT)
    allowed = {"safer_login", "second_factor", "proof"}
    open_ones = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if isinstance(pages := app.blueprints.get(rule.endpoint.rpartition(".")[0]), Pages)
        and pages.access is not Access.EVERYBODY
        and "GET" in (rule.methods or ())
        and browser.get(_address(app, rule.endpoint, rule.arguments)).headers.get("Location", "")[:20]
        != SAFER[:20]
    }
    assert {endpoint.partition(".")[0] for endpoint in open_ones} == allowed
    assert browser.post("/teach/account/name", data={"name": "X"}).headers["Location"] == SAFER
    assert browser.get("/teach/", headers={"Accept": "application/json"}).status_code == 401
    assert register.accounts.all()[0].name == "Grace Hopper"


def _address(app: Flask, endpoint: str, arguments: set[str]) -> str:
    with app.test_request_context():
        values = {name: 1 if name == "number" else "unknown" for name in arguments}
        return app.url_map.bind("localhost").build(endpoint, values)


def test_a_second_factor_is_the_other_way(app: Flask, register: Register, clock: FrozenClock) -> None:
    user = with_password(register, SHORT)
    browser = app.test_client()
    log_in(browser, SHORT)
    page = browser.get("/teach/account/second-factor?next=/teach/students/").text
    sealed = SEALED.search(page)
    assert KEY.search(page)
    assert sealed is not None
    data = {
        "csrf_token": token(browser, SAFER),
        "sealed": sealed[1],
        "code": app_for(page, clock).shows(),
    }
    added = browser.post("/teach/account/second-factor?next=/teach/students/", data=data)
    assert 'href="/teach/students/"' in added.text
    assert browser.get("/teach/students/").status_code == 200
    assert not register.accounts.get(user.id).is_weak
    browser.post("/teach/account/second-factor/remove", data={"csrf_token": data["csrf_token"]})
    assert browser.get("/teach/students/").headers["Location"].startswith(SAFER)


def test_later_is_no_way_around_it(app: Flask, register: Register) -> None:
    user = with_password(register, SHORT, Role.ADMIN)
    browser = app.test_client()
    log_in(browser, SHORT)
    assert "Later" not in browser.get("/teach/account/second-factor").text
    data = {"csrf_token": token(browser, SAFER)}
    assert browser.post("/teach/account/second-factor/later", data=data).headers["Location"] == SAFER
    assert not register.accounts.get(user.id).asked_for_factor


@pytest.mark.parametrize("password", [PASSWORD, "a sponge and a bucket"])
def test_who_had_a_good_password_notices_nothing(app: Flask, register: Register, password: str) -> None:
    user = with_password(register, password)
    browser = app.test_client()
    log_in(browser, password)
    assert browser.get("/teach/students/").status_code == 200
    assert register.accounts.get(user.id).strong_password


def test_a_long_password_that_is_common_is_asked_about_too(app: Flask, register: Register) -> None:
    with_password(register, "passwordpassword")
    browser = app.test_client()
    log_in(browser, "passwordpassword")
    assert browser.get("/teach/students/").headers["Location"].startswith(SAFER)


def test_a_password_that_will_not_do_is_refused_with_a_reason(app: Flask, register: Register) -> None:
    with_password(register, SHORT)
    browser = app.test_client()
    log_in(browser, SHORT)
    for new, again, sentence in (
        ("short", "short", "at least 15"),
        (PASSWORD, "another", "don&#39;t match"),
        ("passwordpassword", "passwordpassword", "easy to guess"),
    ):
        data = {"csrf_token": token(browser, SAFER), "password": new, "again": again}
        answer = browser.post(SAFER, data=data)
        assert answer.status_code == 422
        assert sentence in answer.text


def test_logging_out_is_always_possible(app: Flask, register: Register) -> None:
    user = with_password(register, SHORT)
    browser = app.test_client()
    log_in(browser, SHORT)
    browser.post("/logout", data={"csrf_token": token(browser, SAFER)})
    assert register.logins.of(register.accounts.get(user.id)) == []
    assert browser.get(SAFER).headers["Location"].startswith("/login")


def test_a_live_camera_does_not_open_either(app: Flask, register: Register) -> None:
    with_password(register, SHORT)
    browser = app.test_client()
    log_in(browser, SHORT)
    answer = browser.get("/student_attendance", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 401


def test_a_new_password_waits_in_no_page_for_the_old_one(
    app: Flask, register: Register, clock: FrozenClock
) -> None:
    user = with_password(register, SHORT)
    browser = app.test_client()
    log_in(browser, SHORT)
    typed = {"csrf_token": token(browser, SAFER), "password": PASSWORD, "again": PASSWORD}
    clock.advance(minutes=10)
    asked = browser.post(f"{SAFER}?next=/teach/students/", data=typed)
    assert PASSWORD not in asked.text
    there = asked.headers["Location"]
    page = browser.get(there).text
    assert "then choose the new one again" in page
    assert PASSWORD not in page
    assert register.accounts.get(user.id).password_hash == user.password_hash
    proof = {"csrf_token": token(browser, there), "proof": SHORT}
    back = browser.post(there, data=proof).headers["Location"]
    assert back == f"{SAFER}?next=/teach/students/"
    answer = browser.post(back, data=typed | {"csrf_token": token(browser, back)})
    assert answer.headers["Location"] == "/teach/students/"
