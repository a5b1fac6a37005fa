"""Which tests are unit tests, and that none of them does what takes long.

A test that drives a browser, computes with real networks, or starts a server or another program is marked so;
``--fast`` leaves it out. An unmarked test that does one of these fails and is told its mark.
"""

from __future__ import annotations

import platform
import sys
import threading
from collections.abc import Iterable

import pytest

from face_detection.decoding.decoder_process import MODULE

NOT_FAST = ("browser", "networks", "server", "slow")
OF_FIXTURES = {
    "playwright": "browser",
    "models": "networks",
    "facenet_models": "networks",
    "nx_server": "server",
    "port": "server",
    "real": "networks",
    "program": "server",
    "server": "server",
    "start": "server",
}
"""Whoever asks for one of these fixtures is marked without a word in the test."""

_PROGRAMS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "os.exec"}
_noted: set[str] = set()
_earlier: set[int] = set()
"""Threads that were there before the test that runs now: what they do isn't the test's."""


def mark(items: Iterable[pytest.Item]) -> None:
    """Mark those that can be told by their fixtures."""
    for item in items:
        for fixture in OF_FIXTURES.keys() & getattr(item, "fixturenames", ()):
            item.add_marker(OF_FIXTURES[fixture])


def is_fast(item: pytest.Item) -> bool:
    """Whether it is a unit test."""
    return not any(item.get_closest_marker(name) for name in NOT_FAST)


def cost(item: pytest.Item) -> int:
    """About how much there is to wait for: the more, the smaller the number."""
    marks = {marker.name for marker in item.iter_markers()}
    return next((rank for rank, name in enumerate(NOT_FAST) if name in marks), len(NOT_FAST))


def watch() -> None:
    """Note from now on which marks a test needs; Python offers no way to stop it."""
    platform.processor()  # Python runs uname for this, once: it would be the first test's that asks
    # Local, as names of this module are gone while Python ends.
    programs, decoder, noted, earlier, own = _PROGRAMS, MODULE, _noted, _earlier, threading.get_ident

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event in programs or event == "socket.bind":
            if event == "subprocess.Popen" and decoder in arguments[1]:  # type: ignore[operator]
                return  # the decoder of photos: started once for all tests, in 0.1 s
            if event == "socket.bind" and not isinstance(arguments[1], tuple):
                return  # a file's
            mark = "server"
        elif event == "import" and arguments[0] == "openvino":
            mark = "networks"
        else:
            return
        if own() not in earlier:
            noted.add(mark)

    sys.addaudithook(note)


def forget() -> None:
    """Forget what was noted: another test begins."""
    _noted.clear()
    _earlier.clear()
    _earlier.update(each.ident or 0 for each in threading.enumerate())
    _earlier.discard(threading.get_ident())


def require_marks(item: pytest.Item) -> None:
    """Fail a test that did what its marks don't say."""
    if _noted and is_fast(item):
        wanted = " and ".join(f"@pytest.mark.{name}" for name in sorted(_noted))
        pytest.fail(f"This is no unit test; mark it with {wanted} (tests/kinds.py says why).")
