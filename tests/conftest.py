"""Fixtures that every package's tests share."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests import portraits

ROOT = Path(__file__).resolve().parent.parent
BROWSER_SECONDS = 900.0  # at most for a test with Chromium, whose every wait is a minute long
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes folders of its own in it
ENOUGH_MEMORY = 4 * 1024**3  # bytes; the tests of a whole run need less than half of it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--allowed-skips",
        metavar="FILE",
        help="fail when a test is skipped for a reason that holds no line of FILE",
    )
    parser.addoption(
        "--slow-browser",
        action="store_true",
        help="let the browser wait for each answer and compute slowly, to find tests that read too early",
    )


def pytest_configure() -> None:
    """Keep temporary folders in memory where there is room: a register waits for the disk at each write."""
    if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= ENOUGH_MEMORY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests with a browser wait longer than others."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.timeout(BROWSER_SECONDS))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what was skipped, a line for each reason."""
    reasons = _reasons_of_skips(terminalreporter)
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"skipped, {count}: {reason}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail where a test was skipped for a reason that is not written down."""
    file = session.config.getoption("--allowed-skips")
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not file or reporter is None:
        return
    allowed = [line for line in Path(file).read_text("utf-8").splitlines() if line and line[0] != "#"]
    refused = [why for why in _reasons_of_skips(reporter) if not any(line in why for line in allowed)]
    for reason in sorted(refused):
        reporter.write_line(f"not an allowed skip ({file}): {reason}", red=True)
    if refused and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _reasons_of_skips(reporter: pytest.TerminalReporter) -> Counter[str]:
    skipped = reporter.stats.get("skipped", [])
    return Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with model files and faces for measuring, beside the project's."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared (model files and faces for measuring)")
    return folder


@pytest.fixture(scope="session")
def shared_faces(shared: Path) -> Path:
    """Folders of face photos for measuring."""
    return shared / "faces"


@pytest.fixture(scope="session")
def facenet_weights(shared: Path) -> Path:
    """FaceNet's real weights."""
    return shared / "models" / "20180402-114759-weights.h5"


@pytest.fixture(scope="session")
def astronaut_jpeg() -> bytes:
    """One face, 512x512: Eileen Collins."""
    return portraits.skimage_picture("astronaut")


@pytest.fixture(scope="session")
def hopper_jpeg() -> bytes:
    """One face, 512x600: Grace Hopper."""
    return portraits.grace_hopper()


@pytest.fixture(scope="session")
def cat_jpeg() -> bytes:
    """A cat, and no human face."""
    return portraits.skimage_picture("chelsea")


@pytest.fixture(scope="session")
def coffee_jpeg() -> bytes:
    """A cup of coffee, and no face at all."""
    return portraits.skimage_picture("coffee")
