"""A teacher photographs the room: sent over a bad network too, watched, confirmed with a tap, marked."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from attendance.values import MarkMethod, MarkStatus, Role
from tests.attendance.fake_pipeline import room_of
from tests.browser.album import SIZES, Album
from tests.browser.barriers import barriers_of, sideways_on_a_small_phone
from tests.browser.classroom import COLLINS, HOPPER, Classroom
from tests.browser.conftest import AGAIN, LAPTOP, PHONE, Visit
from tests.browser.drawn_classroom import (
    COLLINS_FACE,
    EACH_STATE,
    STRANGERS_FACE,
    GatedRoom,
    drawn_classroom_in,
)
from tests.portraits import jpeg

pytestmark = pytest.mark.browser
WALL = (140, 150, 150)


class RoomPage:
    """The pages of a session's photos in a browser.

    Args:
        page: who looks at them is logged in.
        classroom: whose session it is.
    """

    def __init__(self, page: Page, classroom: Classroom) -> None:
        self.page = page
        self.classroom = classroom
        self.session = classroom.session()
        self.at = f"{classroom.base}/teach/sessions/{quote(self.session.id)}"

    def open(self) -> None:
        """Where photos are sent."""
        self.page.goto(f"{self.at}/classroom")

    def choose(self, *photos: bytes, name: str = "room.png", kind: str = "image/png") -> None:
        """Choose files, as the phone's dialog does."""
        files = [{"name": name, "mimeType": kind, "buffer": photo} for photo in photos]
        self.page.set_input_files("#photos", files=files)  # type: ignore[arg-type]

    def send(self, *photos: bytes) -> None:
        """Send photos, and wait for what was seen."""
        self.open()
        self.choose(*photos)
        self.button("Send and find faces").click()
        self.wait_for_result()

    def wait_for_result(self) -> None:
        """Wait for what was seen, and for the script that looks at it."""
        self.page.locator("[data-mark]", has_text=COUNTED).wait_for()

    def button(self, name: str) -> Locator:
        """A button by its words."""
        return self.page.get_by_role("button", name=name, exact=True)

    def row(self, word: str) -> Locator:
        """The row of a face that says this."""
        return self.page.locator(".seen", has_text=word)

    def shows(self, counts: list[str]) -> None:
        """Wait for the large numbers: recognised, to confirm, unknown, not seen yet."""
        for name, count in zip(("recognised", "confirm", "unknown", "missing"), counts, strict=True):
            expect(self.page.locator(f".counts [data-count={name}]")).to_have_text(count)

    def marks(self) -> dict[str, tuple[MarkStatus, MarkMethod]]:
        """What the register says."""
        register = self.classroom.register
        return {
            register.students.by_id(mark.student_id).name: (mark.status, mark.method)
            for mark in register.store.marks(self.session.id)
        }


COUNTED = re.compile("Mark [0-9]+|Nobody is chosen")
FROM_PHOTO = (MarkStatus.PRESENT, MarkMethod.CLASSROOM_PHOTO)
Open = Callable[..., RoomPage]


@pytest.fixture
def gate() -> GatedRoom:
    """What reads the photos of the drawn class."""
    return GatedRoom()


@pytest.fixture
def drawn(tmp_path: Path, gate: GatedRoom) -> Iterator[Classroom]:
    """A class whose faces are patches of colour."""
    with drawn_classroom_in(tmp_path, gate) as opened:
        yield opened
        gate.gate.set()


@pytest.fixture
def room(visit: Visit, drawn: Classroom) -> Open:
    """A teacher of the drawn class: ``room(viewport=PHONE)``."""

    def arrive(**options: object) -> RoomPage:
        page = visit(**{"viewport": LAPTOP, **options}).page
        drawn.log_in(page, Role.TEACHER)
        return RoomPage(page, drawn)

    return arrive


def two_in_a_room(left: bytes, right: bytes) -> bytes:
    """A picture in which both portraits hang on one wall."""
    wall = Image.new("RGB", (1500, 800), WALL)
    for place, portrait in ((120, left), (850, right)):
        wall.paste(Image.open(io.BytesIO(portrait)).convert("RGB").resize((500, 560)), (place, 120))
    return jpeg(wall)


