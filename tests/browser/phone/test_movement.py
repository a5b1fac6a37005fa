"""The small movement that the phone page asks for: what the page shows, says, takes and sends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Route, expect

from tests.browser.album import Album
from tests.browser.barriers import barriers_of, sideways_on_a_small_phone
from tests.browser.camera import CAMERA, moving_film
from tests.browser.classroom import Classroom, open_class_in
from tests.browser.conftest import Visit, Visitor
from tests.browser.phone.sent_forms import SentForm, sent_form

pytestmark = pytest.mark.browser

CAPTURE = "**/capture?*"
MOST_SENT = 200_000  # bytes
LONGEST_MS = {1: 2000, 2: 4200}
LANDSCAPE = {"width": 844, "height": 390}
SIDES = {"left": -1, "right": 1, "up": -1, "down": 1}  # on the screen, where x and y grow right and down
NO_CALLBACKS = "delete HTMLVideoElement.prototype.requestVideoFrameCallback"
BACK_CAMERA = """MediaStreamTrack.prototype.getSettings = () => ({ facingMode: 'environment' });"""
LISTEN = """window.heard = [];
addEventListener('DOMContentLoaded', () => new MutationObserver(() => heard.push(line.textContent))
    .observe(line, { childList: true, characterData: true, subtree: true }));"""
WATCH_THE_RING = """const ring = document.querySelector('.ring');
window.ringSeen = [];
new MutationObserver(() => {
    const { top, height } = document.querySelector('#view').getBoundingClientRect();
    ringSeen.push([ring.style.strokeDashoffset, getComputedStyle(ring).visibility, `${top} ${height}`]);
}).observe(ring, { attributes: true });"""
NO_FACE = {
    "status": "photo_problem",
    "code": "no_face",
    "message": "We can't see a face.",
    "student": None,
    "session": None,
    "marked_at": None,
}


@pytest.fixture(scope="module")
def room(
    tmp_path_factory: pytest.TempPathFactory, models: Path, astronaut_jpeg: bytes
) -> Iterator[Classroom]:
    """A course whose session is open."""
    with open_class_in(tmp_path_factory.mktemp("movement"), models, astronaut_jpeg) as room:
        yield room


@pytest.fixture(scope="module")
def swaying(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Films of a ball that never is where it was, by their pictures in a second; white on the left."""
    folder = tmp_path_factory.mktemp("swaying")
    return {rate: moving_film(_balls(), folder / f"{rate}.y4m", rate=rate) for rate in (5, 10)}


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of more details than any background has: random colours, four pixels apart."""
    random = np.random.default_rng(14)
    small = (random.integers(0, 256, (CAMERA[1] // 4, CAMERA[0] // 4, 3), np.uint8) for _ in range(10))
    pictures = (Image.fromarray(each).resize(CAMERA, Image.Resampling.BICUBIC) for each in small)
    return moving_film(pictures, tmp_path_factory.mktemp("noise") / "noise.y4m")


def _balls() -> Iterator[Image.Image]:
    for moment in range(40):
        picture = Image.new("RGB", CAMERA, "black")
        draw = ImageDraw.Draw(picture)
        draw.rectangle((0, 0, CAMERA[0] // 3, CAMERA[1]), fill="white")
        x = 300 + moment * 6
        draw.ellipse((x, 150, x + 100, 330), fill=(200, 150, 120))
        yield picture


def ask_for(phone: Visitor, *turns: str) -> list[SentForm]:
    """Make the page ask for these movements; what it sends is kept here, and answered with "no face"."""
    forms: list[SentForm] = []

    def exchange(route: Route) -> None:
        answer = route.fetch()
        text = re.sub('data-turns="[^"]*"', f'data-turns="{escape(json.dumps(turns))}"', answer.text())
        route.fulfill(
            response=answer, body=re.sub('data-frames="[^"]*"', f'data-frames="{8 * len(turns)}"', text)
        )

    def keep(route: Route) -> None:
        forms.append(sent_form(route.request))
        route.fulfill(status=422, content_type="application/json", body=json.dumps(NO_FACE))

    phone.page.route("**/s/*", exchange)
    phone.page.route(CAPTURE, keep)
    return forms


def scan(phone: Visitor, room: Classroom) -> None:
    """Open the page behind the code that is on the wall now."""
    phone.scan(f"{room.base}/s/{room.register.entrances.address(room.session())}")


def check_in(phone: Visitor, room: Classroom, *turns: str) -> SentForm:
    """Scan, tap, and move; returns what was sent."""
    forms = ask_for(phone, *turns)
    scan(phone, room)
    phone.tap_check_in()
    phone.wait_for_line("We can't see a face.")
    (form,) = forms
    return form


def middle(part: Locator) -> tuple[float, float]:
    """Where something is on the screen."""
    box = part.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("turns", [("left",), ("up", "right")])
@pytest.mark.parametrize("rate", [5, 10])
def test_still_and_movement_go_in_one_request(
    visit: Visit, room: Classroom, swaying: dict[int, Path], turns: tuple[str, ...], rate: int
) -> None:
    phone = visit(camera=swaying[rate])
    form = check_in(phone, room, *turns)
    assert phone.requests == ["GET document", "POST xhr"]
    assert len(form.frames) == len(form.taken) == 8 * len(turns)
    assert {picture.size for picture in form.pictures} == {(320, 240)}
    assert len(set(form.frames)) == len(form.frames)  # no frame twice
    assert form.taken[0] == 0
    assert form.taken == sorted(form.taken)
    assert form.taken[-1] <= LONGEST_MS[len(turns)]
    assert form.size <= MOST_SENT
    assert form.fields["camera"]
    assert len(form.image) > max(len(frame) for frame in form.frames)


def test_a_browser_that_tells_of_no_frames_takes_none_twice_either(
    visit: Visit, room: Classroom, swaying: dict[int, Path]
) -> None:
    phone = visit(camera=swaying[5])
    phone.page.add_init_script(NO_CALLBACKS)
    form = check_in(phone, room, "right")
    assert len(set(form.frames)) == 8
    assert form.taken[-1] <= LONGEST_MS[1]


def test_what_is_sent_stays_small_however_busy_the_picture(
    visit: Visit, room: Classroom, noise: Path
) -> None:
    form = check_in(visit(camera=noise), room, "left", "down")
    assert len(form.frames) == 16
    assert form.size <= MOST_SENT


def test_frames_are_not_mirrored_although_the_preview_is(
    visit: Visit, room: Classroom, swaying: dict[int, Path]
) -> None:
    phone = visit(camera=swaying[10], viewport=LANDSCAPE)
    form = check_in(phone, room, "left")
    for picture in form.pictures:
        pixels = np.asarray(picture)  # RGB (H, W, 3)
        assert pixels[120, 20].min() > 200
        assert pixels[20, 300].max() < 50
    assert phone.page.evaluate("getComputedStyle(video).transform").startswith("matrix(-1")


@pytest.mark.parametrize("turn", ["left", "right", "up", "down"])
@pytest.mark.parametrize("seen_by", ["front camera", "back camera"])
def test_the_arrow_points_to_where_the_head_goes_on_the_screen(
    visit: Visit, room: Classroom, swaying: dict[int, Path], turn: str, seen_by: str
) -> None:
    """The front camera's preview is a mirror; in the back camera's, another person's left is on the right."""
    phone = visit(camera=swaying[10], reduced_motion="reduce")
    if seen_by == "back camera":
        phone.page.add_init_script(BACK_CAMERA)
    ask_for(phone, turn)
    scan(phone, room)
    phone.page.locator("#shoot:enabled").wait_for()
    head = middle(phone.page.locator("ellipse.line"))
    expected = SIDES[turn] * (-1 if seen_by == "back camera" and turn in ("left", "right") else 1)
    axis = 0 if turn in ("left", "right") else 1
    features = "nose" if axis == 0 else "eyes"
    for part in (".line .arrow", f".line .{features}"):
        away = middle(phone.page.locator(part))[axis] - head[axis]
        assert away * expected > 5


