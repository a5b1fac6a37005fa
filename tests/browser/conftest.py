"""A real site with real networks, a real server, and Chromium with a fake camera in front of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Page,
    Playwright,
    Request,
    StorageState,
    expect,
    sync_playwright,
)

from attendance.classes.general_course import GENERAL_COURSE
from attendance.open_register import open_register
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.values import Consent, LivenessMode, Role
from client import create_app
from tests.browser.album import SIZES, Album
from tests.browser.camera import chromium_path, film
from tests.browser.classroom import COLLINS, HOPPER, NEUTRAL, Classroom, classroom_in
from tests.client.served_app import serving
from tests.portraits import render

ALWAYS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP insecure.test 127.0.0.1",
)
GRANTED = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
REFUSED = ("--use-fake-ui-for-media-stream=deny", "--use-fake-device-for-media-stream")
PHONE, LAPTOP = SIZES["phone"], SIZES["desktop"]
HEAD = (60, 14, 392, 263)  # of Eileen Collins, in pixels of her portrait
PATIENCE = 60_000  # ms; two slow cores that others keep busy
SLOW_ANSWERS = {"offline": False, "latency": 400, "downloadThroughput": 400_000, "uploadThroughput": 400_000}
SLOW_RATE = 3  # times as long for all that a page computes, with --slow-browser

A_DAY = 86_400  # s
A_MOMENT = 10  # s
AGAIN = re.compile(r"Trying again \(\d+\)")  # how often, only who looks all the time can tell
expect.set_options(timeout=PATIENCE)

OpenBrowser = Callable[..., Browser]
OpenWindow = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, where there is a Chromium for it."""
    if chromium_path() is None:
        pytest.skip("needs Chromium on the PATH")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def open_browser(playwright: Playwright) -> Iterator[OpenBrowser]:
    """Start Chromium with a camera that shows a film, once for each film; all end with the tests."""
    started: dict[tuple[str, ...], Browser] = {}

    def start(*, camera: Path | None = None, permission: tuple[str, ...] = GRANTED) -> Browser:
        flags = (*ALWAYS, *permission)
        if camera is not None:
            flags = (*flags, f"--use-file-for-fake-video-capture={camera}")
        if flags not in started:
            started[flags] = playwright.chromium.launch(executable_path=chromium_path(), args=list(flags))
        return started[flags]

    yield start
    for browser in started.values():
        browser.close()


@pytest.fixture(scope="session")
def open_window(open_browser: OpenBrowser, pytestconfig: pytest.Config) -> OpenWindow:
    """Open a window with pages that are waited for; whoever opens it closes it."""
    slow = bool(pytestconfig.getoption("--slow-browser"))

    def start(
        *, camera: Path | None = None, permission: tuple[str, ...] = GRANTED, **options: Any
    ) -> BrowserContext:
        window = open_browser(camera=camera, permission=permission).new_context(**options)
        window.set_default_timeout(PATIENCE)
        if slow:
            _slow_down(window)
        return window

    return start


def _slow_down(window: BrowserContext) -> None:
    """All its pages; and as only one of two who emulate a network is heard, losing it goes the same way."""
    emulating: list[CDPSession] = []

    def slow_down(page: Page) -> None:
        tools = window.new_cdp_session(page)
        tools.send("Network.emulateNetworkConditions", SLOW_ANSWERS)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_RATE})
        emulating.append(tools)

    def set_offline(offline: bool) -> None:  # noqa: FBT001 - as Playwright's
        for tools in emulating:
            tools.send("Network.emulateNetworkConditions", {**SLOW_ANSWERS, "offline": offline})

    window.on("page", slow_down)
    window.set_offline = set_offline  # type: ignore[method-assign]


@pytest.fixture(scope="module")
def register(
    tmp_path_factory: pytest.TempPathFactory, models: Path, astronaut_jpeg: bytes
) -> Iterator[Register]:
    """The register of a site with Eileen Collins enrolled, and real networks."""
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(
        config=folder / "config",
        models=models,
        data=folder / "data",
        engine="dlib",
        detector="mtcnn",
        room_photos="on",
        live_camera=True,
    )
    with open_register(settings) as opened:
        consent = Consent(given_at=datetime.now(UTC), recorded_by="office", how="signed form")
        opened.enrolment.enrol(NewStudent("1", "Eileen Collins"), {"1.jpg": astronaut_jpeg}, consent)
        opened.sessions.today()  # stores General
        opened.courses.change(GENERAL_COURSE.id, liveness=LivenessMode.OFF)  # nobody moves in these films
        yield opened


