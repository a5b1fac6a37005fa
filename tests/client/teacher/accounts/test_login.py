"""Logging in and out, as a person at a browser sees it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from attendance.register import Register
from attendance.values import Role
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import Phone
from tests.client.signed_in import PASSWORD, TOKEN, SignedIn, SignIn

LAN = "http://192.168.1.20:8080"
HTTPS = "https://attendance.example"
WRONG = "Wrong username or password."


def attempt(
    client: FlaskClient, username: str, password: str, query: str = "", base: str = HTTPS
) -> TestResponse:
    """Log in from another machine; the answer."""
    page = client.get("/login", base_url=base)
    found = TOKEN.search(page.text)
    assert found, page.text
    data = {"csrf_token": found[1], "username": username, "password": password}
    return client.post(f"/login{query}", data=data, base_url=base)


def test_who_logs_in_comes_to_todays_classes(app: Flask, register: Register) -> None:
    register.accounts.add("grace", "Grace Hopper", Role.TEACHER, password=PASSWORD)
    answer = attempt(app.test_client(), " Grace ", PASSWORD)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/teach/"


def test_a_login_leads_back_to_where_it_was_asked_for(app: Flask, teacher: SignedIn) -> None:
    visitor = app.test_client()
    refused = visitor.get("/teach/account/?tab=2", base_url=HTTPS)
    assert refused.status_code == 303
    assert refused.headers["Location"] == "/login?next=/teach/account/?tab%3D2"
    answer = attempt(visitor, teacher.user.username, PASSWORD, "?next=/teach/account/?tab%3D2")
    assert answer.headers["Location"] == "/teach/account/?tab=2"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/teach/",
        "//evil.example/teach/",
        "/\\evil.example/teach/",
        "/teach/\\evil",
        "/teach//evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/teacher-of-somebody-else",
        "/",
        "/logout",
        "teach/",
    ],
)
def test_a_login_leads_to_no_other_place(app: Flask, teacher: SignedIn, target: str) -> None:
    client = app.test_client()
    page = client.get("/login", base_url=HTTPS, query_string={"next": target})
    found = TOKEN.search(page.text)
    assert found
    data = {"csrf_token": found[1], "username": teacher.user.username, "password": PASSWORD}
    answer = client.post("/login", data=data, base_url=HTTPS, query_string={"next": target})
    assert answer.headers["Location"] == "/teach/"


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(app: Flask, register: Register) -> None:
    user = register.accounts.add("grace", "Grace Hopper", Role.TEACHER, password=PASSWORD)
    answers = [attempt(app.test_client(), name, "wrong") for name in ("grace", "nobody")]
    register.accounts.change(user.id, active=False)
    answers.append(attempt(app.test_client(), "grace", PASSWORD))
    assert {answer.status_code for answer in answers} == {401}
    pages = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(pages) == 1
    assert WRONG in pages.pop()


def test_the_password_never_stands_in_the_page(app: Flask) -> None:
    assert "do not show me" not in attempt(app.test_client(), "grace", "do not show me").text


def test_many_failures_slow_a_name_down_and_a_wait_lets_it_in(
    app: Flask, register: Register, clock: FrozenClock
) -> None:
    register.accounts.add("grace", "Grace Hopper", Role.TEACHER, password=PASSWORD)
    client = app.test_client()
    for _ in range(5):
        assert attempt(client, "grace", "wrong").status_code == 401
        clock.advance(milliseconds=1)
    delayed = attempt(client, "grace", PASSWORD)
    assert delayed.status_code == 429
    assert delayed.headers["Retry-After"] == "1"
    clock.advance(seconds=1)
    assert attempt(client, "grace", PASSWORD).status_code == 303


def test_guesses_from_elsewhere_keep_nobody_out_who_was_in_before(
    app: Flask, register: Register, clock: FrozenClock
) -> None:
    register.accounts.add("grace", "Grace Hopper", Role.TEACHER, password=PASSWORD)
    hers = app.test_client()
    assert attempt(hers, "grace", PASSWORD).status_code == 303
    for _ in range(9):
        attempt(app.test_client(), "grace", "guess")
        clock.advance(milliseconds=1)
    assert attempt(app.test_client(), "grace", PASSWORD).status_code == 429
    hers.delete_cookie("__Host-attendance_login", domain="attendance.example")
    assert attempt(hers, "grace", PASSWORD).status_code == 303
    at_the_server = attempt(app.test_client(), "grace", PASSWORD, base="http://localhost")
    assert at_the_server.status_code == 303


def test_over_plain_http_from_elsewhere_nobody_is_asked_for_a_password(app: Flask) -> None:
    for path in ("/login", "/teach/account/"):
        page = app.test_client().get(path, base_url=LAN)
        assert page.status_code == 403
        assert "--tls" in page.text
        assert "--public" in page.text
        assert "password" not in re.sub(r"<p.*?</p>", "", page.text)
    posted = app.test_client().post("/login", data={"username": "a", "password": "b"}, base_url=LAN)
    assert posted.status_code == 403


def test_a_tunnel_that_is_not_up_is_no_excuse(app: Flask) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.5"}
    assert app.test_client().get("/login", headers=headers).status_code == 403
    app.extensions["tunnel"] = lambda: True
    assert app.test_client().get("/login", headers=headers).status_code == 200


@pytest.mark.parametrize(("base", "secure"), [(HTTPS, True), ("http://localhost", False)])
def test_the_cookie_is_for_the_server_alone(
    app: Flask,
    teacher: SignedIn,
    base: str,
    secure: bool,  # noqa: FBT001
) -> None:
    answer = attempt(app.test_client(), teacher.user.username, PASSWORD, base=base)
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-attendance_") is secure
        assert "Domain" not in cookie
        assert "Path=/;" in f"{cookie};" or not secure
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is secure


def test_who_logs_out_is_out(teacher: SignedIn) -> None:
    assert teacher.get("/teach/account/").status_code == 200
    assert teacher.post("/logout").headers["Location"] == "/login"
    assert "You are logged out." in teacher.get("/login").text
    assert teacher.get("/teach/account/").status_code == 303


def test_a_login_that_was_ended_stays_ended_for_a_copied_cookie(app: Flask, teacher: SignedIn) -> None:
    copied = teacher.client.get_cookie("attendance_login")
    assert copied is not None
    teacher.post("/logout")
    thief = app.test_client()
    thief.set_cookie("attendance_login", copied.value)
    assert thief.get("/teach/account/").headers["Location"].startswith("/login")


def test_logging_in_again_ends_the_browsers_earlier_login(
    app: Flask, teacher: SignedIn, register: Register
) -> None:
    teacher.client.get("/login")
    first = register.logins.of(teacher.user)
    page = teacher.client.get("/teach/account/").text
    token = TOKEN.search(page)
    assert token is not None
    data = {"csrf_token": token[1], "username": teacher.user.username, "password": PASSWORD}
    assert teacher.client.post("/login", data=data).status_code == 303
    assert len(first) == len(register.logins.of(teacher.user)) == 1
    assert first != register.logins.of(teacher.user)


def test_a_cookie_from_before_logins_were_kept_on_the_server_breaks_no_page(
    app: Flask, teacher: SignedIn, clock: FrozenClock
) -> None:
    old = app.test_client()
    with old.session_transaction() as cookie:
        milliseconds = round(teacher.user.password_changed_at.timestamp() * 1000)
        cookie.update(
            _user_id=f"{teacher.user.id}.{milliseconds}",
            seen=int(clock.now().timestamp()),
            login="an old number",
            kiosk=["a session", True],
        )
    assert old.get("/teach/").headers["Location"].startswith("/login")
    assert old.get("/login").status_code == 200
    answer = attempt(old, teacher.user.username, PASSWORD, base="http://localhost")
    assert answer.headers["Location"] == "/teach/"
    assert old.get("/teach/account/").status_code == 200


def test_a_login_ends_after_seven_days_however_much_it_is_used(teacher: SignedIn, clock: FrozenClock) -> None:
    for _ in range(15):
        assert teacher.get("/teach/account/").status_code == 200
        clock.advance(hours=11)
    clock.advance(hours=3)
    assert teacher.get("/teach/account/").status_code == 303


def test_a_login_ends_after_twelve_hours_of_rest(teacher: SignedIn, clock: FrozenClock) -> None:
    clock.advance(hours=11)
    assert teacher.get("/teach/account/").status_code == 200
    clock.advance(hours=11)
    assert teacher.get("/teach/account/").status_code == 200
    clock.advance(hours=12)
    assert teacher.get("/teach/account/").status_code == 303


def test_a_login_ends_when_the_account_is_switched_off(teacher: SignedIn, register: Register) -> None:
    register.accounts.change(teacher.user.id, active=False)
    assert teacher.get("/teach/account/").status_code == 303
    register.accounts.change(teacher.user.id, active=True)
    assert teacher.get("/teach/account/").status_code == 303


def test_a_change_of_password_ends_the_other_logins(teacher: SignedIn, sign_in: SignIn) -> None:
    elsewhere = sign_in(teacher.user)
    data = {"old": PASSWORD, "new": "a better one, longer", "again": "a better one, longer"}
    assert teacher.post("/teach/account/password", data).status_code == 303
    assert "Your password was changed." in teacher.get("/teach/account/").text
    assert elsewhere.get("/teach/account/").status_code == 303


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            {"old": "wrong", "new": "a better one, longer", "again": "a better one, longer"},
            "not your current",
        ),
        ({"old": PASSWORD, "new": "a better one, longer", "again": "another"}, "don&#39;t match"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "at least 15"),
        ({"old": PASSWORD, "new": "password12345678", "again": "password12345678"}, "easy to guess"),
        ({}, "at least 15"),
    ],
)
def test_a_password_that_will_not_do_is_refused(
    teacher: SignedIn, data: dict[str, str], sentence: str
) -> None:
    if not data:
        data = {"old": PASSWORD, "new": "", "again": ""}
    answer = teacher.post("/teach/account/password", data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert teacher.get("/teach/account/").status_code == 200


def test_the_name_can_be_changed(teacher: SignedIn, register: Register) -> None:
    assert teacher.post("/teach/account/name", {"name": "  Grace   Hopper "}).status_code == 303
    assert register.accounts.get(teacher.user.id).name == "Grace Hopper"
    assert teacher.post("/teach/account/name", {"name": " "}).status_code == 422


def test_a_form_of_another_site_changes_nothing(teacher: SignedIn, register: Register) -> None:
    answer = teacher.post("/teach/account/name", {"name": "Somebody"}, csrf=False)
    assert answer.status_code == 400
    assert register.accounts.get(teacher.user.id).name == teacher.user.name


def test_a_login_of_another_site_is_refused(app: Flask, teacher: SignedIn) -> None:
    data = {"username": teacher.user.username, "password": PASSWORD}
    assert app.test_client().post("/login", data=data, base_url=HTTPS).status_code == 400


def test_a_phone_gets_no_cookie_but_its_grants_and_no_token(phone: Phone, teacher: SignedIn) -> None:
    for client in (phone.client, teacher.client):
        page = client.get(phone.url)
        assert page.status_code == 200
        assert [each.startswith("attendance_grant_") for each in page.headers.getlist("Set-Cookie")] == [True]
        assert "Cookie" not in page.headers.get("Vary", "")
        assert "csrf" not in page.text
        assert len(page.data) <= 64_000


def test_while_there_is_no_admin_the_page_says_where_the_first_one_is_set_up(
    app: Flask, register: Register
) -> None:
    hint = "in the window where the server was started"
    assert hint in app.test_client().get("/login", base_url=HTTPS).text
    register.accounts.add("grace", "Grace Hopper", Role.ADMIN, password=PASSWORD)
    assert hint not in app.test_client().get("/login", base_url=HTTPS).text


def test_ones_own_logins_are_listed_and_ended(
    app: Flask, teacher: SignedIn, sign_in: SignIn, register: Register
) -> None:
    phone = app.test_client()
    agent = {"User-Agent": "Mozilla/5.0 (Android 16; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0"}
    token = TOKEN.search(phone.get("/login", headers=agent).text)
    assert token is not None
    data = {"csrf_token": token[1], "username": teacher.user.username, "password": PASSWORD}
    phone.post("/login", data=data, headers=agent)
    page = teacher.get("/teach/account/").text
    assert "This browser" in page
    assert "Firefox on Android" in page
    there = next(login for login in register.logins.of(teacher.user) if "Android" in login.browser)
    other = sign_in(role=Role.ADMIN)
    other.post("/teach/account/logins/end", {"login": there.id})
    assert phone.get("/teach/account/").status_code == 200, "another user's login is not theirs to end"
    assert teacher.post("/teach/account/logins/end", {"login": there.id}).status_code == 303
    assert phone.get("/teach/account/").status_code == 303
    assert teacher.get("/teach/account/").status_code == 200


def test_all_other_logins_are_ended_at_once(teacher: SignedIn, sign_in: SignIn) -> None:
    others = [sign_in(teacher.user) for _ in range(3)]
    assert "Log out everywhere else" in teacher.get("/teach/account/").text
    assert teacher.post("/teach/account/logins/end-others").status_code == 303
    assert "Log out everywhere else" not in teacher.get("/teach/account/").text
    assert {other.get("/teach/account/").status_code for other in others} == {303}
