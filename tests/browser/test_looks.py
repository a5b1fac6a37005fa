"""Every page as a picture to look at, and what can be measured of its looks."""

from __future__ import annotations

import pytest
import segno
from flask import Flask

from attendance.register import Register
from client.projector.qr import QUIET_ZONE
from client.web.visitors.this_computer import here
from tests.browser.album import SIZES, Album
from tests.browser.conftest import AGAIN, REFUSED, Visit

pytestmark = pytest.mark.browser

PROJECTORS = ("xga", "hd", "full hd")


def test_the_camera_and_the_present_page(visit: Visit, address: str, album: Album) -> None:
    phone = visit("Eileen Collins")
    phone.scan(address)
    phone.page.locator("#shoot:enabled").wait_for()
    phone.page.wait_for_function("document.querySelector('#video').currentTime > 0")
    album.keep(phone.page, "camera", whole=False)
    phone.tap_check_in()
    phone.read_verdict()
    album.keep(phone.page, "present", whole=False)


def test_the_other_verdicts(visit: Visit, address: str, album: Album) -> None:
    stranger = visit("Grace Hopper")
    stranger.scan(address)
    stranger.tap_check_in()
    stranger.read_verdict()
    album.keep(stranger.page, "notfound", sizes=["phone"], whole=False)
    cat = visit("a cat")
    cat.scan(address)
    cat.tap_check_in()
    cat.wait_for_line("We can't see a face.")
    album.keep(cat.page, "noface", sizes=["phone"], whole=False)


def test_the_pages_without_a_camera(visit: Visit, address: str, album: Album) -> None:
    blocked = visit(permission=REFUSED)
    blocked.scan(address)
    blocked.wait_for_line("blocked")
    album.keep(blocked.page, "blocked", whole=False)
    plain = visit(java_script_enabled=False)
    plain.scan(address)
    album.keep(plain.page, "form", whole=False)
    for name, path in {"front": "", "unknown": "s/unknown", "nowhere": "nowhere"}.items():
        plain.scan(f"{address.partition('/s/')[0]}/{path}")
        album.keep(plain.page, name, whole=False)


def test_while_a_photo_waits_for_the_network(visit: Visit, address: str, album: Album) -> None:
    phone = visit("Eileen Collins")
    phone.scan(address)
    phone.page.locator("#shoot:enabled").wait_for()
    phone.page.context.set_offline(True)
    phone.tap_check_in()
    phone.wait_for_line(AGAIN)
    album.keep(phone.page, "waiting", sizes=["phone"], whole=False)


def test_the_code_on_the_wall_is_large(
    visit: Visit, port: int, album: Album, site: Flask, register: Register
) -> None:
    wall = visit()
    wall.scan(f"http://127.0.0.1:{port}{here(site, '/wall')}")
    wall.page.locator("#code").wait_for()
    album.keep(wall.page, "wall", sizes=PROJECTORS, whole=False)
    code = segno.make(
        f"http://127.0.0.1:{port}/s/{register.entrances.address(register.sessions.today())}",
        error="m",
        micro=False,
    )
    inner, whole = code.symbol_size(border=0)[0], code.symbol_size(border=QUIET_ZONE)[0]
    for size in PROJECTORS:
        wall.page.set_viewport_size(SIZES[size])
        box = wall.page.locator("#code").bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) * inner / whole >= 0.6 * SIZES[size]["height"]


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
