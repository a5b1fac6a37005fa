"""What a phone gets that scans the code."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from attendance.liveness.asked_movement import asked_turns
from attendance.register import Register
from attendance.values import LivenessMode
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import Phone

ROOT = Path(__file__).resolve().parents[3]
LARGEST_PAGE = 64 * 1024  # bytes, a third of what a check-in may send
LARGEST_SENT = 19 * 1024  # compressed; the receipt's part is 0.4 kB
GUESS = "guess-of-a-grant"


def test_the_front_door_says_to_scan_the_code(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Scan the code on the wall" in page.text


def test_the_code_leads_to_the_check_in_page_at_once(phone: Phone) -> None:
    page = phone.scan()
    assert page.status_code == 200  # no redirect
    assert "General" in page.text
    assert "Check in" in page.text


def test_the_page_is_one_small_file(phone: Phone) -> None:
    page = phone.scan()
    assert len(page.data) <= LARGEST_PAGE
    fetched = re.findall(
        r"<(?:script|img|link|iframe|source|video)\b[^>]*?\b(?:src|href)=\"([^\"]*)\"", page.text
    )
    assert [address[:5] for address in fetched] == ["data:"]  # the icon, and nothing else
    assert "@import" not in page.text
    assert "url(" not in page.text


@pytest.mark.parametrize(("taken", "encoding"), [("br, gzip", "gzip"), ("br", None), ("", None)])
def test_it_is_compressed_where_that_is_accepted(phone: Phone, taken: str, encoding: str | None) -> None:
    for path in (phone.url, "/", "/c", "/s/unknown"):
        answer = phone.client.get(path, headers={"Accept-Encoding": taken})
        assert answer.headers.get("Content-Encoding") == encoding
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert encoding is None or len(answer.data) <= LARGEST_SENT


def test_no_secret_is_compressed_beside_what_a_request_says(phone: Phone) -> None:
    """Guesses that a page repeats would be shorter where they are right; see client/web/compression.py."""
    headers = {"Referer": f"https://{GUESS}.example", "User-Agent": GUESS, "Cookie": f"name={GUESS}"}
    for path in (f"{phone.url}?q={GUESS}", f"/c?code=ABC234&q={GUESS}"):
        assert GUESS not in phone.client.get(path, headers=headers).text
    phone.scan()
    grant = phone.grant
    typed = phone.client.get(f"/c?code={GUESS}")
    assert 'name="grant"' not in typed.text
    named = phone.post(f"/claim?grant={grant}", [("number", " ")], as_json=False)
    assert grant in named.text
    assert "Content-Encoding" not in named.headers
    verdict = phone.submit(phone.face("Eileen Collins"), as_json=False)
    assert "Content-Encoding" not in verdict.headers


def test_the_documentation_has_the_size_of_the_photos_that_the_page_sends() -> None:
    script = (ROOT / "client" / "templates" / "phone" / "pictures.js").read_text("utf-8")
    (side,) = re.findall(r"const LONGEST_SIDE = (\d+);", script)
    (quality,) = re.findall(r"const JPEG_QUALITY = ([\d.]+);", script)
    docs = (ROOT / "docs" / "performance.md").read_text("utf-8")
    assert f"sends a picture {side} px long, as JPEG of quality {quality}:" in docs


def test_the_page_works_as_a_plain_form(phone: Phone) -> None:
    page = phone.scan().text
    form = re.search(r'<form[^>]*id="checkin"[^>]*>', page)
    assert form
    for attribute in ('method="post"', 'action="/capture?grant=', 'enctype="multipart/form-data"'):
        assert attribute in form.group()
    chooser = re.search(r"<input[^>]*type=\"file\"[^>]*>", page)
    assert chooser
    for attribute in ('name="image"', 'capture="user"', 'accept="image/*"'):
        assert attribute in chooser.group()


def test_the_page_sets_the_cookie_of_its_grant_and_no_other(phone: Phone) -> None:
    (cookie,) = phone.scan().headers.getlist("Set-Cookie")
    assert cookie.startswith("attendance_grant_")
    assert "Set-Cookie" not in phone.client.get("/").headers


def asked_on(page: str) -> list[str]:
    """The movements that a page asks for."""
    found = re.search(r'data-turns="([^"]*)"', page)
    assert found
    turns: list[str] = json.loads(unescape(found[1]))
    assert f'data-frames="{8 * len(turns)}"' in page
    return turns


@pytest.mark.parametrize("movements", [1, 2])
def test_the_page_asks_for_the_movements_that_the_server_expects(
    phone: Phone, register: Register, movements: int
) -> None:
    session = register.sessions.today()
    register.courses.change(session.course_id, movements=movements)
    for _ in range(8):
        page = phone.scan().text
        held = phone.signatures.read_signed_grant(phone.grant)
        assert asked_on(page) == list(asked_turns(session, held.id, held.opened_at, movements))
    assert "your teacher confirms that you are here" in page


def test_it_asks_the_same_again_under_the_same_grant(phone: Phone) -> None:
    first = asked_on(phone.scan().text)
    assert asked_on(phone.client.get(f"/g/{phone.grant}").text) == first


def test_over_plain_http_where_no_phone_has_a_camera_it_asks_for_none(phone: Phone) -> None:
    page = phone.client.get(phone.url, base_url="http://192.168.1.20:8080").text
    assert asked_on(page) == []
    assert "your teacher confirms that you are here" not in page


def test_where_the_code_leads_to_https_plain_http_is_no_way_around(phone: Phone, app: Flask) -> None:
    app.config["PUBLIC_URL"] = "https://school.example"
    page = phone.client.get(phone.url, base_url="http://192.168.1.20:8080").text
    assert len(asked_on(page)) == 1
    assert "your teacher confirms that you are here" in page


@pytest.mark.parametrize(("mode", "is_asked"), [(LivenessMode.FLAG, True), (LivenessMode.OFF, False)])
def test_a_course_decides_whether_it_asks(
    phone: Phone, register: Register, mode: LivenessMode, *, is_asked: bool
) -> None:
    register.courses.change(register.sessions.today().course_id, liveness=mode)
    page = phone.scan().text
    assert (len(asked_on(page)) == 1) is is_asked
    assert "your teacher confirms that you are here" not in page


def test_every_page_has_a_grant_of_its_own(phone: Phone) -> None:
    phone.scan()
    first = phone.grant
    phone.scan()
    assert first
    assert phone.grant != first


def test_there_is_one_live_line(phone: Phone) -> None:
    page = phone.scan().text
    assert page.count('aria-live="polite"') == 1


def test_an_unknown_code_is_said_to_be_unknown(client: FlaskClient) -> None:
    page = client.get("/s/" + "x" * 24)
    assert page.status_code == 404
    assert "Scan the code that is on the wall now" in page.text


def test_yesterdays_code_says_what_to_do(phone: Phone, clock: FrozenClock) -> None:
    scanned = phone.url
    clock.advance(days=1)
    page = phone.scan(scanned)
    assert page.status_code == 410
    assert "This class is over" in page.text


def test_a_class_that_has_not_begun_says_so(phone: Phone, clock: FrozenClock) -> None:
    scanned = phone.url
    clock.advance(days=-1)
    page = phone.scan(scanned)
    assert page.status_code == 409
    assert "not opened yet" in page.text


@pytest.mark.parametrize("path", ["/s/", "/s", "/s/a/b", "/favicon.ico", "/robots.txt", "/nothing"])
def test_other_addresses_lead_back_to_the_code(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 404
    assert "Scan the code on the wall" in page.text
