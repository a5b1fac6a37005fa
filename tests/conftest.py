"""Fixtures that every package's tests share."""

from __future__ import annotations

import gc
import json
import os
import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from face_detection.facenet.engine import prepare_facenet
from face_detection.retail.weights import MODEL
from tests import kinds, portraits
from tests.client.compiled import keep_compiled
from tests.face_detection.kept_networks import keep_networks
from tests.kept_results import CONVERTING, WAIT_SECONDS, compute_once

ROOT = Path(__file__).resolve().parent.parent
BROWSER_SECONDS = 900.0  # at most for a test with Chromium, whose every wait is a minute long
IN_MEMORY = Path("/dev/shm")
STEPS_FILE = "steps.json"  # beside FaceNet's network
GARBAGE = (10_000, 10, 50)  # thresholds of the garbage collector: fewer looks at what stays
SET_FOR_GOOD = ("PYTEST_CURRENT_TEST", "OPENCV_", "TF_", "TF2_", "KERAS_", "KMP_")  # for libraries
ENOUGH_MEMORY = 4 * 1024**3  # bytes; the tests of a whole run need less than half of it

_environment: dict[str, str] = {}
"""The environment before the test that runs now."""

Step = tuple[str, int, int]  # stage, done, of how many


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
    parser.addoption(
        "--fast",
        action="store_true",
        help=f"leave out the tests that are marked {', '.join(kinds.NOT_FAST)}",
    )


def pytest_configure() -> None:
    """Let nothing be done twice that can be kept, and watch what tests do.

    Without compiled modules each worker and each program that a test starts would compile all of them. Where
    there is room temporary folders are in memory: a register waits for the disk at each write.
    """
    kinds.watch()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"  # never the developer's own
    sys.dont_write_bytecode = False
    if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= ENOUGH_MEMORY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by their kind, and begin with the files that take longest, so that no worker ends late."""
    kinds.mark(items)
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.timeout(BROWSER_SECONDS))
    if config.getoption("--fast"):
        config.hook.pytest_deselected(items=[item for item in items if not kinds.is_fast(item)])
        items[:] = [item for item in items if kinds.is_fast(item)]
    first = dict[Path, int]()
    for item in items:
        first[item.path] = min(kinds.cost(item), first.get(item.path, len(kinds.NOT_FAST)))
    items.sort(key=lambda item: first[item.path])


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for garbage in what the tests make, and neither among the tests nor while they are collected."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(*GARBAGE)
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, object, object]:
    """Note from here what a test does."""
    kinds.forget()
    _environment.clear()
    _environment.update(os.environ)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None, object, object]:
    """Fail a test that leaves the environment changed: the tests after it would see that, in some orders."""
    result = yield
    changed = {name for name, _ in _environment.items() ^ os.environ.items()}
    left = {name for name in changed if not name.startswith(SET_FOR_GOOD)}
    if left:
        os.environ.update({name: _environment[name] for name in left & _environment.keys()})
        for name in left - _environment.keys():
            del os.environ[name]
        pytest.fail(f"It left these variables of the environment changed: {', '.join(sorted(left))}.")
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail unmarked tests that do more than a unit test may: not everybody who adds one uses ``--fast``."""
    result = yield
    kinds.require_marks(item)
    return result


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
def retail_model(shared: Path) -> Path:
    """The folder with the published files of face-reidentification-retail-0095."""
    return shared / "models" / MODEL


@pytest.fixture(scope="session")
def facenet_weights(shared: Path) -> Path:
    """FaceNet's real weights."""
    return shared / "models" / "20180402-114759-weights.h5"


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> Iterator[None]:
    """Nearly each test of a page has an app of its own, some have networks; they share what they compile."""
    with pytest.MonkeyPatch.context() as patch:
        keep_compiled(patch)
        keep_networks(patch)
        yield


@pytest.fixture(scope="session")
def of_all_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run; all of its processes have the same."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def models(of_all_workers: Path) -> Path:
    """Where dlib's network is kept for all tests; ``ATTENDANCE_CACHE`` names a folder that outlives them."""
    return Path(os.environ.get("ATTENDANCE_CACHE") or of_all_workers / "models")


@pytest.fixture(scope="session")
def facenet_models(of_all_workers: Path, facenet_weights: Path) -> Path:
    """A folder with FaceNet's network, which TensorFlow converts again when something of that changes."""
    folder = of_all_workers / "facenet"

    def convert(models: Path) -> None:
        steps = list[Step]()
        prepare_facenet(models, facenet_weights, lambda *step: steps.append(step))
        (models / STEPS_FILE).write_text(json.dumps(steps), "utf-8")

    with closing(sqlite3.connect(of_all_workers / "converting", timeout=WAIT_SECONDS)) as lock:
        lock.execute("BEGIN EXCLUSIVE")  # one worker at a time; the system gives it back whatever happens
        if not folder.exists():
            compute_once("facenet", (*CONVERTING, facenet_weights), folder, convert)
    return folder


@pytest.fixture(scope="session")
def facenet_steps(facenet_models: Path) -> list[Step]:
    """What the conversion of FaceNet's network told of its progress."""
    return [tuple(step) for step in json.loads((facenet_models / STEPS_FILE).read_text("utf-8"))]


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
