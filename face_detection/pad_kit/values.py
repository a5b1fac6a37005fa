"""The values of the kit: what is presented to the check, and what the check answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Where a head is asked to turn, as its owner sees it. Frames are not mirrored."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"

    @property
    def opposite(self) -> Direction:
        """The direction that undoes this one."""
        return _OPPOSITES[self]

    @property
    def turn(self) -> tuple[float, float]:
        """Its yaw and pitch as signs: positive to the own left, and up."""
        return _TURNS[self]


_OPPOSITES = {
    Direction.LEFT: Direction.RIGHT,
    Direction.RIGHT: Direction.LEFT,
    Direction.UP: Direction.DOWN,
    Direction.DOWN: Direction.UP,
}
_TURNS = {
    Direction.LEFT: (1.0, 0.0),
    Direction.RIGHT: (-1.0, 0.0),
    Direction.UP: (0.0, 1.0),
    Direction.DOWN: (0.0, -1.0),
}


class PresentationKind(StrEnum):
    """What is presented. All but ``LIVE`` are species of attacks, each reported for itself."""

    LIVE = "live"
    PRINT_HELD = "print held"
    PRINT_TURNED = "print turned"
    PRINT_TILTED = "print tilted"
    PRINT_WAVED = "print waved"
    PHOTOS_SWITCHED = "two photos switched"
    REPLAY_WRONG = "replay, wrong movement"
    SCREEN_TURNED = "screen turned"
    FRAME_FROZEN = "frozen frame"
    FRAMES_REPEATED = "repeated frames"
    PEOPLE_MIXED = "two people mixed"
    PRINT_BENT = "print bent"
    PRINT_CREASED = "print creased"
    PRINT_WORN = "cut-out worn"
    NOSE_THROUGH = "cut-out with a real nose"
    THREE_PHOTOS = "three photos switched"
    REPLAY_RIGHT = "replay, right movement"


@dataclass(frozen=True, eq=False)
class Presentation:
    """One try before the camera, as the phone's page sends it.

    Attributes:
        kind: what it is: a `PresentationKind`, or the name of a folder of recorded bursts.
        person: whose face it shows.
        asked: the directions that the page asked for.
        snapshot: the photo of the check-in, JPEG.
        frames: the frames of the burst, JPEG, in their order.
        taken: when each was taken, in milliseconds since the first.
    """

    kind: str
    person: str
    asked: tuple[Direction, ...]
    snapshot: bytes
    frames: tuple[bytes, ...]
    taken: tuple[int, ...]


@dataclass(frozen=True)
class CheckAnswer:
    """What the check said about a presentation.

    Attributes:
        why: codes of what it refused; empty if the presentation passed.
    """

    why: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the presentation was taken for a live person."""
        return not self.why


Judge = Callable[[Presentation], CheckAnswer]
"""The check of a server."""