def test_the_live_line_says_what_to_do_before_and_while(
    visit: Visit, room: Classroom, swaying: dict[int, Path]
) -> None:
    phone = visit(camera=swaying[10])
    phone.page.add_init_script(LISTEN)
    check_in(phone, room, "left", "up")
    heard = phone.page.evaluate("heard")
    invitation = (
        "Look at the phone, tap Check in, then turn your head a little to the left."
        " After that, raise it a little."
    )
    said = [invitation, "Turn your head a little to the left.", "Raise your head a little.", "Sending…"]
    assert [text for text in heard if text in said] == said
    expect(phone.page.locator(".outline")).to_have_attribute("data-turn", "left")  # for another try


def test_the_ring_fills_and_the_picture_stays_where_it_is(
    visit: Visit, room: Classroom, swaying: dict[int, Path], album: Album
) -> None:
    phone = visit(camera=swaying[10])
    ask_for(phone, "left", "right")
    scan(phone, room)
    phone.page.locator("#shoot:enabled").wait_for()
    album.keep(phone.page, "movement-asked", whole=False)
    assert barriers_of(phone.page) + sideways_on_a_small_phone(phone.page) == []
    expect(phone.page.locator(".ring")).to_be_hidden()
    phone.page.evaluate(WATCH_THE_RING)
    phone.tap_check_in()
    phone.wait_for_line("We can't see a face.")
    expect(phone.page.locator(".ring")).to_be_hidden()
    steps = phone.page.evaluate("ringSeen")
    left, visible, places = zip(*steps[:16], strict=True)
    assert [float(each) for each in left] == [100 - 100 * taken / 16 for taken in range(1, 17)]
    assert set(visible) == {"visible"}
    assert len(set(places)) == 1  # the picture doesn't jump when the sentence gets shorter


