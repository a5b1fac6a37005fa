"""Every page as a picture to look at, and what can be measured of its looks."""

from __future__ import annotations

from pathlib import Path

import pytest
import segno
from playwright.sync_api import Page

from attendance.register import Register
from client.projector.qr import QUIET_ZONE
from tests.browser.conftest import AGAIN, PHONE, REFUSED, Visit, Visitor

pytestmark = pytest.mark.browser

SIZES = {"phone": PHONE, "small": {"width": 320, "height": 568}, "desktop": {"width": 1280, "height": 800}}
SCHEMES = ["light", "dark"]


def keep(phone: Visitor, screenshots: Path, name: str) -> None:
    assert not _scrolls_sideways(phone.page)
    phone.page.screenshot(path=screenshots / f"{name}.png")


def _scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES)
def test_the_camera_and_the_present_page(
    visit: Visit, address: str, screenshots: Path, size: str, scheme: str
) -> None:
    phone = visit("Eileen Collins", viewport=SIZES[size], color_scheme=scheme)
    phone.scan(address)
    phone.page.locator("#shoot:enabled").wait_for()
    phone.page.wait_for_function("document.querySelector('#video').currentTime > 0")
    keep(phone, screenshots, f"camera-{size}-{scheme}")
    phone.tap_check_in()
    phone.read_verdict()
    keep(phone, screenshots, f"present-{size}-{scheme}")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_other_verdicts(visit: Visit, address: str, screenshots: Path, scheme: str) -> None:
    stranger = visit("Grace Hopper", color_scheme=scheme)
    stranger.scan(address)
    stranger.tap_check_in()
    stranger.read_verdict()
    keep(stranger, screenshots, f"notfound-phone-{scheme}")
    cat = visit("a cat", color_scheme=scheme)
    cat.scan(address)
    cat.tap_check_in()
    cat.wait_for_line("We can't see a face.")
    keep(cat, screenshots, f"noface-phone-{scheme}")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_pages_without_a_camera(
    visit: Visit, address: str, screenshots: Path, size: str, scheme: str
) -> None:
    options = {"viewport": SIZES[size], "color_scheme": scheme}
    blocked = visit(permission=REFUSED, **options)
    blocked.scan(address)
    blocked.wait_for_line("blocked")
    keep(blocked, screenshots, f"blocked-{size}-{scheme}")
    plain = visit(java_script_enabled=False, **options)
    plain.scan(address)
    keep(plain, screenshots, f"form-{size}-{scheme}")
    for name, path in {"front": "", "unknown": "s/unknown", "nowhere": "nowhere"}.items():
        plain.scan(f"{address.partition('/s/')[0]}/{path}")
        keep(plain, screenshots, f"{name}-{size}-{scheme}")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_while_a_photo_waits_for_the_network(
    visit: Visit, address: str, screenshots: Path, scheme: str
) -> None:
    phone = visit("Eileen Collins", color_scheme=scheme)
    phone.scan(address)
    phone.page.locator("#shoot:enabled").wait_for()
    phone.page.context.set_offline(True)
    phone.tap_check_in()
    phone.wait_for_line(AGAIN)
    keep(phone, screenshots, f"waiting-phone-{scheme}")


@pytest.mark.parametrize("size", [(1280, 720), (1024, 768), (1920, 1080)])
def test_the_code_on_the_wall_is_large(
    visit: Visit, port: int, screenshots: Path, size: tuple[int, int], register: Register
) -> None:
    wall = visit(viewport={"width": size[0], "height": size[1]})
    wall.scan(f"http://127.0.0.1:{port}/wall")
    wall.page.locator("#code").wait_for()
    keep(wall, screenshots, f"wall-{size[0]}")
    box = wall.page.locator("#code").bounding_box()
    assert box is not None
    code = segno.make(
        f"http://127.0.0.1:{port}/s/{register.entrances.address(register.sessions.today())}",
        error="m",
        micro=False,
    )
    inner, whole = code.symbol_size(border=0)[0], code.symbol_size(border=QUIET_ZONE)[0]
    assert min(box["width"], box["height"]) * inner / whole >= 0.6 * size[1]


def test_the_button_is_large_enough_for_a_thumb(visit: Visit, address: str) -> None:
    phone = visit("Eileen Collins", viewport=SIZES["small"])
    phone.scan(address)
    phone.page.locator("#shoot:enabled").wait_for()
    box = phone.page.locator("#shoot").bounding_box()
    assert box is not None
    assert box["height"] >= 64
    assert box["y"] + box["height"] <= 568  # without scrolling, on the smallest phone


def test_nothing_moves_where_less_motion_is_asked_for(visit: Visit, address: str) -> None:
    phone = visit("Eileen Collins", reduced_motion="reduce")
    phone.scan(address)
    moves = "element => getComputedStyle(element).animationName !== 'none'"
    assert phone.page.evaluate(f"[...document.querySelectorAll('*')].filter({moves}).length") == 0
