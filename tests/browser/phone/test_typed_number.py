"""On a site that searches no class, the page has a field for the roll number below the camera."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from attendance.open_register import open_register
from attendance.register import Register
from attendance.values import LivenessMode
from tests.browser.conftest import Visit

SMALL = {"width": 320, "height": 568}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def register(register: Register) -> Iterator[Register]:
    """The same site, where a face is compared with its student only."""
    with open_register(replace(register.settings, one_to_one="known")) as opened:
        general = opened.sessions.course_of(opened.sessions.today())
        opened.courses.change(general.id, liveness=LivenessMode.OFF)
        yield opened


def test_an_unknown_phone_is_asked_and_the_number_goes_with_the_photo(
    visit: Visit, address: str, register: Register
) -> None:
    phone = visit("Eileen Collins", viewport=SMALL)
    phone.scan(address)
    field = phone.page.get_by_label("Your roll number").and_(phone.page.locator("#claimed"))
    phone.page.locator("#shoot:enabled").wait_for()
    expect(field).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.tap_check_in()
    expect(phone.page.locator("#line")).to_contain_text("Type your roll number below the picture")
    expect(field).to_be_focused()
    [student] = register.store.students()
    field.fill(student.roll_number)
    field.press("Enter")  # leaves the field, and sends nothing
    expect(field).not_to_be_focused()
    phone.tap_check_in()
    assert phone.read_verdict() == "Present"
    assert phone.requests == ["GET document", "POST xhr", "POST xhr"]
