"""Who moves as asked is marked, and a photo that is moved is not: with real networks and a fake camera."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from attendance.values import LivenessMode, LivenessResult, ReviewReason
from face_detection.pad_kit.fake_camera import FilmCourse, filmed, write_film
from face_detection.pad_kit.material.portraits import portrait_of
from face_detection.pad_kit.values import Direction
from tests.browser.classroom import COLLINS, Classroom, open_class_in
from tests.browser.conftest import Visit, Visitor
from tests.portraits import render

pytestmark = pytest.mark.browser

COURSE = FilmCourse((Direction.LEFT,), straight=2.0)
LEAD = 0.5  # s from the tap to the turn: the time in which a person begins to move
CLASSES = 5
ANSWERED = ".verdict h1, #status[data-tone=warn]"
TAP_BEFORE_THE_TURN = """([length, begin, lead]) => new Promise((done) => {
    const look = () => {
        const before = begin - (video.currentTime % length);
        if (shoot.disabled || before < lead - 0.2 || before > lead) return requestAnimationFrame(look);
        shoot.click();
        done();
    };
    look();
})"""


@pytest.fixture
def room(
    tmp_path_factory: pytest.TempPathFactory, models: Path, astronaut_jpeg: bytes
) -> Iterator[Classroom]:
    """A course that requires the movement, whose session is open, with a clock that can be moved on."""
    folder = tmp_path_factory.mktemp("shown")
    with open_class_in(folder, models, astronaut_jpeg, liveness=LivenessMode.REQUIRED) as room:
        yield room


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory, astronaut_jpeg: bytes) -> dict[str, Path]:
    """Films of the enrolled student: turning the head to the left, and on a print that is waved."""
    folder = tmp_path_factory.mktemp("scenes")
    still = folder / "collins.jpg"
    still.write_bytes(astronaut_jpeg)
    portrait = portrait_of(COLLINS, still)
    assert portrait is not None
    for scene in ("live", "print"):
        write_film(folder / f"{scene}.y4m", filmed(portrait, scene, COURSE))
    return {scene: folder / f"{scene}.y4m" for scene in ("live", "print")}


def scan_until_asked(phone: Visitor, room: Classroom, turns: str = '["left"]') -> None:
    """Scan codes until the page asks for what the film shows; a student would move as the page asks."""
    for _ in range(40):
        phone.scan(f"{room.base}/s/{room.register.entrances.address(room.session())}")
        if phone.page.locator("#checkin").get_attribute("data-turns") == turns:
            return
    raise AssertionError(f"no page asked for {turns}")


def tap_before_the_turn(phone: Visitor) -> None:
    """Tap at the moment of the film at which a person would begin to move."""
    phone.page.locator("#shoot:enabled").wait_for()
    phone.page.evaluate(TAP_BEFORE_THE_TURN, [COURSE.seconds, COURSE.straight, LEAD])


def test_a_head_that_turns_is_marked(visit: Visit, room: Classroom, scenes: dict[str, Path]) -> None:
    """On a busy machine a browser may see too few frames; in a new class the student starts afresh."""
    phone = visit(camera=scenes["live"])
    classes = []
    for _ in range(CLASSES):
        classes.append(room.session().id)
        scan_until_asked(phone, room)
        tap_before_the_turn(phone)
        phone.page.locator(ANSWERED).wait_for()
        if phone.page.locator(".verdict").count():
            break
        room.register.closing.close(room.session().id, by="teacher")
        room.register.class_sessions.open_now(room.course.id, by="teacher")
    assert phone.read_verdict() == "Present"
    expect(phone.page.locator("[data-slot=name]")).to_have_text(COLLINS)
    (mark,) = room.register.store.marks(classes[-1])
    assert mark.evidence.liveness is LivenessResult.PASSED
    assert mark.evidence.signed
    assert phone.requests[-1] == "POST xhr"
    assert phone.requests.count("POST xhr") == len(classes)


def test_a_head_that_turns_the_other_way_may_try_once_more(
    visit: Visit, room: Classroom, scenes: dict[str, Path]
) -> None:
    """As a replay whose direction the page does not ask for."""
    phone = visit(camera=scenes["live"])
    scan_until_asked(phone, room, '["right"]')
    tap_before_the_turn(phone)
    phone.wait_for_line("We didn't see that movement.")
    expect(phone.page.locator("#line")).to_contain_text("then turn your head a little to the right.")
    expect(phone.page.locator("#shoot")).to_be_focused()
    expect(phone.page.locator(".outline")).to_have_attribute("data-turn", "right")
    assert room.register.store.marks(room.session().id) == []


def test_a_print_that_is_waved_marks_nobody(visit: Visit, room: Classroom, scenes: dict[str, Path]) -> None:
    """A photo of it is often blurred, which is no try; after two tries the teacher decides."""
    phone = visit(camera=scenes["print"])
    scan_until_asked(phone, room)
    said = []
    for _ in range(8):
        # The line of the try before is shown until the next photo is taken: it must not be read again.
        with phone.page.expect_response(lambda answer: answer.request.method == "POST"):
            tap_before_the_turn(phone)
        phone.page.locator(ANSWERED).wait_for()
        if phone.page.locator(".verdict").count():
            assert phone.read_verdict() == "Your teacher will check it"
            break
        said.append(phone.page.locator("#line").inner_text())
    assert said
    assert sum("We didn't see that movement." in line for line in said) <= 1
    assert room.register.store.marks(room.session().id) == []
    reviews = [held.review for held in room.register.reviews.held()]
    assert {(each.reason, each.evidence.liveness) for each in reviews} <= {
        (ReviewReason.MOVEMENT, LivenessResult.FAILED)
    }


def test_the_right_movement_under_yesterdays_code_counts_no_more(
    visit: Visit, room: Classroom, scenes: dict[str, Path]
) -> None:
    """The page was kept open overnight, so that the head turns as it asked; and the code is scanned again."""
    phone = visit(camera=scenes["live"])

    def a_day_later(route: Route) -> None:
        room.clock.advance(days=1)
        route.continue_()

    phone.page.route("**/capture?*", a_day_later)
    scan_until_asked(phone, room)
    code, session = phone.page.url, room.session()
    tap_before_the_turn(phone)
    assert phone.read_verdict() == "Scan the code again"
    assert room.register.store.marks(session.id) == []
    phone.scan(code)
    assert phone.read_verdict() == "This class is over"


def test_a_chosen_photo_is_for_the_teacher_and_the_page_says_so_before(
    visit: Visit, room: Classroom, astronaut_jpeg: bytes
) -> None:
    phone = visit(java_script_enabled=False)
    phone.scan(f"{room.base}/s/{room.register.entrances.address(room.session())}")
    expect(phone.page.locator(".unmoved")).to_contain_text("your teacher confirms that you are here")
    photo = {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": render(astronaut_jpeg, angle=3)}
    phone.page.set_input_files("#photo", files=[photo])  # type: ignore[arg-type]
    phone.page.get_by_role("button", name="Check in", exact=True).click()
    assert phone.read_verdict() == "Your teacher will check it"
    (held,) = room.register.reviews.held()
    assert held.review.reason is ReviewReason.NO_MOVEMENT
    assert held.review.evidence.liveness is LivenessResult.NOT_SHOWN
