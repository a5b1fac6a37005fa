"""The words of the live page; its scripts read them from the page."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from attendance.live.values import LiveStatus
from attendance.values import MarkStatus
from face_detection.liveness.values import Turn
from face_detection.problems import PhotoProblem

_NO_CAMERA_API = _l(
    "This browser has no camera for web pages. Open this page in Safari, Chrome, Edge or Firefox."
)
Look = tuple[str, str, object]  # tone, icon, word
STATUSES: dict[StrEnum, Look] = {
    LiveStatus.LOOKING: ("plain", "search", _l("Looking…")),
    LiveStatus.UNFIT: ("plain", "info", _l("Can't be compared")),
    LiveStatus.UNKNOWN: ("plain", "question", _l("Not in this course")),
    LiveStatus.DOUBTFUL: ("warn", "held", _l("Who is it?")),
    LiveStatus.ASKED: ("accent", "face", _l("Turn your head")),
    LiveStatus.UNMOVED: ("warn", "hand", _l("Didn't move as asked")),
    LiveStatus.RECOGNISED: ("accent", "face", _l("Recognised")),
    LiveStatus.MARKED: ("ok", "present", _l("Marked")),
    LiveStatus.ALREADY: ("ok", "check", _l("Already here")),
    LiveStatus.KEPT: ("warn", "hand", _l("Marked otherwise by hand")),
}
MARKS: dict[StrEnum, Look] = {
    MarkStatus.PRESENT: ("ok", "present", _l("Present")),
    MarkStatus.LATE: ("warn", "late", _l("Late")),
}
_PROBLEMS = {
    PhotoProblem.TOO_SMALL: _l("Come closer"),
    PhotoProblem.TOO_DARK: _l("Too dark"),
    PhotoProblem.TOO_BRIGHT: _l("Too bright"),
    PhotoProblem.TURNED_AWAY: _l("Look at the camera"),
    PhotoProblem.BLURRED: _l("Hold still"),
    PhotoProblem.OFF_CENTRE: _l("Step into the picture"),
}
_TURNS: dict[StrEnum, object] = {
    Turn.LEFT: _l("Turn your head a little to the left"),
    Turn.RIGHT: _l("Turn your head a little to the right"),
    Turn.UP: _l("Raise your chin a little"),
    Turn.DOWN: _l("Lower your chin a little"),
}
_THEN: dict[StrEnum, object] = {
    Turn.LEFT: _l("then to the left"),
    Turn.RIGHT: _l("then to the right"),
    Turn.UP: _l("then up"),
    Turn.DOWN: _l("then down"),
}
_KEPT: dict[StrEnum, object] = {
    MarkStatus.ABSENT: _l("Absent by hand"),
    MarkStatus.EXCUSED: _l("Excused by hand"),
    MarkStatus.WITHDRAWN: _l("Mark removed by hand"),
}
_KEPT_IN_KIOSK: dict[StrEnum, object] = {
    MarkStatus.ABSENT: _l("Your teacher marked you absent"),
    MarkStatus.EXCUSED: _l("Your teacher excused you"),
    MarkStatus.WITHDRAWN: _l("Your teacher removed your mark"),
}
_SAY = {
    "starting": _l("Starting the camera…"),
    "allow": _l("Allow the camera when the browser asks."),
    "elsewhere": _l("The camera is already running in another tab of this browser. Close this one."),
    "connecting": _l("Connecting…"),
    "ready": _l("Ready. Look at the camera."),
    "readyByClick": _l("Ready. Students are marked when you click."),
    "lost": _l("The connection was lost. Trying again ({n})."),
    "full": _l("The server can't accept this camera right now. Trying again ({n})."),
    "busy": _l("The server is busy. Continuing in a moment."),
    "closed": _l("The session is closed. A teacher can reopen it on its page."),
    "ended": _l("Your login has ended. Log in again."),
    "nobody": _l("This face can no longer be marked. Look again."),
    "insecure": _l("The camera opens only on https pages or on the server itself, and this is plain http."),
    "noApi": _l(
        "This browser has no camera for web pages. Open this page in Safari, Chrome, Edge or Firefox."
    ),
    "stopped": _l("The camera stopped. Start it again."),
    "otherCamera": _l("The camera did not start. Try again, or use another camera."),
    "camera": _l("Camera {n}"),
    "mark": _l("Mark present"),
    "markOne": _l("Mark present: {name}"),
    "choose": _l("{name}, mark present"),
    "soundOn": _l("Sound is on"),
    "soundOff": _l("Sound is off"),
    "soundWaits": _l("Tap for sound"),
    "failed": _l("That could not be sent. Try again."),
}
_CAMERA_ERRORS = {  # by the name of the DOMException that getUserMedia ends with
    "NotAllowedError": _l(
        "The camera is blocked for this page. Allow it in the address bar, then start it again."
    ),
    "SecurityError": _l("This browser does not let web pages use the camera. Use another browser."),
    "NotFoundError": _l("No camera was found on this device. Connect one, then start it again."),
    "NotReadableError": _l("Another app is using the camera. Close it, then start the camera again."),
    "OverconstrainedError": _l("This camera can't be used here. Choose another one."),
    "AbortError": _l("The camera did not start. Try again."),
    "TypeError": _l(
        "This browser has no camera for web pages. Open this page in Safari, Chrome, Edge or Firefox."
    ),
}
_IN_KIOSK = {
    "closed": _l("The session is closed."),
    "doubtful": _l("Ask your teacher"),
    "kept": _l("Ask your teacher"),
    "unknown": _l("Ask your teacher"),
    "unmoved": _l("Ask your teacher"),
    "ready": _l("Look at the camera."),
    "mark": _l("I'm here"),
    "markOne": _l("I'm here: {name}"),
    "readyByClick": _l("Look at the camera, then tap under your name."),
    "ended": _l("The kiosk has ended. Ask your teacher."),
}


def realtime_words(*, kiosk: bool) -> dict[str, object]:
    """The words in the language of the request.

    Args:
        kiosk: whether students read them, and no teacher.
    """
    say: dict[str, object] = {name: str(sentence) for name, sentence in _SAY.items()}
    statuses = _texts(STATUSES)
    if kiosk:
        for name, sentence in _IN_KIOSK.items():
            if name in statuses:
                statuses[name][2] = str(sentence)
            else:
                say[name] = str(sentence)
    return say | {
        "byName": {name: str(sentence) for name, sentence in _CAMERA_ERRORS.items()},
        "problems": {problem.value: str(sentence) for problem, sentence in _PROBLEMS.items()},
        "statuses": statuses,
        "marks": _texts(MARKS),
        "turns": {turn.value: str(sentence) for turn, sentence in _TURNS.items()},
        "then": {turn.value: str(words) for turn, words in _THEN.items()},
        "kept": {key.value: str(word) for key, word in (_KEPT_IN_KIOSK if kiosk else _KEPT).items()},
    }


def _texts(table: Mapping[StrEnum, Look]) -> dict[str, list[str]]:
    return {key.value: [tone, icon, str(word)] for key, (tone, icon, word) in table.items()}
