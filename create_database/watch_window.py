"""The window that shows a camera's picture with names, if there is a screen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import cv2

from attendance.cameras.watch_values import Passer, Passing, Sight
from face_detection.values import Photo
from face_detection.video.overlay import Label, Tone, draw_labels

PROBE_SECONDS = 20
"""The time limit for the attempt to open a window."""

LARGEST_WINDOW = (1280, 720)
"""Largest initial width and height of the window in pixels; it can be resized."""

_PROBE = "import cv2; cv2.namedWindow('probe'); cv2.waitKey(1); cv2.destroyAllWindows()"
_ENDING_KEYS = (ord("q"), 27)  # Esc
_TONES = {
    Passing.NAMED: Tone.SURE,
    Passing.DOUBTFUL: Tone.UNSURE,
    Passing.UNKNOWN: Tone.NOBODY,
    Passing.WAITING: Tone.WAITING,
}


def has_screen(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """Whether a window can be opened.

    Without a display Qt aborts the process instead of reporting an error. So the environment variables are
    checked first, and then another process tries to open a window.

    Args:
        environ: the environment; None means the process's own.
        platform: a value of ``sys.platform``.
    """
    environ = os.environ if environ is None else environ
    needs_display = platform not in ("win32", "cygwin", "darwin")
    if needs_display and not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        done = subprocess.run(  # noqa: S603 - this Python runs the constant above
            [sys.executable, "-c", _PROBE],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


class Window:
    """A window that shows frames with boxes and names. Use it from the main thread only.

    Args:
        title: its title.

    Attributes:
        closed: whether the user closed it or pressed q or Esc.
    """

    def __init__(self, title: str) -> None:
        self.closed = False
        self._title = title
        self._shape: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        # No tool bar: its save button would write pictures of people to disk.
        cv2.namedWindow(self._title, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        cv2.destroyAllWindows()

    def show(self, photo: Photo, sight: Sight) -> None:
        """Show a frame with its labels."""
        if self._shape != (photo.width, photo.height):  # the first frame, or the camera was rotated
            self._shape = (photo.width, photo.height)
            cv2.resizeWindow(self._title, *opening_size(photo.width, photo.height))
        pixels = draw_labels(photo, labels_of(sight))
        cv2.imshow(self._title, cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        self.wait()

    def wait(self) -> None:
        """Process the window's events, including keys."""
        try:
            key = cv2.waitKey(1) & 0xFF
            visible = cv2.getWindowProperty(self._title, cv2.WND_PROP_VISIBLE) >= 1
        except cv2.error:  # raised by Qt once its last window is closed
            self.closed = True
            return
        self.closed = self.closed or key in _ENDING_KEYS or not visible


def opening_size(width: int, height: int) -> tuple[int, int]:
    """The initial window size for frames of this size in pixels, scaled down if necessary."""
    scale = min(1.0, LARGEST_WINDOW[0] / width, LARGEST_WINDOW[1] / height)
    return round(width * scale), round(height * scale)


def labels_of(sight: Sight) -> list[Label]:
    """The labels to draw on a frame."""
    return [_label(passer) for passer in sight.passers]


def _label(passer: Passer) -> Label:
    box, tone = passer.followed.track.face.box, _TONES[passer.passing]
    student = passer.student
    if passer.passing is Passing.NAMED and student is not None:
        return Label(box, student.name, tone, otherwise=student.roll_number)
    if passer.passing is Passing.DOUBTFUL and student is not None:
        return Label(box, f"{student.name} ?", tone, otherwise=f"{student.roll_number} ?")
    return Label(box, "" if passer.passing is Passing.WAITING else "Unknown", tone)
