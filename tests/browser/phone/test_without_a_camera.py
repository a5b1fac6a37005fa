"""Where the camera is not to be had, the page says why and takes a photo all the same."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Route, expect

from attendance.register import Register
from tests.browser.conftest import REFUSED, Visit, Visitor
from tests.portraits import render

pytestmark = pytest.mark.browser


def photo_file(data: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> dict[str, object]:
    return {"name": name, "mimeType": kind, "buffer": data}


def choose(phone: Visitor, data: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> None:
    phone.page.set_input_files("#photo", photo_file(data, name, kind))  # type: ignore[arg-type]


def test_a_blocked_camera_is_explained_and_a_photo_does_it(
    visit: Visit, address: str, astronaut_jpeg: bytes
) -> None:
    phone = visit(permission=REFUSED)
    phone.scan(address)
    phone.wait_for_line("The camera is blocked for this page.")
    expect(phone.page.locator("#pick")).to_be_visible()
    expect(phone.page.locator("#shoot")).to_be_hidden()
    choose(phone, render(astronaut_jpeg, angle=-4, scale=1.3))
    assert phone.read_verdict() in ("Present", "Already in")
    assert phone.requests == ["GET document", "POST xhr"]


def test_no_camera_at_all_is_explained(visit: Visit, address: str) -> None:
    phone = visit(permission=("--use-fake-ui-for-media-stream",))
    phone.scan(address)
    phone.wait_for_line("No camera was found on this device.")


def test_plain_http_is_explained_and_a_photo_does_it(
    visit: Visit, port: int, register: Register, astronaut_jpeg: bytes
) -> None:
    phone = visit("Eileen Collins")
    phone.scan(f"http://insecure.test:{port}/s/{register.entrances.address(register.sessions.today())}")
    phone.wait_for_line("doesn't open its camera")
    choose(phone, render(astronaut_jpeg, angle=3))
    assert phone.read_verdict() in ("Present", "Already in")


def test_a_browser_without_the_interface_names_others(visit: Visit, address: str) -> None:
    phone = visit("Eileen Collins")
    phone.page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    phone.scan(address)
    phone.wait_for_line("Open the link in Safari or Chrome")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("NotReadableError", "Another app is using the camera."),
        ("OverconstrainedError", "This camera can't be used here."),
        ("SecurityError", "doesn't allow web pages to use the camera"),
        ("AbortError", "The camera did not start."),
        ("UnheardOfError", "The camera did not start. Use a photo instead."),
    ],
)
def test_each_camera_error_has_its_sentence(visit: Visit, address: str, name: str, sentence: str) -> None:
    phone = visit("Eileen Collins")
    phone.page.add_init_script(
        f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', '{name}'))"
    )
    phone.scan(address)
    phone.wait_for_line(sentence)
    expect(phone.page.locator("#pick")).to_be_visible()


def test_an_iphones_photo_goes_as_it_is(visit: Visit, address: str, astronaut_jpeg: bytes) -> None:
    from pillow_heif import from_pillow

    out = io.BytesIO()
    from_pillow(Image.open(io.BytesIO(astronaut_jpeg))).save(out, quality=90)
    phone = visit(permission=REFUSED)
    phone.scan(address)
    choose(phone, out.getvalue(), "IMG_0001.HEIC", "image/heic")
    assert phone.read_verdict() in ("Present", "Already in")


def test_a_huge_photo_is_made_smaller_before_it_is_sent(
    visit: Visit, address: str, astronaut_jpeg: bytes
) -> None:
    huge = render(astronaut_jpeg, scale=6, quality=98)
    assert len(huge) > 1_500_000
    phone = visit(permission=REFUSED)
    bodies: list[bytes] = []

    def weigh(route: Route) -> None:
        bodies.append(route.request.post_data_buffer or b"")
        route.continue_()

    phone.page.route("**/capture?*", weigh)
    phone.scan(address)
    choose(phone, huge)
    assert phone.read_verdict() in ("Present", "Already in")
    photo = bodies[0][bodies[0].index(b"\xff\xd8") :]
    assert max(Image.open(io.BytesIO(photo)).size) == 800
    assert 20_000 < len(photo) < 100_000


def test_a_photo_that_will_not_do_can_be_followed_by_another(
    visit: Visit, address: str, cat_jpeg: bytes, astronaut_jpeg: bytes
) -> None:
    phone = visit(permission=REFUSED)
    phone.scan(address)
    choose(phone, cat_jpeg)
    phone.wait_for_line("We can't see a face.")
    choose(phone, render(astronaut_jpeg, angle=2))
    assert phone.read_verdict() in ("Present", "Already in")


def test_a_camera_that_is_blocked_meanwhile_does_not_hide_why_a_photo_will_not_do(
    visit: Visit, address: str, cat_jpeg: bytes
) -> None:
    phone = visit()
    phone.page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => new Promise((_, reject) => {"
        " window.block = () => reject(new DOMException('no', 'NotAllowedError')); })"
    )
    phone.scan(address)
    choose(phone, cat_jpeg)
    phone.wait_for_line("We can't see a face.")
    phone.page.evaluate("block()")
    expect(phone.page.locator("#checkin")).to_have_attribute("data-mode", "photo")
    phone.wait_for_line("We can't see a face.")


def test_without_javascript_the_form_does_it(visit: Visit, address: str, astronaut_jpeg: bytes) -> None:
    phone = visit(java_script_enabled=False)
    phone.scan(address)
    choose(phone, render(astronaut_jpeg, angle=-2))
    phone.page.get_by_role("button", name="Check in").click()
    assert phone.read_verdict() in ("Present", "Already in")
    expect(phone.page.locator("[data-slot=name]")).to_have_text("Eileen Collins")
    assert phone.requests == ["GET document", "POST document"]


def test_without_javascript_a_cat_reads_why_and_may_try_again(
    visit: Visit, address: str, cat_jpeg: bytes
) -> None:
    phone = visit(java_script_enabled=False)
    phone.scan(address)
    choose(phone, cat_jpeg)
    phone.page.get_by_role("button", name="Check in").click()
    assert phone.read_verdict() == "Let's try another photo"
    expect(phone.page.locator(".sentence")).to_contain_text("We can't see a face.")
    phone.page.get_by_text("Try again", exact=True).click()
    expect(phone.page.locator("#photo")).to_be_visible()


def test_the_camera_comes_back_with_the_page(visit: Visit, address: str) -> None:
    phone = visit("Eileen Collins")
    phone.scan(address)
    phone.page.locator("#shoot:enabled").wait_for()
    phone.page.evaluate(
        "Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert phone.page.evaluate("document.querySelector('#video').srcObject") is None
    phone.page.evaluate(
        "delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))"
    )
    phone.page.locator("#shoot:enabled").wait_for()
