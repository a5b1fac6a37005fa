"""The projector page in a browser: new codes when they are due, and a server that is away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from attendance.accounts.passwords import Passwords
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.sqlite.store import SQLiteStore
from attendance.values import Role, Session
from client import create_app
from tests.attendance.cheap_hashes import CHEAP
from tests.attendance.fake_engines import FakeEngines
from tests.attendance.fake_pipeline import FakePipeline, fake_policy
from tests.attendance.frozen_clock import FrozenClock
from tests.browser.conftest import OpenWindow, stop_the_clock
from tests.client.served_app import serving
from tests.client.signed_in import PASSWORD

pytestmark = pytest.mark.browser
A_SECOND_BEFORE = datetime(2026, 11, 23, 8, 2, 14, tzinfo=UTC)  # of the next code


@dataclass
class Classroom:
    """A projector that is signed in, and what it shows."""

    page: Page
    address: str
    register: Register
    session: Session
    clock: FrozenClock

    def open(self, path: str) -> None:
        """Go to a page of the site."""
        self.page.goto(self.address + path)

    def typed(self) -> str:
        """What the server says is to be typed now."""
        return self.register.entrances.showing(self.session).typed_pretty


@pytest.fixture
def classroom(tmp_path: Path, open_window: OpenWindow) -> Iterator[Classroom]:
    settings = Settings(
        config=tmp_path / "config",
        models=tmp_path / "models",
        data=tmp_path / "data",
        secret="a secret of thirty-two characters",
    )
    store, clock = SQLiteStore(settings.data / "attendance.sqlite3"), FrozenClock(A_SECOND_BEFORE)
    engines = FakeEngines(store, FakePipeline())
    with Register(
        settings, store, clock, engines=engines, policy=fake_policy, passwords=Passwords(CHEAP)
    ) as register:
        user = register.accounts.add("teacher", "A Teacher", Role.TEACHER, password=PASSWORD)
        course = register.courses.add("Physics 2", roster=None)
        session = register.class_sessions.open_now(course.id, by=user.id)
        app, size = create_app(register=register), {"width": 1280, "height": 720}
        with serving(app) as port, open_window(viewport=size) as window:
            page = window.new_page()
            room = Classroom(page, f"http://127.0.0.1:{port}", register, session, clock)
            room.open("/login")
            page.fill("[name=username]", "teacher")
            page.fill("[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_url("**/teach/**")
            yield room


def test_the_code_changes_when_it_is_due_and_not_before(classroom: Classroom) -> None:
    page, asked = classroom.page, list[str]()
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    stop_the_clock(page)
    classroom.open(f"/wall/{classroom.session.id}")
    first = classroom.typed()
    expect(page.locator("#typed")).to_have_text(first)
    picture = page.locator("#code").get_attribute("src") or ""
    classroom.clock.advance(seconds=1)
    assert classroom.typed() != first
    page.clock.run_for(1000)
    assert "now" not in asked
    page.clock.run_for(500)  # past the change
    expect(page.locator("#typed")).to_have_text(classroom.typed())
    expect(page.locator("#code")).not_to_have_attribute("src", picture)
    page.clock.run_for(1000)
    assert asked.count("now") == 1


def test_the_code_is_large_and_nothing_scrolls(classroom: Classroom) -> None:
    classroom.open(f"/wall/{classroom.session.id}")
    box = classroom.page.locator("#code").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 0.6 * 720
    assert not classroom.page.evaluate("document.documentElement.scrollHeight > innerHeight")
    back = classroom.page.get_by_role("link", name="Back")
    place = back.bounding_box()
    assert place is not None
    assert place["y"] + place["height"] < box["y"] + 10  # above the code, on the line of the course
    back.click()
    classroom.page.wait_for_url("**/board")


def test_a_server_that_is_away_is_said_once_the_code_is_over_and_the_page_comes_back(
    classroom: Classroom,
) -> None:
    page = classroom.page
    stop_the_clock(page)
    classroom.open(f"/wall/{classroom.session.id}")
    page.context.set_offline(True)
    page.clock.fast_forward(10_000)
    expect(page.locator("#message")).to_be_hidden()  # the code still counts
    page.clock.fast_forward(10_000)
    expect(page.locator("#message")).to_contain_text("No connection")
    classroom.clock.advance(seconds=20)
    page.context.set_offline(False)
    page.clock.resume()
    expect(page.locator("#message")).to_be_hidden()
    expect(page.locator("#typed")).to_have_text(classroom.typed())


def test_closing_takes_the_code_away_and_opening_again_brings_one(classroom: Classroom) -> None:
    classroom.open(f"/wall/{classroom.session.id}")
    classroom.register.closing.close(classroom.session.id, by="a teacher")
    expect(classroom.page.locator("#message")).to_have_text("Check-in is closed")
    expect(classroom.page.locator("#code")).to_be_hidden()
    expect(classroom.page.locator("#typing")).to_be_hidden()


def test_from_the_typed_code_to_the_teachers_tap_without_a_camera(classroom: Classroom) -> None:
    page = classroom.page
    classroom.open("/c")
    page.fill("#code", "abc 234")
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_contain_text("isn't known")
    page.fill("#code", classroom.typed().lower())
    page.get_by_role("button", name="Go on without a photo").click()
    page.fill("#number", "nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your teacher will confirm")).to_be_visible()


def test_without_scripts_the_page_loads_itself_anew(classroom: Classroom, open_window: OpenWindow) -> None:
    cookies = classroom.page.context.storage_state()
    with open_window(java_script_enabled=False, storage_state=cookies) as window:
        page = window.new_page()
        page.goto(f"{classroom.address}/wall/{classroom.session.id}")
        expect(page.locator("#typed")).to_have_text(classroom.typed())
        classroom.clock.advance(seconds=1)
        expect(page.locator("#typed")).to_have_text(classroom.typed())
