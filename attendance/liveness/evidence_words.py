"""The one table of sentences for what speaks for a mark; pages translate them, other software gets English.

They state what was seen, and accuse nobody: a bad camera, a phone without one and a print look alike to them.
"""

from __future__ import annotations

from attendance.liveness.burst_problems import BurstProblem
from attendance.values import LivenessResult, MarkEvidence, Place
from face_detection.liveness.values import MovementProblem


def _l(text: str) -> str:
    """Marks a text for the catalogues (docs/translating.md)."""
    return text


NOT_AS_ASKED = _l("The head did not turn as asked.")
_RESULTS = {
    LivenessResult.PASSED: _l("The head turned as asked."),
    LivenessResult.FAILED: NOT_AS_ASKED,
    LivenessResult.NOT_SHOWN: _l("No movement was shown."),
    LivenessResult.EXEMPT: _l("No movement is asked of this student."),
    LivenessResult.PHOTO_ONLY: _l("A photo from other software, without a movement."),
}
_AS_MEANT = (LivenessResult.PASSED, LivenessResult.EXEMPT, LivenessResult.PHOTO_ONLY)
_WHY: dict[str, str] = {
    MovementProblem.TOO_FEW: _l("Too few pictures of the movement arrived."),
    MovementProblem.TOO_FAST: _l("The pictures of the movement were taken too fast."),
    MovementProblem.TOO_SLOW: _l("The pictures of the movement were taken too slowly."),
    MovementProblem.REPEATED: _l("The same picture came twice."),
    MovementProblem.NO_FACE: _l("The face was out of the picture for a moment."),
    MovementProblem.SEVERAL_FACES: _l("Somebody else was in the picture."),
    MovementProblem.JUMPED: _l("The face was suddenly somewhere else in the picture."),
    MovementProblem.NOT_STRAIGHT: _l("The head was turned from the beginning."),
    MovementProblem.TOO_LITTLE: _l("The head did not turn far enough."),
    MovementProblem.WRONG_WAY: _l("The head turned another way."),
    MovementProblem.WRONG_ORDER: _l("The head made the two movements in the other order."),
    MovementProblem.NO_BETWEEN: _l("The head was straight, then turned, and never in between."),
    MovementProblem.MEASURES_DIFFER: _l("The face did not move as it does when a head turns."),
    BurstProblem.UNREADABLE: _l("The pictures of the movement can't be read."),
    BurstProblem.ANOTHER_PERSON: _l("The photo and the movement don't seem to show the same person."),
    BurstProblem.FAILED_BEFORE: _l("It did so only after two tries in which it did not."),
    BurstProblem.OTHER_BROWSER: _l(
        "The photo may come from another browser than the page: some browsers inside apps can't tell."
    ),
}
PLACES = {
    Place.THIS_NETWORK: _l("From this network."),
    Place.ROOM_PHOTO: _l("Seen in a classroom photo."),
    Place.KIOSK: _l("Seen by the kiosk."),
}


def movement_texts(evidence: MarkEvidence) -> tuple[str, ...]:
    """What is known of the movement, and of the browser, in sentences; empty where none was asked for."""
    found = _RESULTS.get(evidence.liveness)
    reasons = (_WHY.get(code, NOT_AS_ASKED) for code in evidence.why)
    texts = dict.fromkeys([found, *reasons] if found else reasons)
    # "Not as asked" says less than any reason for it.
    return tuple(text for text in texts if text != NOT_AS_ASKED or len(texts) == 1)


def evidence_texts(evidence: MarkEvidence) -> tuple[str, ...]:
    """All that is known, in sentences: about the movement, the browser and the place."""
    place = PLACES.get(evidence.place)
    return (*movement_texts(evidence), *((place,) if place else ()))


def doubt_texts(evidence: MarkEvidence) -> tuple[str, ...]:
    """The same as ``movement_texts``, and nothing where all is as it was meant: for long lists."""
    return () if evidence.liveness in _AS_MEANT and not evidence.why else movement_texts(evidence)
