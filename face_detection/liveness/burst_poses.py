"""The poses of a burst's frames, by the measures that there are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from face_detection.liveness.flatness import Series, SheetLooks
from face_detection.liveness.thresholds import (
    BASE,
    FRONTAL,
    LEAD,
    STRAIGHT_PITCH,
    STRAIGHT_YAW,
    MovementLimits,
    limits_of,
)
from face_detection.liveness.values import BurstReading, Turn


class BurstPoses:
    """The poses of all frames by both measures, as series of which frames without a mesh are not a number.

    Args:
        reading: what the frames show.
        alone: whether they show one movement only.

    Attributes:
        with_mesh: whether there is a face mesh.
        count: of the frames.
    """

    def __init__(self, reading: BurstReading, *, alone: bool) -> None:
        self.with_mesh = reading.with_mesh
        self._alone = alone
        self.count = len(reading.frames)
        self._points = [frame.points for frame in reading.frames]
        self._mesh = [frame.mesh for frame in reading.frames]
        seen = [[frame.face.landmarks for frame in reading.frames]]
        if self.with_mesh and alone:
            by_mesh = [frame.mesh_landmarks for frame in reading.frames]
            pairs = zip(by_mesh, seen[0], strict=True)
            seen.append([points if mesh is None else mesh for mesh, points in pairs])
        self._looks = [SheetLooks(landmarks) for landmarks in seen]
        self._both = np.array([frame.mesh is not None or not reading.with_mesh for frame in reading.frames])

    @property
    def seen(self) -> int:
        """In how many frames there are all measures."""
        return int(self._both.sum())

    def seen_in(self, part: slice) -> NDArray[np.bool_]:
        """In which frames of a part there are all measures."""
        return self._both[part]

    def by_points(self, turn: Turn) -> Series:
        """How far the head is turned in each frame, as tangents, by the detector's points."""
        return np.where(self._both, [pose.towards(turn) for pose in self._points], np.nan)

    def by_mesh(self, turn: Turn) -> Series:
        """The same by the face mesh."""
        return np.array([np.nan if pose is None else pose.towards(turn) for pose in self._mesh])

    def by_all(self, turn: Turn) -> Series:
        """The mean of the measures."""
        points = self.by_points(turn)
        return (points + self.by_mesh(turn)) / 2 if self.with_mesh else points

    def limits(self, turn: Turn) -> MovementLimits:
        """How far the head has to turn in a direction."""
        return limits_of(turn, with_mesh=self.with_mesh, alone=self._alone)

    def sheet_turn(self, base: Sequence[int], far: Sequence[int]) -> float:
        """The tangent of the turn by which a sheet would look as narrow, by the points that show more."""
        return max(looks.turn(base, far) for looks in self._looks)

    def base(self, first: Turn) -> tuple[int, ...]:
        """The frames that movements are measured from, the best first; none if no early one is straight.

        Before a turn to the side they have the least yaw. What pitch is straight depends on how the phone is
        held, so before a nod it is the first one.
        """
        yaw = np.abs(self.by_all(Turn.LEFT))
        facing = (yaw <= STRAIGHT_YAW) & (np.abs(self.by_points(Turn.UP)) <= STRAIGHT_PITCH)
        if self.with_mesh:
            facing &= np.abs(self.by_mesh(Turn.UP)) <= STRAIGHT_PITCH
        leading = np.flatnonzero(facing[:LEAD])
        if first in (Turn.UP, Turn.DOWN):
            return tuple(int(index) for index in leading[:1])
        return tuple(int(index) for index in leading[yaw[leading].argsort(kind="stable")][:BASE])

    def frontal(self, straight: int) -> tuple[int, ...]:
        """The frames whose faces are as good for recognition as the straight one, and that one."""
        yaw, pitch = self.by_all(Turn.LEFT), self.by_all(Turn.UP)
        near = (np.abs(yaw) <= FRONTAL) & (np.abs(pitch - pitch[straight]) <= FRONTAL)
        near[straight] = True
        return tuple(int(index) for index in np.flatnonzero(near))
