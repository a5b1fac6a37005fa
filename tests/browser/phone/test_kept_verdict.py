"""A verdict stays in its tab until the session ends, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from attendance.values import ReviewReason
from tests.browser.barriers import barriers_of, sideways_on_a_small_phone
from tests.browser.camera import WATCH_THE_CAMERA
from tests.browser.classroom import COLLINS, Classroom, open_class_in
from tests.browser.conftest import Visit, Visitor

pytestmark = pytest.mark.browser

SHOWN = (".verdict h1", "[data-slot=name]", "[data-slot=place]")
NO_STORAGE = """for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
}"""
NO_HISTORY = """for (const name of ["pushState", "replaceState"]) {
    history[name] = () => { throw new DOMException("denied", "SecurityError"); };
}"""


@pytest.fixture(scope="module")
def room(
    tmp_path_factory: pytest.TempPathFactory, models: Path, astronaut_jpeg: bytes
) -> Iterator[Classroom]:
    """A course whose session is open, with a clock that can be moved on."""
    with open_class_in(tmp_path_factory.mktemp("kept"), models, astronaut_jpeg) as room:
        yield room


def scan(phone: Visitor, room: Classroom) -> None:
    """Open the page behind the code that is on the wall now."""
    phone.scan(f"{room.base}/s/{room.register.entrances.address(room.session())}")


def check_in(phone: Visitor, room: Classroom) -> list[str]:
    """Scan and tap; returns what the verdict shows."""
    scan(phone, room)
    phone.tap_check_in()
    return shown_on(phone.page)


def shown_on(page: Page) -> list[str]:
    return [page.locator(part).inner_text() for part in SHOWN]


def test_it_survives_a_reload_and_going_back_and_the_camera_stays_off(visit: Visit, room: Classroom) -> None:
    phone = visit(COLLINS)
    phone.page.add_init_script(WATCH_THE_CAMERA)
    shown = check_in(phone, room)
    assert shown[1:] == [COLLINS, shown[2]]
    assert shown[2].startswith("Physics, ")

    phone.page.reload()  # while the code is good
    assert shown_on(phone.page) == shown
    room.clock.advance(minutes=2)
    phone.page.reload()  # the server answers that the code is over
    assert shown_on(phone.page) == shown
    expect(phone.page.locator(".verdict h1")).to_be_focused()

    phone.page.goto(f"{room.base}/")
    phone.page.go_back()
    assert shown_on(phone.page) == shown
    for state in ("hidden", "visible"):  # the screen is locked and unlocked
        phone.page.evaluate(
            "value => { Object.defineProperty(document, 'visibilityState', { value, configurable: true });"
            " document.dispatchEvent(new Event('visibilitychange')); }",
            state,
        )
    phone.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert shown_on(phone.page) == shown
    assert phone.page.evaluate("window.asked") == 0
    assert barriers_of(phone.page) + sideways_on_a_small_phone(phone.page) == []


def test_no_other_tab_and_no_other_scan_sees_it(visit: Visit, room: Classroom) -> None:
    phone = visit(COLLINS)
    check_in(phone, room)
    other = Visitor(phone.page.context.new_page())
    scan(other, room)
    other.page.locator("#shoot:enabled").wait_for()
    assert COLLINS not in other.page.content()
    room.clock.advance(seconds=15)
    scan(phone, room)  # the next code in the same tab, as on a shared phone
    phone.page.locator("#shoot:enabled").wait_for()
    assert COLLINS not in phone.page.content()


def test_it_needs_no_storage(visit: Visit, room: Classroom) -> None:
    phone = visit(COLLINS)
    phone.page.add_init_script(NO_STORAGE)
    shown = check_in(phone, room)
    phone.page.reload()
    assert shown_on(phone.page) == shown


def test_a_browser_that_remembers_nothing_checks_in_too(visit: Visit, room: Classroom) -> None:
    phone = visit(COLLINS)
    phone.page.add_init_script(NO_STORAGE + NO_HISTORY)
    check_in(phone, room)
    phone.page.get_by_role("link", name="Check in someone else").click()
    expect(phone.page.get_by_label("Code", exact=True)).to_be_focused()


def test_someone_else_on_a_shared_phone_finds_nothing_of_the_first(visit: Visit, room: Classroom) -> None:
    phone = visit(COLLINS)
    check_in(phone, room)
    assert COLLINS in json.dumps(phone.page.evaluate("history.state"))
    phone.page.get_by_role("link", name="Check in someone else").click()
    phone.page.wait_for_url("**/c")
    assert COLLINS not in phone.page.content()
    phone.page.go_back()
    assert COLLINS not in phone.page.content()
    phone.page.go_forward()
    assert COLLINS not in phone.page.content()
    scan(phone, room)
    kept = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state])"
    assert COLLINS not in phone.page.evaluate(kept)


def test_at_a_fixed_code_someone_else_begins_at_once(visit: Visit, room: Classroom) -> None:
    register = room.register
    register.courses.change(room.course.id, static_code=True)
    phone = visit(COLLINS)
    phone.scan(f"{room.base}/s/{room.session().token}")
    phone.tap_check_in()
    first = phone.page.locator("[name=claim]").get_attribute("value")
    phone.page.get_by_role("link", name="Check in someone else").click()
    phone.page.locator("#shoot:enabled").wait_for()
    assert str(first) not in phone.page.content()
    assert COLLINS not in phone.page.content()
    register.courses.change(room.course.id, static_code=False)


def test_thats_not_me_after_a_reload_says_nothing_of_a_photo(visit: Visit, room: Classroom) -> None:
    phone = visit(COLLINS)
    check_in(phone, room)
    room.clock.advance(minutes=2)
    phone.page.reload()
    phone.page.get_by_role("button", name="That's not me").click()
    expect(phone.page.locator(".verdict h1")).to_have_text("Your teacher will check it")
    expect(phone.page.locator(".sentence")).to_have_text(
        "Your teacher will decide. There is nothing more to do now."
    )
    (held,) = room.register.reviews.held()
    assert held.review.reason is ReviewReason.NOT_ME
    room.register.reviews.accept(held.review.id, by="teacher")


def test_a_number_is_kept_too_until_the_session_ends(visit: Visit, room: Classroom) -> None:
    phone = visit(COLLINS)
    scan(phone, room)
    phone.page.get_by_role("link", name="Check in without a photo").click()
    expect(phone.page.get_by_label("Your roll number")).to_be_focused()
    assert phone.page.evaluate("document.querySelector('#video').srcObject") is None
    phone.page.keyboard.type("3")
    phone.page.keyboard.press("Enter")
    assert phone.read_verdict() == "Your teacher will confirm"
    expect(phone.page.locator("[data-slot=place]")).to_contain_text("Physics, ")
    assert phone.requests == ["GET document", "POST xhr"]
    phone.page.reload()
    assert phone.read_verdict() == "Your teacher will confirm"
    phone.page.evaluate("history.replaceState({ verdict: { ...history.state.verdict, until: 1 } }, '')")
    room.clock.advance(minutes=2)
    phone.page.reload()
    assert phone.read_verdict() == "This code is over"
    for held in room.register.reviews.held():
        room.register.reviews.refuse(held.review.id, by="teacher")
