"""An admin makes a token, sees its text once, and revokes it."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from attendance.values import ApiToken, Role
from client.teacher.tokens.tokens_pages import SCOPE_WORDS
from tests.attendance.frozen_clock import FrozenClock
from tests.client.signed_in import SignedIn, SignIn

TOKENS = "/admin/tokens/"
SHOWN = re.compile(r'id="token">([^<]+)<')
FORM = {"name": "Timetable", "scopes": ["marks:read", "students:read"], "ends": "90"}


def make(admin: SignedIn, **changes: object) -> str:
    """The text of a new token, as the page shows it."""
    page = admin.post(TOKENS + "new", FORM | changes)
    assert page.status_code == 200, page.text
    found = SHOWN.search(page.text)
    assert found
    return html.unescape(found[1])


def only(register: Register) -> ApiToken:
    """The one token of the register."""
    (token,) = register.api_tokens.all()
    return token


def test_a_token_is_made_and_shown_once(admin: SignedIn, register: Register, clock: FrozenClock) -> None:
    text = make(admin)
    token = register.api_tokens.holder(text)
    assert token is not None
    assert token.scopes == ("students:read", "marks:read")
    assert token.created_by == admin.user.id
    assert token.expires_at == clock.now() + timedelta(days=90)
    for path in (TOKENS, f"{TOKENS}{token.id}"):
        page = admin.get(path).text
        assert "Timetable" in page
        assert admin.user.name in page
        assert text not in page
        assert token.digest not in page


def test_the_page_with_the_text_is_kept_by_no_browser(admin: SignedIn) -> None:
    page = admin.post(TOKENS + "new", FORM)
    assert SHOWN.search(page.text)
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("ends", "days"), [("1", 1), ("7", 7), ("30", 30), ("365", 365), ("never", None)])
def test_a_token_ends_when_it_was_said(
    admin: SignedIn, register: Register, clock: FrozenClock, ends: str, days: int | None
) -> None:
    make(admin, ends=ends)
    assert only(register).expires_at == (None if days is None else clock.now() + timedelta(days=days))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": " "}, "The name must have 1 to 80 printable characters"),
        ({"name": "x" * 81}, "The name must have 1 to 80 printable characters"),
        ({"scopes": []}, "Choose at least one."),
        ({"scopes": ["marks:erase"]}, "Unknown scope: marks:erase."),
        ({"ends": "soon"}, "Choose one of these."),
        ({"ends": "-1"}, "Choose one of these."),
    ],
)
def test_what_will_not_do_is_said_and_what_was_typed_stays(
    admin: SignedIn, register: Register, change: dict[str, object], said: str
) -> None:
    answer = admin.post(TOKENS + "new", FORM | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert register.api_tokens.all() == []
    if "name" not in change:
        assert 'value="Timetable"' in answer.text
    if "scopes" not in change:
        assert answer.text.count(" checked") == 2


@pytest.mark.parametrize("scopes", [["live"], ["live", "live:details"]])
def test_a_token_for_live_pictures_alone_comes_as_an_address_too(admin: SignedIn, scopes: list[str]) -> None:
    page = admin.post(TOKENS + "new", FORM | {"scopes": scopes, "ends": "7"})
    text = SHOWN.search(page.text)
    address = re.search(r'id="address">([^<]+)<', page.text)
    assert text
    assert address
    assert html.unescape(address[1]) == f"ws://localhost/ws?token={text[1]}&known_fields=true"


@pytest.mark.parametrize("scopes", [["live", "students:read"], ["marks:read"], ["live:details"]])
def test_no_other_token_comes_as_an_address(admin: SignedIn, scopes: list[str]) -> None:
    page = admin.post(TOKENS + "new", FORM | {"scopes": scopes})
    assert SHOWN.search(page.text)
    assert "/ws?" not in page.text


def test_sending_the_form_again_makes_no_second_token(admin: SignedIn, register: Register) -> None:
    make(admin)
    answer = admin.post(TOKENS + "new", FORM)
    assert answer.status_code == 422
    assert "The name Timetable was used before" in answer.text
    assert only(register).name == "Timetable"


def test_a_revoked_token_is_listed_and_opens_nothing(admin: SignedIn, register: Register) -> None:
    text = make(admin)
    token = only(register)
    answer = admin.post(f"{TOKENS}{token.id}/revoke")
    assert answer.status_code == 303
    assert register.api_tokens.holder(text) is None
    page = admin.get(answer.location).text
    assert "Token Timetable was revoked." in page
    assert "Revoked" in page
    assert "Revoke the token" not in admin.get(f"{TOKENS}{token.id}").text
    assert admin.post(f"{TOKENS}{token.id}/revoke").status_code == 303


def test_the_list_tells_which_tokens_are_used(
    admin: SignedIn, register: Register, clock: FrozenClock
) -> None:
    text = make(admin, ends="30")
    assert "Ready" in admin.get(TOKENS).text
    register.api_tokens.holder(text)
    assert "In use" in admin.get(TOKENS).text
    clock.advance(days=30)
    register.api_tokens.make("Board", [Scope.LIVE], by="Registrar")
    page = admin.post("/login", {"username": admin.user.username, "password": "chalk and slate"})
    assert page.status_code == 303  # a login lasts 12 hours
    listed = admin.get(TOKENS).text
    assert "Expired" in listed
    assert "Registrar" in listed, "who made it on the command line is named as they were there"


def test_nobody_has_made_a_token_yet(admin: SignedIn) -> None:
    assert "No tokens yet" in admin.get(TOKENS).text
    assert f'href="{TOKENS}"' in admin.get("/admin/accounts/").text


def test_an_unknown_token_is_a_page(admin: SignedIn) -> None:
    assert admin.get(TOKENS + "unknown").status_code == 404
    assert admin.post(TOKENS + "unknown/revoke").status_code == 404


def test_only_admins_make_and_revoke(teacher: SignedIn, register: Register, sign_in: SignIn) -> None:
    token = register.api_tokens.make("Timetable", [Scope.LIVE], by="Registrar").token
    assert teacher.get(TOKENS).status_code == 403
    assert teacher.post(TOKENS + "new", FORM).status_code == 403
    assert teacher.post(f"{TOKENS}{token.id}/revoke").status_code == 403
    assert only(register).revoked_at is None
    assert sign_in(role=Role.ADMIN).post(f"{TOKENS}{token.id}/revoke", csrf=False).status_code == 400
    assert only(register).revoked_at is None


def test_every_scope_has_words() -> None:
    assert list(SCOPE_WORDS) == list(Scope)


def test_a_token_says_whether_its_photos_count_without_a_turn_of_the_head(
    admin: SignedIn, teacher: SignedIn, register: Register
) -> None:
    assert 'name="photo_only" value="y" checked' in admin.get(TOKENS + "new").text
    make(admin, photo_only="y")
    token = only(register)
    assert token.photo_only
    page = f"{TOKENS}{token.id}"
    assert "Photos that the program sends count without a turn" in admin.get(page).text
    assert teacher.post(f"{page}/photos", {"photo_only": "no"}).status_code == 403
    assert admin.post(f"{page}/photos", {"photo_only": "no"}).status_code == 303
    assert not only(register).photo_only
    assert "need review in courses that require a turn" in admin.get(page).text
    admin.post(f"{page}/photos", {"photo_only": "yes"})
    assert only(register).photo_only
    make(admin, name="Door")
    counted = {each.name: each.photo_only for each in register.api_tokens.all()}
    assert counted == {"Timetable": True, "Door": False}, "not ticked"
