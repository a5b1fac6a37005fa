"""The admin's pages about accounts, the first admin, and choosing a password."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import ip_network

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from attendance.register import Register
from attendance.values import Role
from client import create_app
from client.teacher.accounts.first_admin import setup_path
from tests.attendance.frozen_clock import FrozenClock
from tests.client.signed_in import PASSWORD, TOKEN, SignedIn, SignIn

LINK = re.compile(r'id="link">([^<]+)<')
GOOD = {"name": "Grace Hopper", "username": "grace", "password": PASSWORD, "again": PASSWORD}


def fill_in(app: Flask, path: str, data: dict[str, str]) -> TestResponse:
    """Open a page that needs no login, fill in its form and send it."""
    browser = app.test_client()
    page = browser.get(path)
    found = TOKEN.search(page.text)
    return browser.post(path, data=data | {"csrf_token": found[1]}) if found else page


def test_the_printed_link_makes_the_first_admin_and_logs_them_in(app: Flask, register: Register) -> None:
    path = setup_path(register)
    assert path is not None
    answer = fill_in(app, path, GOOD)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/teach/account/second-factor", "an admin is asked for one"
    (user,) = register.accounts.all()
    assert (user.username, user.role) == ("grace", Role.ADMIN)
    assert fill_in(app, path, GOOD | {"username": "another"}).status_code == 410
    assert setup_path(register) is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"again": "something else"}, "don&#39;t match"),
        ({"password": "short", "again": "short"}, "at least 15"),
        ({"password": "gracehopper-1906", "again": "gracehopper-1906"}, "your own name"),
        ({"username": "Grace Hopper!"}, "is not valid"),
        ({"name": ""}, "The name must have"),
    ],
)
def test_what_will_not_do_is_said_and_the_link_goes_on_working(
    app: Flask, register: Register, change: dict[str, str], sentence: str
) -> None:
    path = setup_path(register)
    assert path is not None
    answer = fill_in(app, path, GOOD | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert fill_in(app, path, GOOD).status_code == 303


def test_an_old_link_and_a_made_up_one_do_not_work(
    app: Flask, register: Register, clock: FrozenClock
) -> None:
    path = setup_path(register)
    assert path is not None
    assert fill_in(app, "/setup/made-up", GOOD).status_code == 410
    clock.advance(hours=24)
    assert fill_in(app, path, GOOD).status_code == 410
    assert register.accounts.all() == []


def test_an_admin_adds_a_teacher_who_chooses_a_password(app: Flask, admin: SignedIn) -> None:
    page = admin.post("/admin/accounts/new", {"name": "Grace Hopper", "username": "Grace", "role": "teacher"})
    found = LINK.search(page.text)
    assert found
    assert found[1].startswith("http://localhost/welcome/")
    path = found[1].removeprefix("http://localhost")
    assert "No password yet" in admin.get("/admin/accounts/").text
    short = fill_in(app, path, {"password": "short", "again": "short"})
    assert short.status_code == 422
    assert fill_in(app, path, {"password": PASSWORD, "again": "another"}).status_code == 422
    assert fill_in(app, path, {"password": PASSWORD, "again": PASSWORD}).status_code == 303
    assert fill_in(app, path, {"password": PASSWORD, "again": PASSWORD}).status_code == 410
    assert "No password yet" not in admin.get("/admin/accounts/").text


def test_a_link_for_others_has_the_public_address(app: Flask, admin: SignedIn, teacher: SignedIn) -> None:
    app.config["PUBLIC_URL"] = "https://attendance.example"
    page = admin.post(f"/admin/accounts/{teacher.user.id}/link")
    assert "https://attendance.example/welcome/" in page.text
    app.config["PUBLIC_URL"] = "http://192.168.1.20:8080"
    assert "only on this computer" in admin.post(f"/admin/accounts/{teacher.user.id}/link").text


def test_a_name_is_given_once(admin: SignedIn, teacher: SignedIn) -> None:
    data = {"name": "Somebody", "username": teacher.user.username.upper(), "role": "teacher"}
    answer = admin.post("/admin/accounts/new", data)
    assert answer.status_code == 422
    assert "is taken. Choose another one." in answer.text
    assert admin.post("/admin/accounts/new", data | {"username": "x", "role": "king"}).status_code == 422


def test_an_account_is_changed_switched_off_and_on(
    admin: SignedIn, teacher: SignedIn, register: Register, sign_in: SignIn
) -> None:
    path = f"/admin/accounts/{teacher.user.id}"
    assert admin.post(path, {"name": "Grace Hopper", "role": "admin"}).status_code == 303
    changed = register.accounts.get(teacher.user.id)
    assert (changed.name, changed.role) == ("Grace Hopper", Role.ADMIN)
    assert admin.post(path, {"name": "", "role": "admin"}).status_code == 422
    assert admin.post(f"{path}/off").status_code == 303
    assert "can no longer log in" in admin.get(path).text
    assert teacher.get("/teach/account/").status_code == 303
    assert admin.post(f"{path}/on").status_code == 303
    assert sign_in(teacher.user).get("/admin/accounts/").status_code == 200


def test_the_last_admin_stays(admin: SignedIn, register: Register) -> None:
    path = f"/admin/accounts/{admin.user.id}"
    for answer in (
        admin.post(path, {"name": "Still here", "role": "teacher"}),
        admin.post(f"{path}/off"),
    ):
        assert answer.status_code == 409
        assert "last admin" in answer.text
    assert register.accounts.get(admin.user.id) == admin.user


def test_an_account_that_is_not_there_is_said(admin: SignedIn) -> None:
    answer = admin.get("/admin/accounts/unknown")
    assert answer.status_code == 404
    assert "There is no such account." in answer.text


def test_the_navigation_leads_where_one_may_go(admin: SignedIn, teacher: SignedIn) -> None:
    assert 'href="/admin/accounts/"' in admin.get("/teach/account/").text
    assert 'href="/admin/accounts/"' not in teacher.get("/teach/account/").text


def test_names_are_shown_as_text(admin: SignedIn) -> None:
    data = {"name": "<b>Grace</b>", "username": "grace", "role": "teacher"}
    admin.post("/admin/accounts/new", data)
    assert "<b>Grace" not in admin.get("/admin/accounts/").text


def test_what_is_wrong_with_a_username_stands_beside_it(app: Flask, register: Register) -> None:
    path = setup_path(register)
    assert path is not None
    page = fill_in(app, path, GOOD | {"username": "Grace Hopper!"}).text
    assert page.index('id="username"') < page.index("is not valid") < page.index('id="password"')


def test_a_first_link_that_ended_says_where_the_next_one_is(
    app: Flask, register: Register, clock: FrozenClock
) -> None:
    path = setup_path(register)
    assert path is not None
    clock.advance(hours=24)
    assert "Restart the server: it prints a new one" in app.test_client().get(path).text
    path = setup_path(register)
    assert path is not None
    assert fill_in(app, path, GOOD).status_code == 303
    assert "Log in, or ask them for an account." in app.test_client().get(path).text


def test_who_switches_an_admin_off_reads_of_the_tokens(
    admin: SignedIn, teacher: SignedIn, sign_in: SignIn
) -> None:
    sentence = "API tokens that they created keep working"
    assert sentence in admin.get(f"/admin/accounts/{sign_in(role=Role.ADMIN).user.id}").text
    assert sentence not in admin.get(f"/admin/accounts/{teacher.user.id}").text


def test_behind_a_proxy_on_this_computer_no_page_sends_anybody_to_localhost(register: Register) -> None:
    register.settings = replace(register.settings, trusted_proxies=(ip_network("127.0.0.1"),))
    browser, path = create_app(register=register).test_client(), setup_path(register)
    assert path is not None
    direct = browser.get(path)
    assert direct.status_code == 403
    assert "Open the https address of the proxy" in direct.text
    assert "localhost" not in direct.text
    through = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "Host": "school.example"}
    proxied = browser.get(path, headers=through)
    assert proxied.status_code == 403
    assert "create_database add-teacher NAME --admin" in proxied.text
