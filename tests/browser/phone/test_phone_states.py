"""What the phone page does where something is slow, old, in use elsewhere or inside another app."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from attendance.values import MarkStatus
from client.web.grants import DELIVERY, GRANT_LIFETIME
from tests.browser.album import Album
from tests.browser.barriers import barriers_of, sideways_on_a_small_phone
from tests.browser.camera import WATCH_THE_CAMERA
from tests.browser.classroom import COLLINS, Classroom, open_class_in
from tests.browser.conftest import AGAIN, REFUSED, Visit, Visitor
from tests.portraits import render

pytestmark = pytest.mark.browser

INSTAGRAM = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Instagram 350.0"
LATE_ANSWER = """const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (data) {
    const heard = this.onload;
    this.onload = (event) => addEventListener('answer', () => heard(event), { once: true });
    send.call(this, data);
};"""
BUSY = '{"status": "error", "code": "busy", "message": "The check-in is very busy just now."}'
BROKEN = (
    '{"status": "refused", "code": "bad_form", "message": "The photo did not arrive whole. Send it again."}'
)
NO_JPEG = "HTMLCanvasElement.prototype.toBlob = () => {}"
IN_USE = """const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
window.inUse = true;
navigator.mediaDevices.getUserMedia = (wanted) => window.inUse
    ? Promise.reject(new DOMException('no', 'NotReadableError')) : open(wanted);"""
UNREADABLE = "Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException('no', 'NotReadableError'))"


@pytest.fixture(scope="module")
def room(
    tmp_path_factory: pytest.TempPathFactory, models: Path, astronaut_jpeg: bytes
) -> Iterator[Classroom]:
    """A course whose session is open, with a clock that can be moved on."""
    with open_class_in(tmp_path_factory.mktemp("states"), models, astronaut_jpeg) as room:
        yield room


def scan(phone: Visitor, room: Classroom) -> None:
    """Open the page behind the code that is on the wall now, with a clock that can be moved on."""
    phone.page.clock.install()
    phone.scan(f"{room.base}/s/{room.register.entrances.address(room.session())}")


def let_it_sleep(page: Page, by: timedelta) -> None:
    """The phone sleeps, and wakes up after this long."""
    page.clock.fast_forward(int(by.total_seconds() * 1000))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def look(page: Page, album: Album, name: str) -> None:
    """Take its picture, and look for barriers."""
    album.keep(page, name, sizes=["phone", "small"], whole=False)
    assert barriers_of(page) + sideways_on_a_small_phone(page) == []
    page.set_viewport_size({"width": 390, "height": 844})


def test_a_page_that_is_too_old_says_so_before_the_selfie(
    visit: Visit, room: Classroom, album: Album
) -> None:
    phone = visit(COLLINS)
    scan(phone, room)
    phone.page.locator("#shoot:enabled").wait_for()
    let_it_sleep(phone.page, GRANT_LIFETIME)
    assert phone.read_verdict() == "Scan the code again"
    expect(phone.page.locator(".sentence")).to_contain_text("opened too long ago")
    expect(phone.page.locator("[data-slot=place]")).to_have_text("Physics")
    look(phone.page, album, "too-old")
    phone.page.get_by_role("link", name="Type the code").click()
    expect(phone.page.get_by_label("Code", exact=True)).to_be_focused()
    assert "POST xhr" not in phone.requests


def test_at_a_fixed_code_an_old_page_begins_again(visit: Visit, room: Classroom) -> None:
    room.register.courses.change(room.course.id, static_code=True)
    phone = visit(COLLINS)
    phone.page.clock.install()
    phone.scan(f"{room.base}/s/{room.session().token}")
    first = phone.page.locator("#checkin").get_attribute("action")
    with phone.page.expect_navigation():
        phone.page.clock.fast_forward(int(GRANT_LIFETIME.total_seconds() * 1000))
    phone.page.locator("#shoot:enabled").wait_for()
    assert phone.page.locator("#checkin").get_attribute("action") != first
    room.register.courses.change(room.course.id, static_code=False)


def test_a_number_that_is_half_typed_is_not_taken_away(visit: Visit, room: Classroom) -> None:
    phone = visit(COLLINS)
    scan(phone, room)
    phone.page.get_by_role("link", name="Check in without a photo").click()
    phone.page.keyboard.type("3")
    let_it_sleep(phone.page, GRANT_LIFETIME)
    expect(phone.page.get_by_label("Your roll number")).to_have_value("3")
    let_it_sleep(phone.page, DELIVERY)
    assert phone.read_verdict() == "Scan the code again"


def test_a_photo_that_was_taken_in_time_is_in_time(visit: Visit, room: Classroom) -> None:
    """Ten seconds before the bell the page is opened; the photo waits for the network for six minutes."""
    session = room.session()
    assert session.late_at is not None
    room.clock.advance(seconds=(session.late_at - room.clock.now()).total_seconds() - 10)
    phone = visit(COLLINS)
    scan(phone, room)
    phone.page.locator("#shoot:enabled").wait_for()
    phone.page.context.set_offline(True)
    phone.tap_check_in()
    phone.wait_for_line(AGAIN)
    room.clock.advance(minutes=6)
    phone.page.context.set_offline(False)
    assert phone.read_verdict() in ("Present", "Already in")
    (mark,) = room.register.store.marks(session.id)
    assert mark.status is MarkStatus.PRESENT
    assert mark.at < session.late_at < room.clock.now()


def test_while_a_photo_is_on_its_way_nothing_loses_it(visit: Visit, room: Classroom, album: Album) -> None:
    phone = visit(COLLINS)
    phone.page.goto(f"{room.base}/")
    scan(phone, room)
    phone.page.locator("#shoot:enabled").wait_for()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    phone.page.on("dialog", stay)
    phone.page.context.set_offline(True)
    phone.tap_check_in()
    phone.wait_for_line(AGAIN)
    phone.page.evaluate("history.back()")  # the gesture
    phone.wait_for_line("Please stay on this page.")
    phone.page.get_by_role("link", name="Check in without a photo").click(force=True)
    expect(phone.page.locator("#checkin")).to_be_visible()
    phone.page.evaluate("location.reload()")
    phone.page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    look(phone.page, album, "on-its-way")
    phone.page.context.set_offline(False)
    assert phone.read_verdict() in ("Present", "Already in")
    phone.page.go_back()  # one step back is the page before, and no question is asked
    expect(phone.page).to_have_url(f"{room.base}/")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("is_busy", [False, True])
def test_after_ten_minutes_it_gives_up_and_says_why(visit: Visit, room: Classroom, *, is_busy: bool) -> None:
    phone = visit(COLLINS)
    answer = {"status": 503, "body": BUSY, "content_type": "application/json"}
    phone.page.route("**/capture?*", lambda route: route.fulfill(**answer) if is_busy else route.abort())
    scan(phone, room)
    phone.tap_check_in()
    phone.wait_for_line(AGAIN)
    phone.page.clock.fast_forward(int((GRANT_LIFETIME + DELIVERY).total_seconds() * 1000))
    title, sentence = (
        ("That didn't work", "The check-in was busy for too long.")
        if is_busy
        else ("Scan the code again", "There was no connection for too long.")
    )
    assert phone.read_verdict() == title
    expect(phone.page.locator(".sentence")).to_contain_text(sentence)


def test_an_address_can_name_the_way(visit: Visit, room: Classroom) -> None:
    phone = visit(COLLINS)
    scan(phone, room)
    grant = phone.page.locator("#checkin [name=grant]").get_attribute("value")
    phone.page.goto(f"{room.base}/g/{grant}#number-way")
    expect(phone.page.get_by_label("Your roll number")).to_be_visible()
    expect(phone.page.locator("#checkin")).to_be_hidden()
    phone.page.get_by_role("link", name="Check in with a photo").click()
    expect(phone.page.locator("#shoot")).to_be_focused()
    expect(phone.page.locator("#number-way")).to_be_hidden()


def test_a_slow_answer_speaks_of_no_crowd(visit: Visit, room: Classroom) -> None:
    phone = visit(COLLINS)
    phone.page.add_init_script(LATE_ANSWER)
    scan(phone, room)
    phone.tap_check_in()
    phone.wait_for_line("Still checking")
    expect(phone.page.locator("#line")).to_have_text("This takes longer than usual. Still checking…")
    phone.page.evaluate("dispatchEvent(new Event('answer'))")
    assert phone.read_verdict() in ("Present", "Already in")


def test_a_canvas_that_never_answers_is_read_at_once(visit: Visit, room: Classroom) -> None:
    phone = visit(COLLINS)
    phone.page.add_init_script(NO_JPEG)
    scan(phone, room)
    phone.tap_check_in()
    phone.page.clock.fast_forward(5000)
    assert phone.read_verdict() in ("Present", "Already in")


def test_a_camera_in_use_can_be_tried_again(visit: Visit, room: Classroom, album: Album) -> None:
    phone = visit(COLLINS)
    phone.page.add_init_script(IN_USE)
    scan(phone, room)
    phone.wait_for_line("Another app is using the camera.")
    again = phone.page.get_by_role("button", name="Try again")
    look(phone.page, album, "in-use")
    again.click()
    expect(again).to_be_focused()
    phone.page.evaluate("window.inUse = false")
    again.press("Enter")
    expect(phone.page.locator("#shoot")).to_be_focused()
    expect(again).to_be_hidden()


@pytest.mark.parametrize(
    ("name", "may_help"),
    [("NotAllowedError", True), ("NotFoundError", True), ("UnheardOfError", True), ("SecurityError", False)],
)
def test_trying_again_is_offered_where_it_can_help(
    visit: Visit, room: Classroom, name: str, *, may_help: bool
) -> None:
    phone = visit(COLLINS)
    phone.page.add_init_script(
        f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', '{name}'))"
    )
    scan(phone, room)
    expect(phone.page.locator("#pick")).to_be_visible()
    expect(phone.page.locator("#retry")).to_be_visible(visible=may_help)


def test_a_file_that_cant_be_read_is_said_so_at_once(
    visit: Visit, room: Classroom, astronaut_jpeg: bytes
) -> None:
    phone = visit(permission=REFUSED)
    phone.page.add_init_script(UNREADABLE)
    scan(phone, room)
    phone.wait_for_line("blocked")
    file = {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": render(astronaut_jpeg, angle=2)}
    phone.page.set_input_files("#photo", files=[file])  # type: ignore[arg-type]
    phone.wait_for_line("This photo can't be read.")
    phone.page.set_input_files("#photo", files=[{**file, "buffer": b""}])  # type: ignore[arg-type]
    phone.wait_for_line("This photo can't be read.")
    assert "POST xhr" not in phone.requests


def test_a_browser_inside_an_app_names_others(visit: Visit, room: Classroom, album: Album) -> None:
    phone = visit(user_agent=INSTAGRAM, permission=REFUSED)
    scan(phone, room)
    expect(phone.page.locator(".note")).to_contain_text("opens in Safari or Chrome")
    phone.wait_for_line("Use Safari or Chrome")
    look(phone.page, album, "inside-an-app")


def test_the_number_waits_for_the_network_too_and_stays_where_it_is_refused(
    visit: Visit, room: Classroom, album: Album
) -> None:
    phone = visit()
    phone.page.goto(f"{room.base}/c")
    phone.page.get_by_label("Code", exact=True).fill("ABC234")
    phone.page.get_by_role("button", name="Go on", exact=True).click()
    expect(phone.page.get_by_label("Code", exact=True)).to_be_focused()
    expect(phone.page.get_by_label("Code", exact=True)).to_have_value("")
    look(phone.page, album, "wrong-code")
    phone.page.keyboard.type(room.register.entrances.showing(room.session()).typed)
    phone.page.get_by_role("button", name="Go on without a photo").click()
    number = phone.page.get_by_label("Your roll number")
    number.fill(" ")
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator("#number-line")).to_have_text("Type your roll number, then tap Check in.")
    phone.page.context.set_offline(True)
    number.fill("2")
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator("#number-line")).to_have_text(AGAIN)
    expect(number).to_have_value("2")
    look(phone.page, album, "number")
    phone.page.context.set_offline(False)
    assert phone.read_verdict() == "Your teacher will confirm"
    look(phone.page, album, "confirm")


def test_what_arrived_broken_is_said_so_where_it_was_sent(visit: Visit, room: Classroom) -> None:
    """A roll number, and "That's not me": neither is a photo, and neither needs the camera."""
    phone = visit(COLLINS)
    phone.page.add_init_script(WATCH_THE_CAMERA)
    scan(phone, room)
    phone.page.route(re.compile("/(claim|not-me)"), lambda route: route.fulfill(status=400, body=BROKEN))
    phone.page.get_by_role("link", name="Check in without a photo").click()
    number = phone.page.get_by_label("Your roll number")
    number.fill("2")
    phone.page.keyboard.press("Enter")
    expect(phone.page.locator("#number-line")).to_have_text("That didn't work. Please tell your teacher.")
    expect(number).to_be_focused()
    expect(number).to_have_value("2")
    phone.page.get_by_role("link", name="Check in with a photo").click()
    phone.tap_check_in()
    phone.page.get_by_role("button", name="That's not me").click()
    expect(phone.page.locator(".sentence")).to_have_text("That didn't work. Please tell your teacher.")
    expect(phone.page.get_by_role("button", name="That's not me")).to_be_enabled()
    assert phone.page.evaluate("asked") == 2  # with the page, and back from the number


def test_without_javascript_both_ways_are_one_page(
    visit: Visit, room: Classroom, astronaut_jpeg: bytes, album: Album, tmp_path: Path
) -> None:
    phone = visit(java_script_enabled=False)
    scan(phone, room)
    phone.page.get_by_role("link", name="Check in without a photo").click()
    expect(phone.page.locator("#checkin")).to_be_hidden()
    album.keep(phone.page, "number-form", sizes=["phone", "small"], whole=False)
    phone.page.get_by_label("Your roll number").fill("2")
    phone.page.get_by_role("button", name="Check in").click()
    assert phone.read_verdict() == "Your teacher will confirm"
    assert phone.requests == ["GET document", "POST document"]
    scan(phone, room)
    photo = tmp_path / "1.jpg"
    photo.write_bytes(render(astronaut_jpeg, angle=3))
    phone.page.set_input_files("#photo", photo)
    phone.page.get_by_role("button", name="Check in", exact=True).click()
    assert phone.read_verdict() in ("Present", "Already in")
    room.clock.advance(minutes=11)
    phone.page.reload()  # the browser sends the form again
    expect(phone.page.locator("[data-slot=name]")).to_have_text(COLLINS)
    phone.page.get_by_role("button", name="That's not me").click()
    expect(phone.page.locator(".sentence")).to_have_text(
        "Your teacher will decide. There is nothing more to do now."
    )
