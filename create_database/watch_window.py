"""The window that shows what a camera sees, where there is a screen; decided before anything is opened."""

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

TRY_SECONDS = 20
"""How long the try of a window may take."""

LARGEST = (1280, 720)
"""Width and height in pixels that the window opens with at most; it can be drawn larger by hand."""

_TRY = "import cv2; cv2.namedWindow('try'); cv2.waitKey(1); cv2.destroyAllWindows()"
_ENDING_KEYS = (ord("q"), 27)  # Esc
_TONES = {
    Passing.NAMED: Tone.SURE,
    Passing.DOUBTFUL: Tone.UNSURE,
    Passing.UNKNOWN: Tone.NOBODY,
    Passing.WAITING: Tone.WAITING,
}


def has_screen(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """Whether a window can be opened.

    Without a display Qt ends the process instead of telling it. So the variables are asked first, and then
    another process tries.

    Args:
        environ: the environment; None takes the process's own.
        platform: as in ``sys.platform``.
    """
    environ = os.environ if environ is None else environ
    needs_display = platform not in ("win32", "cygwin", "darwin")
    if needs_display and not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        done = subprocess.run(  # noqa: S603 - this Python, and a program that is written here
            [sys.executable, "-c", _TRY],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TRY_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


class Window:
    """Shows frames with boxes and names. For the main thread.

    Args:
        title: what stands over it.

    Attributes:
        closed: whether the person closed it, or pressed q or Esc.
    """

    def __init__(self, title: str) -> None:
        self.closed = False
        self._title = title
        self._shape: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        # Without the tool bar: its button for saving would put pictures of people on the disk.
        cv2.namedWindow(self._title, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        cv2.destroyAllWindows()

    def show(self, photo: Photo, sight: Sight) -> None:
        """Show a frame with what is known of it."""
        if self._shape != (photo.width, photo.height):  # the first one, or a camera that was turned
            self._shape = (photo.width, photo.height)
            cv2.resizeWindow(self._title, *opening_size(photo.width, photo.height))
        pixels = draw_labels(photo, labels_of(sight))
        cv2.imshow(self._title, cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        self.wait()

    def wait(self) -> None:
        """Let the window draw itself and take keys."""
        try:
            key = cv2.waitKey(1) & 0xFF
            visible = cv2.getWindowProperty(self._title, cv2.WND_PROP_VISIBLE) >= 1
        except cv2.error:  # what Qt answers once its last window is closed
            self.closed = True
            return
        self.closed = self.closed or key in _ENDING_KEYS or not visible


def opening_size(width: int, height: int) -> tuple[int, int]:
    """How large the window for frames of this size opens: as large as they are, where the screen has room."""
    share = min(1.0, LARGEST[0] / width, LARGEST[1] / height)
    return round(width * share), round(height * share)


def labels_of(sight: Sight) -> list[Label]:
    """What is drawn on a frame."""
    return [_label(passer) for passer in sight.passers]


def _label(passer: Passer) -> Label:
    box, tone = passer.followed.track.face.box, _TONES[passer.passing]
    student = passer.student
    if passer.passing is Passing.NAMED and student is not None:
        return Label(box, student.name, tone, otherwise=student.roll_number)
    if passer.passing is Passing.DOUBTFUL and student is not None:
        return Label(box, f"{student.name} ?", tone, otherwise=f"{student.roll_number} ?")
    return Label(box, "" if passer.passing is Passing.WAITING else "Unknown", tone)
