"""A student checks in with a phone, from the code to the verdict, with real networks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from attendance.register import Register
from tests.browser.conftest import AGAIN, Visit, stop_the_clock_now

CAPTURE = "**/capture?*"  # with the grant in the address

pytestmark = pytest.mark.browser


def test_an_enrolled_student_reaches_the_present_page(visit: Visit, address: str, register: Register) -> None:
    phone = visit("Eileen Collins")
    phone.scan(address)
    phone.tap_check_in()
    assert phone.read_verdict() in ("Present", "Already in")
    expect(phone.page.locator("[data-slot=name]")).to_have_text("Eileen Collins")
    expect(phone.page.locator("[data-slot=place]")).to_contain_text(re.compile(r"General, \d{1,2}:\d\d$"))
    assert len(register.store.marks(register.sessions.today().id)) == 1
    assert phone.complaints == []


def test_a_check_in_is_exactly_two_requests(visit: Visit, address: str) -> None:
    phone = visit("Eileen Collins")
    phone.scan(address)
    phone.tap_check_in()
    phone.read_verdict()
    assert phone.requests == ["GET document", "POST xhr"]


def test_the_focus_moves_to_the_verdict_and_the_camera_is_given_back(visit: Visit, address: str) -> None:
    phone = visit("Eileen Collins")
    phone.scan(address)
    phone.page.locator("#shoot:enabled").wait_for()
    track = phone.page.evaluate_handle("document.querySelector('#video').srcObject.getTracks()[0]")
    assert track.evaluate("track => track.readyState") == "live"
    phone.page.locator("#shoot").focus()
    phone.page.keyboard.press("Enter")  # from the keyboard
    phone.read_verdict()
    expect(phone.page.locator(".verdict h1")).to_be_focused()
    assert track.evaluate("track => track.readyState") == "ended"


def test_another_real_face_is_not_found_and_may_try_again(visit: Visit, address: str) -> None:
    phone = visit("Grace Hopper")
    phone.scan(address)
    phone.tap_check_in()
    assert phone.read_verdict() == "We didn't find you in this class"
    phone.page.get_by_text("Try again", exact=True).click()
    assert phone.page.title().startswith("Check in ·")
    phone.tap_check_in()
    assert phone.read_verdict() == "We didn't find you in this class"
    assert phone.requests.count("GET document") == 1  # the same page, the same grant


def test_a_cat_is_told_that_there_is_no_face_and_keeps_its_camera(visit: Visit, address: str) -> None:
    phone = visit("a cat")
    phone.scan(address)
    phone.tap_check_in()
    phone.wait_for_line("We can't see a face.")
    expect(phone.page.locator("#shoot")).to_be_enabled()
    assert phone.page.evaluate("document.querySelector('#video').paused") is False


def test_thats_not_me_goes_to_the_teacher(visit: Visit, address: str, register: Register) -> None:
    phone = visit("Eileen Collins")
    phone.scan(address)
    phone.tap_check_in()
    phone.page.get_by_text("That's not me").click()
    expect(phone.page.locator(".verdict h1")).to_have_text("Your teacher will check it")
    (held,) = register.reviews.held()
    assert held.snapshot is not None  # the script sent the photo along
    register.reviews.accept(held.review.id, by="teacher")


def test_the_photo_waits_for_the_network_and_goes_by_itself(visit: Visit, address: str) -> None:
    phone = visit("Eileen Collins")
    phone.scan(address)
    phone.page.locator("#shoot:enabled").wait_for()
    phone.page.context.set_offline(True)
    phone.tap_check_in()
    phone.wait_for_line(AGAIN)
    phone.page.context.set_offline(False)
    assert phone.read_verdict() in ("Present", "Already in")


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_bytes(
    visit: Visit, address: str, register: Register
) -> None:
    phone = visit("Eileen Collins")
    bodies: list[bytes] = []

    def lose_the_first_answer(route: Route) -> None:
        bodies.append(_photo_in(route.request.post_data_buffer or b""))
        answer = route.fetch()
        if len(bodies) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    phone.page.route(CAPTURE, lose_the_first_answer)
    phone.scan(address)
    phone.tap_check_in()
    assert phone.read_verdict() in ("Present", "Already in")
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_when_it_says(visit: Visit, address: str, status: int) -> None:
    phone = visit("Eileen Collins")
    busy = '{"status": "error", "code": "busy", "message": "Many people are checking in just now."}'
    headers = {"Retry-After": "1", "Content-Type": "application/json"}
    phone.page.route(CAPTURE, lambda route: route.fulfill(status=status, headers=headers, body=busy))
    phone.scan(address)
    stop_the_clock_now(phone.page)
    phone.tap_check_in()
    phone.wait_for_line("Many people are checking in just now. Trying again (2)…")
    phone.page.unroute(CAPTURE)
    phone.page.clock.run_for(900)
    assert phone.requests == ["GET document", "POST xhr"]  # not before the server wants it
    phone.page.clock.resume()
    assert phone.read_verdict() in ("Present", "Already in")


def test_a_pause_is_counted_down_and_then_the_photo_goes_again(visit: Visit, address: str) -> None:
    phone = visit("Eileen Collins")
    paused = '{"status": "refused", "code": "paused", "message": "Wait half a minute, then try again."}'
    headers = {"Retry-After": "30", "Content-Type": "application/json"}
    phone.page.route(CAPTURE, lambda route: route.fulfill(status=429, headers=headers, body=paused))
    phone.scan(address)
    stop_the_clock_now(phone.page)
    phone.tap_check_in()
    phone.wait_for_line("Wait half a minute, then try again.")
    left = phone.page.locator("#status [data-left]")
    expect(left).to_have_text("30 s")
    phone.page.clock.run_for(1000)
    expect(left).to_have_text("29 s")
    phone.page.clock.run_for(9000)
    expect(left).to_have_text("20 s")
    phone.page.unroute(CAPTURE)
    phone.page.clock.run_for(21_000)
    phone.page.clock.resume()
    assert phone.read_verdict() in ("Present", "Already in")


def test_a_hotspots_login_page_is_no_answer(visit: Visit, address: str) -> None:
    phone = visit("Eileen Collins")
    phone.page.route(CAPTURE, lambda route: route.fulfill(content_type="text/html", body="<h1>Hi</h1>"))
    phone.scan(address)
    phone.tap_check_in()
    phone.wait_for_line(AGAIN)
    phone.page.unroute(CAPTURE)
    assert phone.read_verdict() in ("Present", "Already in")


def test_a_page_that_was_open_too_long_says_to_scan_again(visit: Visit, address: str) -> None:
    phone = visit("Eileen Collins")
    answer = (
        '{"status": "refused", "code": "grant_expired", "message": "Scan the code on the wall.",'
        ' "student": null, "session": null, "marked_at": null}'
    )
    phone.page.route(
        CAPTURE, lambda route: route.fulfill(status=403, content_type="application/json", body=answer)
    )
    phone.scan(address)
    phone.tap_check_in()
    assert phone.read_verdict() == "Scan the code again"
    expect(phone.page.locator("[data-again]")).to_be_hidden()


def test_a_slow_answer_is_explained(visit: Visit, address: str) -> None:
    phone = visit("Eileen Collins")

    def slowly(route: Route) -> None:
        phone.wait_for_line("Still")
        route.continue_()

    phone.page.route(CAPTURE, slowly)
    phone.scan(address)
    phone.tap_check_in()
    assert phone.read_verdict() in ("Present", "Already in")


def _photo_in(body: bytes) -> bytes:
    """The JPEG inside a multipart body, whose boundary is another each time."""
    start = body.index(b"\xff\xd8\xff")
    return body[start : body.rindex(b"\xff\xd9") + 2]
