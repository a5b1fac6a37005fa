"""The values of a burst: what was asked, what each frame shows, and how the movement was judged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from face_detection.values import Face, Photo


class Turn(StrEnum):
    """A movement of the head, from the person's own view; frames are not mirrored."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


class MovementProblem(StrEnum):
    """Why a burst does not show the movement that was asked for."""

    TOO_FEW = "too_few"  # frames to judge a movement by
    TOO_FAST = "too_fast"  # frames come faster than a phone takes them, or their times are missing
    TOO_SLOW = "too_slow"  # frames come too far apart to show one movement
    REPEATED = "repeated"  # the same frame came twice
    NO_FACE = "no_face"  # in the first frame, or in more than may show none
    SEVERAL_FACES = "several_faces"
    JUMPED = "jumped"  # the face is somewhere else, or another size, from one frame to the next
    NOT_STRAIGHT = "not_straight"  # no frame faces the camera
    TOO_LITTLE = "too_little"
    WRONG_WAY = "wrong_way"
    WRONG_ORDER = "wrong_order"
    NO_BETWEEN = "no_between"  # the head is straight and turned, and never in between
    MEASURES_DIFFER = (
        "measures_differ"  # the measures don't agree as on a head, such as those of a bent print
    )


@dataclass(frozen=True)
class HeadPose:
    """Where a head points, as tangents of its angles to the camera.

    Attributes:
        yaw: to the side; positive to the person's own left.
        pitch: up and down; positive up.
    """

    yaw: float
    pitch: float

    def towards(self, turn: Turn) -> float:
        """How far the head points in a direction; negative if it points the other way."""
        along = self.yaw if turn in (Turn.LEFT, Turn.RIGHT) else self.pitch
        return along if turn in (Turn.LEFT, Turn.UP) else -along


@dataclass(frozen=True, eq=False)
class FrameReading:
    """What one frame of a burst shows.

    Attributes:
        at: when it was taken, in milliseconds since the first one.
        face: the face, in pixels of ``photo``.
        points: the head's pose by the detector's five points.
        mesh: the same by the face mesh; None where the mesh is missing, or saw no face.
        photo: the decoded frame, upright.
        mesh_landmarks: the five points by the face mesh, ``(5, 2)`` float32 as those of `Face`, in pixels of
            its own picture; None where there is no mesh.
    """

    at: int
    face: Face
    points: HeadPose
    mesh: HeadPose | None
    photo: Photo
    mesh_landmarks: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class BurstReading:
    """What a burst shows.

    Attributes:
        frames: its frames with a face in order, up to the first one that could not be used.
        problems: what is wrong with the burst as such; a burst with problems shows no movement.
        with_mesh: whether the face mesh was there to read it.
    """

    frames: tuple[FrameReading, ...]
    problems: tuple[MovementProblem, ...]
    with_mesh: bool


@dataclass(frozen=True)
class MovementPart:
    """What a burst shows of one movement.

    Attributes:
        turn: what was asked for.
        far: indexes of the frames in which the head is turned most.
        between: how clearly some frame lies in between, by the mean of the measures: 0.5 is half of the way.
        first: index of the first frame of the movement.
        shares: from there on, how much of the way the head has gone in each frame, by the same mean.
    """

    turn: Turn
    far: tuple[int, ...]
    between: float
    first: int
    shares: tuple[float, ...]


@dataclass(frozen=True)
class MovementResult:
    """How a movement was judged.

    Attributes:
        problems: why it is not the one that was asked for; empty if it is.
        straight: index of the frame that faces the camera most, from which movements are measured.
        turned: index of the most turned frame of each movement.
        frontal: indexes of the frames that face the camera, for embeddings; ``straight`` is among them
            unless no frame faces the camera.
        parts: what the burst shows of each movement; empty where nothing could be measured.
    """

    problems: tuple[MovementProblem, ...]
    straight: int
    turned: tuple[int, ...]
    frontal: tuple[int, ...]
    parts: tuple[MovementPart, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the movement is the one that was asked for."""
        return not self.problems
