"""Makes the guides' screenshots again: ``python -m tests.browser.make_screenshots [FOLDER]``.

The pages are the real ones, of a real site in a throwaway folder. No picture shows a person: the phone's
camera looks at a drawn face, and the pages that show portraits are those of students without one.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from attendance.values import LivenessMode, MarkStatus, Portrait, Role
from tests.attendance.site import COLLINS, HOPPER
from tests.browser.camera import CAMERA, chromium_path, film
from tests.browser.classroom import LATE_AFTER, NEUTRAL, Classroom, MovedClock, classroom_in
from tests.browser.conftest import ALWAYS, GRANTED, LAPTOP, PHONE
from tests.browser.drawn_classroom import drawn_classroom_in
from tests.browser.drawn_room import DrawnRoom, drawn_portrait, drawn_room, seen_room
from tests.browser.sent_frames import exchange_frames, send_frames
from tests.portraits import jpeg, render, skimage_picture

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
BEGINS = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - on the wall of the site, wherever that is
TALL: ViewportSize = {"width": 1280, "height": 1120}  # the whole board
REPORTED_WEEKS = 9
COLOURS = 64  # enough for pages without photos, and a quarter of the bytes
PICTURE_COLOURS = 128  # of pages with one
MOST_BYTES = 60_000  # of one picture


class Screenshots:
    """Takes pictures of pages.

    Args:
        browser: what they are taken with.
        folder: where they go.
        room: the site.
    """

    def __init__(self, browser: Browser, folder: Path, room: Classroom) -> None:
        self._browser = browser
        self._folder = folder
        self._room = room

    @contextmanager
    def window(self, size: ViewportSize) -> Iterator[Page]:
        """A browser of its own."""
        context = self._browser.new_context(viewport=size, reduced_motion="reduce")
        yield context.new_page()
        context.close()

    def keep(self, page: Page, name: str, path: str | None = None, colours: int = COLOURS) -> None:
        """Write a picture of the page as it stands, or of the page at this path."""
        if path is not None:
            page.goto(self._room.base + path)
            page.wait_for_load_state("load")
        page.wait_for_timeout(300)  # pictures and events arrive
        image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        file = self._folder / f"{name}.png"
        image.quantize(colours, dither=Image.Dither.NONE).save(file, optimize=True)
        size = file.stat().st_size
        sys.stdout.write(f"{file.name} {size} bytes\n")
        if size > MOST_BYTES:
            raise SystemExit(f"{file.name} has {size} bytes; at most {MOST_BYTES} are wanted.")


def drawn_face() -> bytes:
    """Something that a camera might see, and nobody in particular."""
    image = Image.new("RGB", CAMERA, (176, 196, 190))
    draw = ImageDraw.Draw(image)
    draw.ellipse((120, 400, 520, 760), fill=(70, 96, 92))
    draw.ellipse((215, 70, 425, 350), fill=(226, 190, 160))
    draw.pieslice((205, 40, 435, 300), 180, 360, fill=(84, 62, 48))
    for left in (265, 350):
        draw.ellipse((left, 195, left + 25, 215), fill=(40, 40, 40))
    draw.arc((270, 230, 370, 310), 25, 155, fill=(150, 70, 60), width=6)
    return jpeg(image)


def of_the_admin(shots: Screenshots, room: Classroom) -> None:
    """Setting up, accounts, courses."""
    with shots.window(LAPTOP) as page:
        shots.keep(page, "setup", f"/setup/{room.register.first_admin.new_link()}")
        room.set_up_admin(page)
        shots.keep(page, "accounts", "/admin/accounts/")
        shots.keep(page, "account-new", "/admin/accounts/new")
        shots.keep(page, "course-edit", f"/teach/courses/{room.course.id}/edit")
        shots.keep(page, "course", f"/teach/courses/{room.course.id}")
        shots.keep(page, "roster", "/teach/students/roster")


def of_the_students(shots: Screenshots, room: Classroom) -> None:
    """Everything on a phone; two of them end up on the board, one waits for a tap."""
    with shots.window(PHONE) as page:
        _scan(page, room)
        page.locator("#shoot:enabled").wait_for()
        shots.keep(page, "phone-camera")
        photo = render(skimage_picture("astronaut"), angle=3)  # sent, and on no screenshot
        page.set_input_files("#photo", files={"name": "1.jpg", "mimeType": "image/jpeg", "buffer": photo})
        page.locator(".verdict h1", has_text="Present").wait_for()
        shots.keep(page, "phone-present")
        shots.keep(page, "phone-code", "/c")
        page.get_by_label("Code", exact=True).fill(_showing(room))
        page.get_by_role("button", name="Go on without a photo").click()
        page.get_by_label("Your roll number").fill("3")
        shots.keep(page, "phone-number")
        page.get_by_role("button", name="Check in").click()
        page.locator(".verdict h1").wait_for()
        shots.keep(page, "phone-confirm")


def of_the_teacher(shots: Screenshots, room: Classroom) -> None:
    """A session from the home page to its end."""
    register, session = room.register, room.session()
    here = f"/teach/sessions/{session.id}"
    register.marking.mark("2", MarkStatus.EXCUSED, by="office", note="doctor's letter", session=session)
    with shots.window(LAPTOP) as page:
        room.log_in(page, Role.TEACHER)
        shots.keep(page, "home", "/teach/")
        shots.keep(page, "wall", f"/wall/{session.id}")
        shots.keep(page, "session", here)
        page.set_viewport_size(TALL)
        shots.keep(page, "board", f"{here}/board")
        page.set_viewport_size(LAPTOP)
        shots.keep(page, "mark", f"{here}/students/{room.student_id('Student Two')}")
        shots.keep(page, "reviews", "/teach/reviews/")
        shots.keep(page, "student", f"/teach/students/{room.student_id('Student Three')}")
    with shots.window(PHONE) as page:
        room.log_in(page, Role.TEACHER)
        shots.keep(page, "board-phone", f"{here}/board")


def of_the_reports(shots: Screenshots, room: Classroom) -> None:
    """What some weeks leave behind; comes last, as it moves the clock on."""
    register = room.register
    register.closing.close(room.session().id, by="office")
    for week in range(REPORTED_WEEKS):
        room.clock.advance(days=7)
        session = register.class_sessions.open_now(room.course.id, by="office")
        for number in range(1, 6):
            if (number == 2 and week % 2) or week * number % 7 == 6:
                continue  # absent
            status = MarkStatus.LATE if (week * number) % 5 == 4 else MarkStatus.PRESENT
            register.marking.mark(str(number), status, by="office", session=session)
        register.closing.close(session.id, by="office")
    with shots.window(TALL) as page:
        room.log_in(page, Role.TEACHER)
        shots.keep(page, "report", f"/teach/reports/courses/{room.course.id}")


def of_the_room(shots: Screenshots, room: Classroom) -> None:
    """A photo of a drawn room, sent and read; on a laptop and on a phone."""
    store, now = room.register.store, room.clock.now()
    for name, person in ((NEUTRAL[0], COLLINS), (NEUTRAL[1], HOPPER)):
        store.save_portrait(Portrait(room.student_id(name), drawn_portrait(person), "drawn", now))
    for size, name in ((LAPTOP, "room"), (PHONE, "room-phone")):
        with shots.window(size) as page:
            room.log_in(page, Role.TEACHER)
            page.goto(f"{room.base}/teach/sessions/{quote(room.session().id)}/classroom")
            photo = {"name": "room.jpg", "mimeType": "image/jpeg", "buffer": drawn_room()}
            page.set_input_files("#photos", files=[photo])  # type: ignore[arg-type]
            page.get_by_role("button", name="Send and find faces").click()
            page.get_by_role("button", name="Mark 1 student present").wait_for()
            if size == PHONE:
                page.locator(".spot.doubtful").click()
            page.wait_for_load_state("networkidle")
            shots.keep(page, name, colours=PICTURE_COLOURS)


def of_the_live_page(shots: Screenshots, room: Classroom, frame: bytes) -> None:
    """The live camera, as it greets somebody."""
    here = f"{room.base}/realtime/{quote(room.session().id)}"
    with shots.window(LAPTOP) as page:
        exchange_frames(page)
        room.log_in(page, Role.TEACHER)
        page.goto(f"{room.base}/teach/")  # storage belongs to the site
        send_frames(page, frame)
        page.goto(here)
        page.locator(".live-hello").wait_for()
        page.locator(".live-face[data-status=doubtful]").wait_for()
        page.locator("[data-here]", has_text="1").wait_for()
        shots.keep(page, "live", colours=PICTURE_COLOURS)


def _scan(page: Page, room: Classroom) -> None:
    page.goto(f"{room.base}/s/{room.register.entrances.address(room.session())}")


def _showing(room: Classroom) -> str:
    return room.register.entrances.showing(room.session()).typed_pretty


def main(folder: Path) -> None:
    """Make all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    begins = BEGINS.astimezone()
    clock = MovedClock(begins - datetime.now(begins.tzinfo))
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        seen = film(drawn_face(), Path(temporary) / "face.y4m")
        flags = [*ALWAYS, *GRANTED, f"--use-file-for-fake-video-capture={seen}"]
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
        site, portrait = Path(temporary), skimage_picture("astronaut")
        shown = LivenessMode.FLAG  # the phone asks for a movement, and a photo counts all the same
        with classroom_in(
            site / "site", site / "models", portrait=portrait, clock=clock, liveness=shown
        ) as room:
            room.register.warm_up()
            room.register.class_sessions.open_now(room.course.id, by=room.register.accounts.all()[0].id)
            clock.advance(minutes=LATE_AFTER - 6)
            shots = Screenshots(browser, folder, room)
            of_the_students(shots, room)
            of_the_teacher(shots, room)
            of_the_admin(shots, room)
            of_the_reports(shots, room)
        with drawn_classroom_in(site / "drawn", DrawnRoom(), names=NEUTRAL, clock=clock) as drawn:
            of_the_room(Screenshots(browser, folder, drawn), drawn)
        browser.close()
        with drawn_classroom_in(site / "live", names=NEUTRAL, clock=clock) as drawn:
            view, frame = seen_room()
            live = film(view, site / "room.y4m")
            flags = [*ALWAYS, *GRANTED, f"--use-file-for-fake-video-capture={live}"]
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
            of_the_live_page(Screenshots(browser, folder, drawn), drawn, frame)
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
