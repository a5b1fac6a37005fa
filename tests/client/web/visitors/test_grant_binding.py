"""A grant is recognised in the browser that got it, on every kind of address, and in no other."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Response
from werkzeug.test import EnvironBuilder

from attendance.register import Register
from client.web.grants import Grant
from client.web.parsing.upload import PhoneRequest
from client.web.visitors.grant_binding import COOKIE, LIFETIME, PLACES, mark_browser, same_browser
from tests.attendance.frozen_clock import FrozenClock
from tests.client.conftest import Phone

ADDRESSES = (
    "https://abc.ngrok-free.app",
    "https://school.example:8443",
    "http://192.168.1.20:5000",
    "http://localhost:5000",
    "http://127.0.0.1:5000",
    "http://[::1]:5000",
)


class Browser:
    """Keeps cookies of one origin, and forgets nothing."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._cookies: dict[str, str] = {}

    def request(self, path: str = "/") -> PhoneRequest:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = [("Cookie", cookies)] if cookies else []
        return PhoneRequest(EnvironBuilder(path=path, base_url=self.origin, headers=headers).get_environ())

    def open(self) -> Grant:
        """Open a page, and take its cookie."""
        request, answer = self.request("/s/code"), Response()
        mark = mark_browser(request)
        mark.put_on(answer, secure=request.is_secure)
        self.take(answer)
        return Grant("s", "g", datetime(2026, 3, 2, tzinfo=UTC), mark.digest)

    def take(self, answer: Response) -> None:
        for line in answer.headers.getlist("Set-Cookie"):
            name, _, rest = line.partition("=")
            self._cookies[name] = rest.partition(";")[0]

    def copy_into(self, other: Browser) -> None:
        other._cookies.update(self._cookies)


@pytest.mark.parametrize("origin", ADDRESSES)
def test_a_grant_is_known_in_its_browser_and_in_no_other(origin: str) -> None:
    mine, other, empty = Browser(origin), Browser(origin), Browser(origin)
    grants = [mine.open() for _page in range(3 * PLACES)]
    other.open()
    assert all(same_browser(grant, mine.request("/capture")) for grant in grants)
    assert not any(same_browser(grant, other.request("/capture")) for grant in grants)
    assert same_browser(grants[0], other.request("/capture")) is False
    assert same_browser(grants[0], empty.request("/capture")) is False


def test_a_grant_without_a_browser_is_never_known() -> None:
    browser = Browser(ADDRESSES[0])
    browser.open()
    assert same_browser(Grant("s", "g", datetime(2026, 3, 2, tzinfo=UTC)), browser.request()) is None


def test_two_pages_that_load_at_once_have_cookies_of_their_own_mostly() -> None:
    browser = Browser(ADDRESSES[0])
    names = {mark_browser(browser.request()).name for _page in range(200)}
    assert len(names) == PLACES


@pytest.mark.parametrize(
    ("origin", "name"), [(ADDRESSES[0], f"__Host-{COOKIE}_"), (ADDRESSES[2], f"{COOKIE}_")]
)
def test_the_cookie_is_hidden_short_lived_and_for_this_host_alone(origin: str, name: str) -> None:
    request, answer = Browser(origin).request(), Response()
    mark_browser(request).put_on(answer, secure=request.is_secure)
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert re.match(rf"{name}[0-9a-f]=[A-Za-z0-9_-]{{22}};", cookie)
    parts = set(cookie.split("; ")[1:])
    assert {"HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={int(LIFETIME.total_seconds())}"} <= parts
    assert ("Secure" in parts) == origin.startswith("https")
    assert "Domain" not in cookie


def test_what_somebody_put_into_the_cookie_is_not_taken_over() -> None:
    origin = ADDRESSES[2]
    cookies = "; ".join(f"{COOKIE}_{place:x}=chosen" for place in range(PLACES))
    request = PhoneRequest(EnvironBuilder(base_url=origin, headers=[("Cookie", cookies)]).get_environ())
    assert len(mark_browser(request).value) == 22


@pytest.fixture
def poster(register: Register, phone: Phone) -> str:
    """The way in by General's poster."""
    course = register.courses.get(register.sessions.today().course_id)
    register.courses.change(course.id, static_code=True)
    return f"/p/{phone.signatures.poster(course.id)}"


def binding_of(phone: Phone) -> bool | None:
    """What the server sees when this phone sends something under its grant."""
    kept = [phone.client.get_cookie(f"{COOKIE}_{place:x}") for place in range(PLACES)]
    cookies = "; ".join(f"{one.key}={one.value}" for one in kept if one is not None)
    request = PhoneRequest(EnvironBuilder(headers=[("Cookie", cookies)]).get_environ())
    return same_browser(phone.signatures.read_signed_grant(phone.grant), request)


def test_every_way_to_the_page_binds_its_grant(phone: Phone, register: Register, poster: str) -> None:
    session = register.sessions.today()
    typed = register.entrances.showing(session).typed
    for way in (phone.url, poster, f"/c?code={typed}", f"/c?code={typed}&way=number"):
        assert phone.scan(way).status_code == 200
        assert binding_of(phone) is True, way
        assert binding_of(phone.another()) is False, way


def test_the_same_page_again_keeps_its_grant_and_sets_no_cookie(phone: Phone) -> None:
    phone.scan()
    copied = phone.another()
    page = copied.scan(f"/g/{phone.grant}")
    assert copied.grant == phone.grant
    assert "Set-Cookie" not in page.headers
    assert binding_of(copied) is False
    assert phone.scan(f"/g/{phone.grant}").status_code == 200
    assert binding_of(phone) is True


def test_the_grant_knows_when_its_code_leaves_the_wall(
    phone: Phone, register: Register, poster: str, clock: FrozenClock
) -> None:
    showing = register.entrances.showing(register.sessions.today())
    for way in (f"/s/{showing.address}", f"/c?code={showing.typed}"):
        phone.scan(way)
        assert phone.signatures.read_signed_grant(phone.grant).code_until == showing.next_at
    clock.moment = showing.next_at
    phone.scan(f"/s/{showing.address}")
    assert phone.signatures.read_signed_grant(phone.grant).code_until == showing.next_at
    phone.scan(poster)
    assert phone.signatures.read_signed_grant(phone.grant).code_until is None
