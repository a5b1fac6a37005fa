"""A browser's key signs for the server, survives a reload, and can be read by nobody."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from client.web.grants import Grant
from client.web.page_sources import TEMPLATES
from client.web.parsing.upload import PhotoForm
from client.web.visitors.device_keys import proven_device
from tests.browser.conftest import Visit

SCRIPT = (TEMPLATES / "phone" / "device_key.js").read_text("utf-8")
GRANT = Grant("s", "the-grant", datetime(2026, 3, 2, 9, 7, tzinfo=UTC))
PHOTO = b"\xff\xd8 the bytes of a photo"
LOSE = "new Promise((done) => { indexedDB.deleteDatabase('attendance-device').onsuccess = done; })"
READ = "crypto.subtle.exportKey('pkcs8', pair.privateKey).then(() => 'read', (error) => error.name)"

pytestmark = pytest.mark.browser


def sign(page: Page, before: str = "") -> dict[str, str] | None:
    """What the page's script signs, read as a browser reads a module."""
    bytes_of = f"Uint8Array.from(atob('{base64.b64encode(PHOTO).decode()}'), (one) => one.charCodeAt(0))"
    program = (
        f"async () => {{ {before}\n{SCRIPT}\nreturn signCheckIn('{GRANT.id}', new Blob([{bytes_of}])); }}"
    )
    answer: dict[str, str] | None = page.evaluate(program)
    return answer


@pytest.fixture
def page(visit: Visit, address: str) -> Page:
    phone = visit("a cat")
    phone.scan(address)
    return phone.page


def test_the_key_survives_a_reload_and_signs(page: Page) -> None:
    devices = []
    for _visit in range(2):
        signed = sign(page)
        assert signed is not None
        devices.append(proven_device(PhotoForm(signed, PHOTO), GRANT))
        page.reload()
    assert devices[0] is not None
    assert devices[0] == devices[1]


def test_a_browser_that_lost_its_storage_is_another_device(page: Page) -> None:
    before = sign(page)
    page.evaluate(
        "() => new Promise((done) => { indexedDB.deleteDatabase('attendance-device').onsuccess = done; })"
    )
    after = sign(page)
    assert before is not None
    assert after is not None
    assert before["key"] != after["key"]
    assert proven_device(PhotoForm(after, PHOTO), GRANT) is not None


def test_tabs_that_begin_at_once_have_one_key(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    starts = f"{SCRIPT}\nwindow.both = Promise.all([loadDeviceKey(), loadDeviceKey(), loadDeviceKey()]);"
    for one in (page, other):
        one.evaluate(f"() => {{ {starts} }}")
    keys = [
        key
        for one in (page, other)
        for key in one.evaluate("async () => (await both).map((key) => key.spki)")
    ]
    assert len(keys) == 6
    assert len(set(keys)) == 1


def test_no_script_reads_the_private_key(page: Page) -> None:
    tried = f"async () => {{ {SCRIPT}; const {{ pair }} = await loadDeviceKey(); return {READ}; }}"
    assert page.evaluate(tried) == "InvalidAccessError"


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("Object.defineProperty(window, 'indexedDB', { value: undefined });", id="no storage"),
        pytest.param(
            "indexedDB.open = () => { throw new DOMException('no', 'SecurityError'); };", id="forbidden"
        ),
        pytest.param("indexedDB.open = () => ({});", id="never answers"),
        pytest.param("crypto.subtle.sign = () => new Promise(() => undefined);", id="never signs"),
        pytest.param("Object.defineProperty(crypto, 'subtle', { value: undefined });", id="no WebCrypto"),
    ],
)
def test_a_browser_that_can_not_sign_checks_in_without(page: Page, broken: str) -> None:
    assert sign(page, broken) is None


def test_over_plain_http_nothing_is_signed(visit: Visit, address: str) -> None:
    phone = visit("a cat")
    phone.scan(address.replace("127.0.0.1", "insecure.test"))
    assert sign(phone.page) is None