def test_where_motion_is_not_wanted_nothing_moves_by_itself(
    visit: Visit, room: Classroom, swaying: dict[int, Path]
) -> None:
    phone = visit(camera=swaying[10], reduced_motion="reduce", viewport=LANDSCAPE)
    ask_for(phone, "right")
    scan(phone, room)
    phone.page.locator("#shoot:enabled").wait_for()
    assert phone.page.evaluate("document.getAnimations().length") == 0
    expect(phone.page.locator(".line .arrow")).to_be_visible()
    phone.page.evaluate(WATCH_THE_RING)
    phone.tap_check_in()
    phone.wait_for_line("We can't see a face.")
    assert "50" in [left for left, *_ in phone.page.evaluate("ringSeen")]


def test_a_camera_that_ends_meanwhile_is_said_so_and_starts_again(
    visit: Visit, room: Classroom, swaying: dict[int, Path]
) -> None:
    phone = visit(camera=swaying[10])
    forms = ask_for(phone, "left")
    scan(phone, room)
    phone.tap_check_in()
    phone.wait_for_line("Turn your head a little to the left.")
    phone.page.evaluate("video.srcObject.getTracks()[0].dispatchEvent(new Event('ended'))")
    phone.wait_for_line("The camera stopped.")
    expect(phone.page.locator(".ring")).to_be_hidden()
    phone.page.get_by_role("button", name="Start the camera").click()
    phone.wait_for_line("Look at the phone")
    assert forms == []
    phone.tap_check_in()
    phone.wait_for_line("We can't see a face.")
    assert len(forms[0].frames) == 8


