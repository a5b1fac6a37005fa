"""The pages of accounts and logins in a real browser: looked at, and used by keyboard and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from attendance.accounts.api_tokens import Scope
from attendance.accounts.passwords import Passwords
from attendance.accounts.second_factors import RECOVERY_CODES
from attendance.open_register import open_register
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.values import Role
from tests.attendance.authenticator_app import AuthenticatorApp
from tests.browser.album import SIZES, Album
from tests.browser.barriers import barriers_of
from tests.browser.conftest import Visit, stop_the_clock

pytestmark = pytest.mark.browser

PASSWORD, SHORT = "chalk and slate", "a wet sponge"
NEXT_CENTURY = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """The register of a site with an admin and two teachers, and no networks."""
    folder = tmp_path_factory.mktemp("accounts")
    with open_register(Settings(config=folder / "c", models=folder / "m", data=folder / "d")) as opened:
        admin = opened.accounts.add("grace", "Grace Hopper", Role.ADMIN, password=PASSWORD)
        opened.accounts.put_off_factor(admin.id)
        opened.accounts.add("eileen", "Eileen Collins", Role.TEACHER)
        away = opened.accounts.add("sally", "A teacher with quite a long name indeed", Role.TEACHER)
        opened.accounts.change(away.id, active=False)
        tokens = opened.api_tokens
        used = tokens.make("Timetable", [Scope.MARKS_READ], by="Registrar", expires_at=NEXT_CENTURY)
        tokens.holder(used.text)
        door = tokens.make("The door of the physics building, second floor", Scope, by="Registrar")
        tokens.revoke(door.token.id)
        yield opened


def log_in(page: Page, port: int) -> None:
    page.goto(f"http://localhost:{port}/login?next=/teach/account/")
    page.locator("input:focus").wait_for()  # the first field has it, as soon as the page is there
    page.keyboard.type("grace")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your account").wait_for()


def test_every_page_fits_and_complains_of_nothing(
    visit: Visit, port: int, album: Album, register: Register
) -> None:
    visitor = visit()
    page = visitor.page
    page.goto(f"http://localhost:{port}/login")
    album.keep(page, "login")
    log_in(page, port)
    eileen = register.accounts.by_name("eileen")
    assert eileen is not None
    pages = {
        "account": "/teach/account/",
        "audit": "/admin/audit/",
        "doctor": "/admin/doctor/",
        "privacy": "/admin/privacy/",
        "receipts": "/teach/receipts/",
        "proof": "/teach/account/proof",
        "second-factor": "/teach/account/second-factor",
        "accounts": "/admin/accounts/",
        "account-new": "/admin/accounts/new",
        "account-one": f"/admin/accounts/{eileen.id}",
        "tokens": "/admin/tokens/",
        "token-new": "/admin/tokens/new",
        "token-one": f"/admin/tokens/{register.api_tokens.all()[0].id}",
        "chosen-password": f"/welcome/{eileen.id}/{register.password_links.new(eileen.id)}",
    }
    for name, path in pages.items():
        page.goto(f"http://localhost:{port}{path}")
        album.keep(page, name)
    page.goto(f"http://localhost:{port}/admin/accounts/{eileen.id}")
    page.get_by_role("button", name="Create a link").click()
    page.locator("#link").wait_for()
    album.keep(page, "account-link")
    assert visitor.complaints == []
    page.goto(f"http://localhost:{port}/teach/nowhere")
    album.keep(page, "problem")


def test_a_token_is_made_shown_once_copied_and_revoked(
    visit: Visit, port: int, album: Album, register: Register
) -> None:
    visitor = visit(permissions=["clipboard-read", "clipboard-write"])
    page, name = visitor.page, "Script"
    log_in(page, port)
    page.goto(f"http://localhost:{port}/admin/accounts/")
    page.get_by_role("link", name="API tokens").click()
    page.get_by_role("link", name="Create a token").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Create the token").click()
    expect(page.locator("#scopes-error")).to_contain_text("Choose at least one.")
    album.keep(page, "token-wrong")
    assert barriers_of(page) == []
    visitor.complaints.clear()  # the 422 that it was meant to be
    page.get_by_label("See who was present").check()
    page.get_by_role("button", name="Create the token").click()
    text = page.locator("#token").inner_text()
    assert register.api_tokens.holder(text) is not None
    stop_the_clock(page)  # "Copied" is said for two seconds
    page.get_by_role("button", name="Copy the token").click()
    page.get_by_role("button", name="Copied").wait_for()
    page.clock.resume()
    assert page.evaluate("navigator.clipboard.readText()") == text
    album.keep(page, "token-made")
    assert barriers_of(page) == []
    page.get_by_role("link", name="Done").click()
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="Revoke the token").click()
    expect(page.get_by_role("status")).to_have_text(f"Token {name} was revoked.")
    assert register.api_tokens.holder(text) is None
    assert visitor.complaints == []


def test_a_short_password_leads_to_a_second_factor_and_a_login_with_it(
    visit: Visit, port: int, album: Album, register: Register
) -> None:
    name = "sally.ride"
    user = register.accounts.add(name, "Sally Ride", Role.ADMIN, password=PASSWORD)
    weak = replace(user, strong_password=False, password_hash=Passwords().hash(SHORT), version=2)
    assert register.store.replace_user(weak)
    visitor = visit()
    page = visitor.page

    def enter(password: str) -> None:
        page.goto(f"http://localhost:{port}/login?next=/teach/account/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()

    enter(SHORT)
    page.get_by_role("heading", name="Make your login safer").wait_for()
    album.keep(page, "safer")
    assert barriers_of(page) == []
    page.get_by_role("link", name="Add a second factor").click()
    page.get_by_text("Can't scan it?").click()
    app = AuthenticatorApp(page.locator("details .code").inner_text(), register.clock)
    page.get_by_label("Code from the app").fill("000000")
    page.get_by_role("button", name="Add the second factor").click()
    expect(page.locator("#code-error")).to_contain_text("doesn't match")
    album.keep(page, "second-factor-wrong")
    assert barriers_of(page) == []
    page.get_by_label("Code from the app").fill(app.shows())
    page.get_by_role("button", name="Add the second factor").click()
    codes = page.locator("#codes").inner_text().split()
    assert len(codes) == RECOVERY_CODES
    album.keep(page, "recovery-codes")
    assert barriers_of(page) == []
    page.get_by_role("link", name="Done").click()
    page.get_by_role("heading", name="Your account").wait_for()
    album.keep(page, "account-safer")
    page.get_by_role("button", name="Log out", exact=True).click()
    enter(SHORT)
    page.get_by_label("Code").fill(codes[0])
    album.keep(page, "login-code")
    assert barriers_of(page) == []
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Your account").wait_for()
    expect(page.get_by_role("status")).to_contain_text("9 recovery codes left")
    visitor.complaints.clear()  # the 422 that it was meant to be


def test_what_went_wrong_stands_beside_the_field(visit: Visit, port: int, album: Album) -> None:
    page = visit().page
    log_in(page, port)
    page.get_by_label("Current password").fill("not this one")
    page.get_by_label("New password", exact=True).fill("a better one, longer")
    page.get_by_label("New password again").fill("another one, longer")
    page.get_by_role("button", name="Change the password").click()
    field = page.get_by_label("New password again")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("The two new passwords don't match.")
    album.keep(page, "wrong")


def test_over_plain_http_from_elsewhere_the_way_out_is_said(visit: Visit, port: int, album: Album) -> None:
    page = visit().page
    page.goto(f"http://insecure.test:{port}/login")
    expect(page.locator("main")).to_contain_text("--tls")
    expect(page.locator("input")).to_have_count(0)
    album.keep(page, "not-private")


def test_without_scripts_everything_works(visit: Visit, port: int) -> None:
    page = visit(java_script_enabled=False).page
    log_in(page, port)
    page.get_by_label("Name", exact=True).fill("Grace Brewster Hopper")
    page.get_by_role("button", name="Change the name").click()
    expect(page.get_by_role("status")).to_have_text("Your name was changed.")
    page.get_by_role("button", name="Log out", exact=True).click()
    page.get_by_role("heading", name="Log in").wait_for()


def test_a_table_is_sorted_by_its_headings(visit: Visit, port: int, register: Register) -> None:
    page = visit(viewport=SIZES["desktop"]).page
    log_in(page, port)
    page.goto(f"http://localhost:{port}/admin/accounts/")
    names = sorted(user.username for user in register.accounts.all())
    for wanted in (names, names[::-1]):
        page.get_by_role("button", name="Username").click()
        expect(page.locator('td[data-label="Username"]')).to_have_text(wanted)


def test_on_paper_only_the_content_is_left(visit: Visit, port: int) -> None:
    page = visit(viewport=SIZES["desktop"]).page
    log_in(page, port)
    page.goto(f"http://localhost:{port}/admin/accounts/")
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.get_by_role("link", name="Add a teacher")).to_be_hidden()
    expect(page.locator("table")).to_be_visible()