def png(image: Image.Image) -> bytes:
    """The picture as it is, to the last pixel."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_photo_of_two_becomes_marks_on_the_board(
    signed_in: Visit, classroom: Classroom, astronaut_jpeg: bytes, hopper_jpeg: bytes, size: str
) -> None:
    register = classroom.register
    opened = register.class_sessions.open_now(classroom.course.id, by="office")
    visitor = signed_in(Role.TEACHER, viewport=SIZES[size])
    room = RoomPage(visitor.page, classroom)
    room.page.goto(f"{room.at}/board")
    room.page.get_by_role("link", name="Classroom photo").click()
    room.choose(two_in_a_room(astronaut_jpeg, hopper_jpeg), name="room.jpg", kind="image/jpeg")
    room.button("Send and find faces").click()
    room.wait_for_result()
    room.shows(["1", "0", "1", "4"])
    room.row("Unknown").locator("[data-open]").click()
    room.page.locator("#chooser").get_by_placeholder("Name or roll number").fill("hopp")
    room.page.locator("#chooser").get_by_role("button", name=HOPPER).click()
    room.shows(["2", "0", "0", "3"])
    room.button("Mark 2 students present").click()
    expect(room.page.locator(".notices")).to_contain_text("2 students marked from the photo.")
    for name in (COLLINS, HOPPER):
        expect(room.page.locator("#in .pupil", has_text=name)).to_contain_text("from a classroom photo")
    assert room.marks() == {COLLINS: FROM_PHOTO, HOPPER: FROM_PHOTO}
    assert visitor.complaints == []
    register.closing.close(opened.id, by="office")


def short_video(path: Path, picture: bytes) -> Path:
    """A second in which the camera pans over a picture."""
    still = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert still is not None
    height, width = still.shape[:2]
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10, (width, height))
    for step in range(10):
        moved = np.array([[1, 0, -3 * step], [0, 1, 0]], np.float32)
        video.write(cv2.warpAffine(still, moved, (width, height)))
    video.release()
    return path


def test_a_short_video_is_read_too(
    signed_in: Visit, classroom: Classroom, astronaut_jpeg: bytes, hopper_jpeg: bytes, tmp_path: Path
) -> None:
    opened = classroom.register.class_sessions.open_now(classroom.course.id, by="office")
    room = RoomPage(signed_in(Role.TEACHER).page, classroom)
    room.open()
    film = short_video(tmp_path / "room.mp4", two_in_a_room(astronaut_jpeg, hopper_jpeg))
    room.page.set_input_files("#photos", film)
    room.button("Send and find faces").click()
    room.page.get_by_text("at 0:0").wait_for()
    expect(room.row(COLLINS)).to_contain_text("Recognised")
    room.button("Mark 1 student present").click()
    room.page.wait_for_url("**/board")
    assert room.marks() == {COLLINS: FROM_PHOTO}
    classroom.register.closing.close(opened.id, by="office")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_tap_confirms_a_doubtful_face(room: Open, size: str) -> None:
    teacher = room(viewport=SIZES[size])
    teacher.send(EACH_STATE)
    teacher.shows(["1", "1", "1", "4"])
    expect(teacher.page.get_by_text("1 face is undecided")).to_be_visible()
    doubtful = teacher.row("To confirm")
    expect(doubtful.locator("[data-proposed] img")).to_be_visible()  # the enrolled picture beside the face
    teacher.button(f"It is {HOPPER}").click()
    expect(teacher.row(HOPPER)).to_contain_text("Confirmed by you")
    teacher.shows(["2", "0", "1", "3"])
    teacher.button("Mark 2 students present").click()
    teacher.page.wait_for_url("**/board")
    assert teacher.marks() == {COLLINS: FROM_PHOTO, HOPPER: FROM_PHOTO}


def test_a_box_opens_the_choice_and_shows_what_was_chosen(room: Open) -> None:
    teacher = room(viewport=PHONE)
    teacher.send(EACH_STATE)
    box = teacher.page.locator(".spot.match")
    box.click()
    chooser = teacher.page.locator("#chooser")
    expect(chooser.get_by_role("heading")).to_contain_text("Who is face")
    chooser.get_by_text("Nobody in this class").click()
    expect(chooser).to_be_hidden()
    expect(teacher.page.locator(".spot.nobody")).to_have_count(1)
    expect(teacher.button("Nobody is chosen")).to_be_disabled()
    missing = teacher.page.locator(".room-missing")
    missing.locator("summary").click()
    expect(missing.get_by_text(COLLINS)).to_be_visible()


def test_a_tap_before_the_script_is_there_opens_the_choice_too(room: Open) -> None:
    teacher, held = room(), list[Route]()
    teacher.page.route("**/classroom/result.js*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    teacher.open()
    teacher.choose(EACH_STATE)
    with teacher.page.expect_request("**/classroom/result.js*"):
        teacher.button("Send and find faces").click()
    unknown = teacher.row("Unknown")
    unknown.locator("[data-open]").click()
    expect(unknown.locator("details")).to_have_attribute("open", "")
    held[0].continue_()
    expect(teacher.page.locator("#chooser-title")).to_contain_text("Who is face")


def test_a_thumb_may_miss_a_small_box(room: Open) -> None:
    wall = Image.new("RGB", (2000, 1200), (255, 255, 255))
    face = Image.open(io.BytesIO(STRANGERS_FACE)).resize((40, 40))
    wall.paste(face, (1000, 600))
    teacher = room(viewport=PHONE)
    teacher.send(png(wall))
    box = teacher.page.locator(".spot.unknown rect").first
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    assert place is not None
    assert place["width"] < 16  # on the screen: nobody hits that
    teacher.page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] + 20)
    expect(teacher.page.locator("#chooser-title")).to_have_text("Who is face 1?")


def test_everything_can_be_done_from_the_keyboard(room: Open) -> None:
    teacher = room()
    teacher.send(EACH_STATE)
    page = teacher.page
    page.locator(".spot.doubtful").focus()
    page.keyboard.press("Enter")
    chooser = page.locator("#chooser")
    expect(chooser).to_be_visible()
    chooser.get_by_role("radio", name=HOPPER).focus()
    page.keyboard.press("Space")
    expect(chooser).to_be_visible()  # the arrow keys would go on from here
    page.keyboard.press("Enter")
    expect(chooser).to_be_hidden()
    expect(teacher.row(HOPPER).locator("[data-open]")).to_be_focused()
    page.locator(".spot.unknown").focus()
    page.keyboard.press("Enter")
    expect(chooser).to_be_visible()
    page.keyboard.press("Escape")
    expect(chooser).to_be_hidden()
    teacher.shows(["2", "0", "1", "3"])


def test_one_student_for_two_faces_is_seen_at_once_and_refused(room: Open) -> None:
    teacher = room()
    teacher.send(EACH_STATE)
    teacher.row("Unknown").locator("[data-open]").click()
    chooser = teacher.page.locator("#chooser")
    chooser.get_by_role("button", name=f"{COLLINS} (1) · already in this picture").click()
    expect(teacher.page.get_by_text("Also chosen for face")).to_have_count(2)
    teacher.button("Mark 1 student present").click()
    expect(teacher.page.locator(".notice.bad")).to_contain_text("Nothing was marked.")
    assert teacher.marks() == {}


def test_a_picture_is_fetched_once_however_many_faces_it_has(room: Open) -> None:
    teacher = room()
    asked: list[str] = []
    teacher.page.on("request", lambda request: asked.append(request.url))
    teacher.send(room_of(*[COLLINS_FACE, *[STRANGERS_FACE] * 11]))
    teacher.page.wait_for_load_state("networkidle")
    assert sum("/pictures/" in url for url in asked) == 1


def test_a_lost_network_is_told_and_nothing_is_lost(room: Open) -> None:
    teacher = room()
    teacher.open()
    lost: list[int] = []

    def lose_some(route: Route) -> None:
        if route.request.method == "PUT" and len(lost) < 2:
            lost.append(1)
            route.abort()
        else:
            route.continue_()

    teacher.page.route("**/classroom/uploads/**", lose_some)
    teacher.choose(EACH_STATE)
    teacher.button("Send and find faces").click()
    teacher.page.get_by_text(AGAIN).wait_for()
    teacher.page.locator("#result").wait_for()
    assert len(lost) == 2
    teacher.shows(["1", "1", "1", "4"])


def test_a_large_photo_goes_on_where_it_was(room: Open) -> None:
    large = EACH_STATE + bytes(3_000_000)  # what follows a PNG is passed over
    teacher = room()
    teacher.open()
    begun: list[int] = []
    lost: list[int] = []

    def lose_one(route: Route) -> None:
        if route.request.method == "PUT":
            offset = int(route.request.url.rpartition("=")[2])
            if offset and not lost:
                lost.append(offset)
                route.abort()
                return
            begun.append(offset)
        route.continue_()

    teacher.page.route("**/classroom/uploads/**", lose_one)
    teacher.choose(large)
    teacher.button("Send and find faces").click()
    teacher.page.locator("#result").wait_for()
    teacher.shows(["1", "1", "1", "4"])
    assert lost[0] in begun
    assert begun == sorted(set(begun))  # nothing was sent twice
    assert len(begun) > 2


def test_who_was_signed_out_signs_in_elsewhere_and_it_goes_on(room: Open, drawn: Classroom) -> None:
    teacher = room()
    teacher.open()
    teacher.choose(EACH_STATE, EACH_STATE)
    teacher.page.context.clear_cookies()
    teacher.button("Send and find faces").click()
    teacher.page.get_by_text("You are logged out.").wait_for()
    drawn.log_in(teacher.page.context.new_page(), Role.TEACHER)
    teacher.page.locator("#result").wait_for()
    teacher.shows(["1", "2", "2", "4"])


def test_an_answer_that_is_lost_makes_no_second_job(room: Open, drawn: Classroom) -> None:
    teacher = room()
    teacher.open()
    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(1)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    teacher.page.route("**/classroom", lose_the_answer)
    teacher.choose(EACH_STATE)
    teacher.button("Send and find faces").click()
    teacher.page.locator("#result").wait_for()
    assert lost == [1]
    assert len(drawn.register.classroom.jobs_of(teacher.session.id)) == 1


def test_cancelling_sends_nothing_in(room: Open, drawn: Classroom) -> None:
    teacher = room()
    teacher.open()
    teacher.page.route("**/classroom/uploads/*?*", lambda _route: None)  # for ever under way
    teacher.choose(EACH_STATE)
    with teacher.page.expect_request(lambda asked: asked.method == "PUT"):
        teacher.button("Send and find faces").click()
    teacher.page.locator("progress").wait_for()
    with teacher.page.expect_response(lambda answer: answer.request.method == "DELETE"):
        teacher.button("Cancel").click()
    expect(teacher.page.locator("[data-line]")).to_have_text("Cancelled. Nothing was submitted.")
    assert drawn.register.classroom.jobs_of(teacher.session.id) == []
    assert list(drawn.register.classroom.inbox.iterdir()) == []
    teacher.page.unroute_all()
    teacher.button("Send and find faces").click()
    teacher.page.locator("#result").wait_for()


def test_what_can_not_be_sent_is_said_before_it_travels(room: Open) -> None:
    teacher = room()
    teacher.open()
    asked: list[str] = []
    teacher.page.on("request", lambda request: asked.append(request.method))
    error = teacher.page.locator("[data-error]")
    teacher.choose(b"%PDF", name="list.pdf", kind="application/pdf")
    expect(error).to_have_text("“list.pdf” is neither a photo nor a video.")
    teacher.choose(b"", name="empty.png")
    expect(error).to_contain_text("“empty.png” is empty")
    teacher.choose(b"1", b"2", name="film.mp4", kind="video/mp4")
    expect(error).to_have_text("Send either photos or one video, not both.")
    teacher.choose(*[EACH_STATE] * 13)
    expect(error).to_have_text("At most 12 photos can be sent at once.")
    expect(teacher.button("Send and find faces")).to_be_disabled()
    assert "POST" not in asked


def test_photos_are_dropped_and_left_out_again(room: Open) -> None:
    teacher = room()
    teacher.open()
    teacher.page.evaluate(
        """() => {
        const carried = new DataTransfer();
        const file = (name) => new File(["1"], name, { type: "image/png" });
        for (const name of ["a.png", "b.png"]) carried.items.add(file(name));
        const drop = new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true });
        document.querySelector("[data-drop]").dispatchEvent(drop);
        }"""
    )
    files = teacher.page.locator("[data-files] li")
    expect(files).to_have_count(2)
    teacher.button("Remove a.png").click()
    expect(files).to_have_count(1)
    expect(teacher.page.locator("[data-line]")).to_have_text("1 file is ready to send.")


def test_waiting_shows_the_place_in_line_and_goes_on_by_itself(room: Open, gate: GatedRoom) -> None:
    first, second = room(), room(viewport=PHONE)
    gate.gate.clear()
    for teacher in (first, second):
        teacher.open()
        teacher.choose(EACH_STATE)
        teacher.button("Send and find faces").click()
        teacher.page.locator("#wait").wait_for()
    expect(first.page.locator("[data-title]")).to_have_text("Reading")
    expect(second.page.locator("[data-line]")).to_have_text("1 upload is ahead of this one.")
    gate.gate.set()
    for teacher in (first, second):
        teacher.page.locator("#result").wait_for()


def test_what_is_read_can_be_stopped(room: Open, gate: GatedRoom) -> None:
    teacher = room()
    gate.gate.clear()
    teacher.open()
    teacher.choose(EACH_STATE)
    teacher.button("Send and find faces").click()
    teacher.button("Stop and discard").click()
    expect(teacher.page.locator(".notices")).to_contain_text("Nobody was marked")
    expect(teacher.page.locator(".room-jobs")).to_contain_text("Discarded")


def test_discarding_marks_nobody(room: Open) -> None:
    teacher = room(viewport=PHONE)
    teacher.send(EACH_STATE)
    teacher.button("Discard: mark nobody, delete the pictures").click()
    expect(teacher.page.locator(".notices")).to_contain_text("the pictures were deleted")
    assert teacher.marks() == {}


def test_without_javascript_it_works_by_forms(room: Open) -> None:
    teacher = room(java_script_enabled=False, viewport=PHONE)
    teacher.open()
    teacher.choose(EACH_STATE)
    teacher.button("Send and find faces").click()
    teacher.page.locator("#result").wait_for()  # the page that waits loads itself anew
    doubtful = teacher.row("To confirm")
    doubtful.locator("summary").click()
    doubtful.get_by_text(HOPPER, exact=True).last.click()
    unknown = teacher.row("Unknown")
    unknown.locator("summary").click()
    unknown.get_by_placeholder("Name or roll number").fill("Student Three (3)")
    teacher.button("Mark the chosen students present").click()
    expect(teacher.page.locator(".notices")).to_contain_text("3 students marked from the photo.")
    assert teacher.marks() == dict.fromkeys((COLLINS, HOPPER, "Student Three"), FROM_PHOTO)


def test_no_state_of_these_pages_has_a_barrier(room: Open, gate: GatedRoom) -> None:
    teacher = room()
    found: list[str] = []

    def look(at: str) -> None:
        teacher.page.set_viewport_size(LAPTOP)
        lines = barriers_of(teacher.page) + sideways_on_a_small_phone(teacher.page)
        found.extend(f"{at}: {line}" for line in lines)

    teacher.open()
    look("empty")
    teacher.choose(EACH_STATE, EACH_STATE)
    look("chosen")
    gate.gate.clear()
    teacher.button("Send and find faces").click()
    teacher.page.locator("#wait").wait_for()
    look("waiting")
    gate.gate.set()
    teacher.wait_for_result()
    look("result")
    teacher.page.locator(".seen [data-open]").first.click()
    look("choosing")
    teacher.page.keyboard.press("Escape")
    job = teacher.page.url
    teacher.page.locator("[data-mark]").click()
    teacher.page.wait_for_url("**/board")
    teacher.page.goto(job)
    look("confirmed")
    teacher.open()
    look("list")
    assert found == []


def test_how_it_looks(room: Open, album: Album, gate: GatedRoom) -> None:
    teacher = room()
    page = teacher.page

    def keep(name: str) -> None:
        page.wait_for_load_state("networkidle")
        album.keep(page, f"room-{name}", whole=False)

    teacher.open()
    keep("empty")
    teacher.choose(EACH_STATE, EACH_STATE)
    keep("chosen")
    gate.gate.clear()
    teacher.button("Send and find faces").click()
    page.locator("#wait").wait_for()
    keep("waiting")
    gate.gate.set()
    teacher.wait_for_result()
    keep("result")
    page.locator(".seen-list").first.scroll_into_view_if_needed()
    keep("rows")
    page.locator(".spot.doubtful").first.click()
    keep("chooser")