def test_a_camera_that_shows_nothing_new_has_stopped(visit: Visit, room: Classroom) -> None:
    phone = visit("a cat")  # the same picture over and over
    phone.page.add_init_script(NO_CALLBACKS)
    forms = ask_for(phone, "left")
    scan(phone, room)
    phone.tap_check_in()
    phone.wait_for_line("The camera stopped.")
    assert forms == []
    expect(phone.page.get_by_role("button", name="Start the camera")).to_be_enabled()


def test_a_page_that_is_left_meanwhile_sends_nothing_and_goes_on_later(
    visit: Visit, room: Classroom, swaying: dict[int, Path]
) -> None:
    phone = visit(camera=swaying[10])
    forms = ask_for(phone, "down")
    scan(phone, room)
    phone.tap_check_in()
    phone.wait_for_line("Lower your head a little.")
    phone.page.evaluate(
        "Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert phone.page.evaluate("video.srcObject") is None
    phone.page.evaluate(
        "delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))"
    )
    phone.wait_for_line("Look at the phone")
    phone.page.wait_for_timeout(2000)
    assert forms == []
    phone.tap_check_in()
    phone.wait_for_line("We can't see a face.")
    assert len(forms[0].frames) == 8


def test_back_in_the_middle_of_the_movement_leaves_the_page(
    visit: Visit, room: Classroom, swaying: dict[int, Path]
) -> None:
    phone = visit(camera=swaying[10])
    phone.page.goto(f"{room.base}/")
    forms = ask_for(phone, "left")
    scan(phone, room)
    phone.tap_check_in()
    phone.wait_for_line("Turn your head a little to the left.")
    phone.page.go_back()
    expect(phone.page).to_have_url(f"{room.base}/")
    assert forms == []
    phone.page.go_forward()
    phone.tap_check_in()
    phone.wait_for_line("We can't see a face.")
    assert len(forms[0].frames) == 8


def test_what_got_lost_goes_again_with_the_same_bytes(
    visit: Visit, room: Classroom, swaying: dict[int, Path]
) -> None:
    phone = visit(camera=swaying[10])
    ask_for(phone, "left")
    forms: list[SentForm] = []

    def lose_the_first(route: Route) -> None:
        forms.append(sent_form(route.request))
        if len(forms) == 1:
            route.abort()
        else:
            route.fallback()

    phone.page.route(CAPTURE, lose_the_first)
    scan(phone, room)
    phone.tap_check_in()
    phone.wait_for_line("We can't see a face.")
    first, second = forms
    assert first == second


def test_a_photo_that_is_chosen_goes_without_a_movement(
    visit: Visit, room: Classroom, swaying: dict[int, Path], cat_jpeg: bytes
) -> None:
    phone = visit(camera=swaying[10])
    forms = ask_for(phone, "left")
    scan(phone, room)
    phone.page.locator("#shoot:enabled").wait_for()
    photo = {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": cat_jpeg}
    phone.page.set_input_files("#photo", files=[photo])  # type: ignore[arg-type]
    phone.wait_for_line("We can't see a face.")
    assert forms[0].frames == ()
    assert "taken" not in forms[0].fields


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("move_again", "We didn't see that movement. Make it a little bigger, right after the tap."),
        ("stay_in_view", "Your face left the picture. Keep all of it in the outline."),
    ],
)
def test_another_try_comes_with_the_reason_and_the_movement(
    visit: Visit, room: Classroom, swaying: dict[int, Path], code: str, reason: str
) -> None:
    phone = visit(camera=swaying[10])
    ask_for(phone, "right")
    answer = json.dumps({**NO_FACE, "code": code, "message": reason})
    phone.page.route(
        CAPTURE, lambda route: route.fulfill(status=422, content_type="application/json", body=answer)
    )
    scan(phone, room)
    phone.tap_check_in()
    phone.wait_for_line(
        f"{reason} Look at the phone, tap Check in, then turn your head a little to the right."
    )
    expect(phone.page.locator(".outline")).to_have_attribute("data-turn", "right")
    expect(phone.page.locator("#shoot")).to_be_focused()