@pytest.fixture(scope="module")
def site(register: Register) -> Flask:
    """The site's app."""
    return create_app(register=register)


@pytest.fixture(scope="module")
def port(site: Flask) -> Iterator[int]:
    """Where the site is served, by the server that phones meet."""
    with serving(site) as number:
        yield number


@pytest.fixture(scope="module")
def classroom(
    tmp_path_factory: pytest.TempPathFactory, models: Path, astronaut_jpeg: bytes
) -> Iterator[Classroom]:
    """A course of five students, served; Eileen Collins is enrolled with a face."""
    folder, names = tmp_path_factory.mktemp("classroom"), (COLLINS, HOPPER, *NEUTRAL[2:])
    with classroom_in(folder, models, portrait=astronaut_jpeg, names=names) as opened:
        yield opened


@pytest.fixture
def address(register: Register, port: int) -> str:
    """What the code on the wall says."""
    return f"http://127.0.0.1:{port}/s/{register.entrances.address(register.sessions.today())}"


@pytest.fixture(scope="session")
def films(
    tmp_path_factory: pytest.TempPathFactory, astronaut_jpeg: bytes, hopper_jpeg: bytes, cat_jpeg: bytes
) -> dict[str, Path]:
    """What the fake camera can show; the enrolled person in another rendering than the enrolled one."""
    folder = tmp_path_factory.mktemp("films")
    return {
        "Eileen Collins": film(
            render(astronaut_jpeg, angle=3, brightness=1.1, quality=80), folder / "collins.y4m", box=HEAD
        ),
        "Grace Hopper": film(render(hopper_jpeg, crop=0.02), folder / "hopper.y4m"),
        "a cat": film(cat_jpeg, folder / "cat.y4m"),
    }


@pytest.fixture(scope="session")
def album() -> Album:
    """Looks at pages on each screen; ``SCREENSHOTS`` names a folder for pictures of them."""
    named = os.environ.get("SCREENSHOTS")
    folder = Path(named) if named else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    return Album(folder)


def stop_the_clock(page: Page) -> None:
    """From now on timers of the page wait for ``page.clock``, which runs on or resumes."""
    page.clock.install(time=0)
    page.clock.pause_at(A_DAY)


def stop_the_clock_now(page: Page) -> None:
    """The same without the leap of a day, after which a check-in page would be too old."""
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=A_MOMENT))


class Visitor:
    """A page in a browser, with what it asked the server for and what it complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._note)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, request: Request) -> None:
        if request.url.startswith("http"):  # and not a picture that the page made itself
            self.requests.append(f"{request.method} {request.resource_type}")

    def scan(self, address: str) -> None:
        """Open the page behind the code."""
        self.page.goto(address)

    def tap_check_in(self) -> None:
        """Wait for the picture, and tap."""
        self.page.locator("#shoot:enabled", has_text="Check in").click()

    def read_verdict(self) -> str:
        """The large words of the verdict."""
        return self.page.locator(".verdict h1").inner_text()

    def wait_for_line(self, text: str | re.Pattern[str]) -> None:
        """Wait until the live line says this."""
        self.page.locator("#line", has_text=text).wait_for()


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(open_window: OpenWindow, films: dict[str, Path]) -> Iterator[Visit]:
    """Somebody with a phone: ``visit("Eileen Collins")`` is who the camera sees."""
    with ExitStack() as stack:

        def arrive(seen: str | None = None, **options: object) -> Visitor:
            camera = films[seen] if seen else None
            window = open_window(**{"camera": camera, "viewport": PHONE, **options})
            stack.callback(window.close)
            return Visitor(window.new_page())

        yield arrive


@pytest.fixture(scope="module")
def logins() -> dict[Role, StorageState]:
    """What a browser keeps of each login, so that one of them does for a file of tests."""
    return {}


@pytest.fixture
def signed_in(visit: Visit, classroom: Classroom, logins: dict[Role, StorageState]) -> Visit:
    """Somebody at a laptop who is logged in: ``signed_in(Role.TEACHER)``."""

    def arrive(role: Role, **options: object) -> Visitor:
        visitor = visit(**{"viewport": LAPTOP, "storage_state": logins.get(role), **options})
        if role not in logins:
            classroom.log_in(visitor.page, role)
            logins[role] = visitor.page.context.storage_state()
        return visitor

    return arrive
