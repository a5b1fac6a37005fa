"""What people see while many check in: what waits, when it goes on, and that it does so on its own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from client.serving.early_answers import TOO_BUSY
from tests.browser.album import Album
from tests.browser.barriers import barriers_of, sideways_on_a_small_phone
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

CAPTURE = "**/capture?*"
SECONDS = 60
COUNTED = re.compile(r"^[0-9]+ s$")
NEVER_ANSWERED = "XMLHttpRequest.prototype.send = function () { this.upload.onload(); };"


def refuse_once(page: Page, pattern: str, *, again_in: int | None = SECONDS) -> list[str]:
    """Answer the first request as the server does that has no place, and all later ones by the server itself.

    Returns:
        The addresses that were asked for.
    """
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            return route.fallback()
        as_json = "json" in route.request.headers.get("accept", "")
        kind, body = TOO_BUSY.content("/", as_json=as_json, request_id="an-id", again_in=again_in)
        headers = {"Content-Type": kind.decode(), "Retry-After": str(SECONDS)}
        return route.fulfill(status=503, headers=headers, body=body)

    page.route(pattern, answer)
    return asked


def look(page: Page, album: Album, name: str) -> None:
    """Take its picture, and look for barriers."""
    album.keep(page, name, sizes=["phone", "small", "desktop"], whole=False)
    assert barriers_of(page) + sideways_on_a_small_phone(page) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_refused_page_opens_again_on_its_own(visit: Visit, address: str, *, scripts: bool) -> None:
    phone = visit("Eileen Collins", java_script_enabled=scripts)
    asked = refuse_once(phone.page, "**/s/*", again_in=1)
    phone.scan(address)
    expect(phone.page.locator("#checkin")).to_be_visible()
    assert asked == [address, address]


def test_it_counts_the_seconds(visit: Visit, address: str, album: Album) -> None:
    phone = visit("Eileen Collins")
    refuse_once(phone.page, "**/s/*", again_in=SECONDS)
    phone.scan(address)
    expect(phone.page.locator("h1")).to_have_text("One moment")
    expect(phone.page.locator("#left")).not_to_have_text(str(SECONDS))
    look(phone.page, album, "refused-page")


def test_a_refused_photo_is_counted_down_and_sent_again(visit: Visit, address: str, album: Album) -> None:
    phone = visit("Eileen Collins")
    phone.page.clock.install()
    phone.scan(address)
    asked = refuse_once(phone.page, CAPTURE)
    phone.tap_check_in()
    phone.wait_for_line("Many people are checking in just now. Trying again (2)…")
    left = phone.page.locator("#status [data-left]")
    expect(left).to_have_text(COUNTED)
    before = left.inner_text()
    look(phone.page, album, "refused-photo")
    expect(left).not_to_have_text(before)
    expect(left).to_have_text(COUNTED)
    assert len(asked) == 1
    phone.page.clock.fast_forward(2 * SECONDS * 1000)
    assert phone.read_verdict() in ("Present", "Already in")
    assert len(asked) == 2


def test_a_photo_that_waits_for_its_turn_says_so(visit: Visit, address: str, album: Album) -> None:
    phone = visit("Eileen Collins")
    phone.page.clock.install()
    phone.page.add_init_script(NEVER_ANSWERED)
    phone.scan(address)
    phone.tap_check_in()
    phone.wait_for_line("Checking…")
    phone.page.clock.fast_forward(4_000)
    phone.wait_for_line("Your photo has arrived and is in the queue.")
    look(phone.page, album, "queued-photo")
