"""Measure what a check-in with its small movement sends, and how long the page takes from the tap on.

    python -m benchmarks.phone.movement [--browser PATH]

The page is that of a new site, in Chromium with a fake camera of 1280x960 pixels that shows a public-domain
portrait a little elsewhere in each picture. The developer tools slow it down, in place of slow phones. What
it sends is answered by the benchmark, so the time on the server is not included.
"""

from __future__ import annotations

import argparse
import io
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, Route, ViewportSize, sync_playwright

from attendance.classes.general_course import GENERAL_COURSE
from attendance.open_register import open_register
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.values import LivenessMode
from benchmarks.apparatus.selfie import HEIGHT, WIDTH, selfie_jpeg
from client import create_app
from client.serving.server import Server, listen

RUNS = 5
RATES = (30, 10, 5)  # pictures of the camera in a second; 5 is what a phone gives in a dark room
SLOWER = (1, 6)  # times; six times is what Lighthouse takes for a phone of low end
PICTURES = 12  # of the film, which begins again after them
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)
VIEWPORT: ViewportSize = {"width": 390, "height": 844}
ANSWER = '{"status": "photo_problem", "code": "no_face", "message": "Once more."}'
WATCH = """const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (data) { window.sentAt = performance.now(); send.call(this, data); };
addEventListener('click', () => { window.tappedAt = performance.now(); }, true);"""


@dataclass(frozen=True)
class PhoneCase:
    """What is measured: pictures of the camera in a second, how much slower than this computer, movements."""

    rate: int
    slower: int
    movements: int


@dataclass(frozen=True)
class SentMovement:
    """One check-in: from the tap to the request in ms, bytes of the request, and how many frames it has."""

    ms: float
    size: int
    frames: int


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = ("chromium-headless-shell", "chromium", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    parser.add_argument("--browser", default=found, help="Chromium. Default: the one on the PATH.")
    browser = parser.parse_args().browser
    if browser is None:
        parser.error("There is no Chromium on the PATH. Name one with --browser.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder)
        settings = Settings(config=site / "config", models=site / "models", data=site / "data")
        with open_register(settings) as register, _served(register) as port:
            for rate in RATES:
                film = _film(site / f"{rate}.y4m", rate)
                with _browser(playwright, browser, film) as opened:
                    for movements, slower in product((0, 1, 2), SLOWER):
                        row = _row(opened, register, port, PhoneCase(rate, slower, movements))
                        sys.stdout.write(f"{row}\n")


def _row(browser: Browser, register: Register, port: int, case: PhoneCase) -> str:
    mode = LivenessMode.REQUIRED if case.movements else LivenessMode.OFF
    session = register.sessions.today()
    register.courses.change(GENERAL_COURSE.id, liveness=mode, movements=max(1, case.movements))
    sent = []
    for _ in range(RUNS):
        context = browser.new_context(viewport=VIEWPORT)
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": case.slower})
        sent.append(_check_in(page, f"http://127.0.0.1:{port}/s/{register.entrances.address(session)}"))
        context.close()
    times, size = [each.ms for each in sent], max(each.size for each in sent)
    return (
        f"{case.movements} movements, {case.rate:2} pictures/s, {case.slower} times as slow:"
        f" {statistics.median(times):5.0f} ms (at most {max(times):5.0f}), {size / 1000:4.0f} kB,"
        f" {min(each.frames for each in sent):2} frames"
    )


def _check_in(page: Page, address: str) -> SentMovement:
    bodies: list[bytes] = []

    def answer(route: Route) -> None:
        bodies.append(route.request.post_data_buffer or b"")
        route.fulfill(status=422, content_type="application/json", body=ANSWER)

    page.add_init_script(WATCH)
    page.route("**/capture?*", answer)
    page.goto(address)
    page.locator("#shoot:enabled").click()
    page.locator("#line", has_text="Once more.").wait_for()
    return SentMovement(page.evaluate("sentAt - tappedAt"), len(bodies[0]), bodies[0].count(b'name="frames"'))


def _film(path: Path, rate: int) -> Path:
    """Write a film for the fake camera: I420 pixels, each picture shifted by a few pixels."""
    selfie = np.asarray(Image.open(io.BytesIO(selfie_jpeg())).convert("RGB"))
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{rate}:1 Ip A1:1 C420\n".encode())
        for number in range(PICTURES):
            shifted = np.ascontiguousarray(np.roll(selfie, 3 * number, axis=1))
            out.write(b"FRAME\n" + cv2.cvtColor(shifted, cv2.COLOR_RGB2YUV_I420).tobytes())
    return path


@contextmanager
def _browser(playwright: Playwright, executable: str, film: Path) -> Iterator[Browser]:
    flags = [*FLAGS, f"--use-file-for-fake-video-capture={film}"]
    browser = playwright.chromium.launch(executable_path=executable, args=flags)
    yield browser
    browser.close()


@contextmanager
def _served(register: Register) -> Iterator[int]:
    """Serve the site in this process; yields the port."""
    listeners = listen("127.0.0.1", 0)
    server = Server(create_app(register=register))
    thread = threading.Thread(target=server.run, kwargs={"sockets": listeners}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listeners[0].getsockname()[1]
    server.should_exit = True
    thread.join()


if __name__ == "__main__":
    main()
