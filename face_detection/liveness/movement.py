"""Judges whether a head turned as it was asked to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from face_detection.liveness.thresholds import (
    BETWEEN,
    FRONTAL,
    LEAD,
    LEAST_FRAMES,
    MISSED_BY_HALF,
    STRAIGHT_PITCH,
    STRAIGHT_YAW,
    limits_of,
)
from face_detection.liveness.values import BurstReading, MovementProblem, MovementResult, Turn

Series = NDArray[np.float64]


def judge_movement(reading: BurstReading, asked: Sequence[Turn]) -> MovementResult:
    """Judge whether a burst shows the movements that were asked for.

    Both measures have to move far enough in the direction asked, in the same frame, from a frame that faces
    the camera; the other way only a little; and some frame lies in between. The size of the movement decides
    and no
    correlation: the points of a flat print that is turned correlate perfectly, and hardly move.

    Args:
        reading: what the frames show.
        asked: the movements in their order, one at least.
    """
    if reading.problems:
        return MovementResult(reading.problems, 0, (), ())
    poses = _Poses(reading)
    if poses.seen < LEAST_FRAMES * len(asked):
        few = len(reading.frames) < LEAST_FRAMES * len(asked)
        problem = MovementProblem.TOO_FEW if few else MovementProblem.NO_FACE
        return MovementResult((problem,), 0, (), ())
    straight = poses.straight(asked[0])
    if straight is None:
        return MovementResult((MovementProblem.NOT_STRAIGHT,), 0, (), ())
    movements = _movements(poses, straight, asked)
    problems = dict.fromkeys(problem for movement in movements for problem in movement.problems())
    if problems and len(asked) > 1 and _passes(poses, straight, asked[::-1]):
        problems = {MovementProblem.WRONG_ORDER: None}
    turned = tuple(movement.peak for movement in movements)
    return MovementResult(tuple(problems), straight, turned, poses.frontal(straight))


class _Poses:
    """The poses of all frames by both measures, as series of which frames without a mesh are not a number."""

    def __init__(self, reading: BurstReading) -> None:
        self.with_mesh = reading.with_mesh
        self.count = len(reading.frames)
        self._points = [frame.points for frame in reading.frames]
        self._mesh = [frame.mesh for frame in reading.frames]
        self._both = np.array([frame.mesh is not None or not reading.with_mesh for frame in reading.frames])

    @property
    def seen(self) -> int:
        """In how many frames there are all measures."""
        return int(self._both.sum())

    def by_points(self, turn: Turn) -> Series:
        return np.where(self._both, [pose.towards(turn) for pose in self._points], np.nan)

    def by_mesh(self, turn: Turn) -> Series:
        return np.array([np.nan if pose is None else pose.towards(turn) for pose in self._mesh])

    def by_all(self, turn: Turn) -> Series:
        """The mean of the measures."""
        points = self.by_points(turn)
        return (points + self.by_mesh(turn)) / 2 if self.with_mesh else points

    def straight(self, first: Turn) -> int | None:
        """The frame that movements are measured from; None if none of the first frames faces the camera.

        Before a turn to the side it is the one with the least yaw. What pitch is straight depends on how the
        phone is held, so before a nod it is the first one.
        """
        yaw = np.abs(self.by_all(Turn.LEFT))
        facing = (yaw <= STRAIGHT_YAW) & (np.abs(self.by_points(Turn.UP)) <= STRAIGHT_PITCH)
        if self.with_mesh:
            facing &= np.abs(self.by_mesh(Turn.UP)) <= STRAIGHT_PITCH
        leading = np.flatnonzero(facing[:LEAD])
        if not len(leading):
            return None
        return int(leading[0] if first in (Turn.UP, Turn.DOWN) else leading[yaw[leading].argmin()])

    def frontal(self, straight: int) -> tuple[int, ...]:
        """The frames whose faces are as good for recognition as the straight one, and that one."""
        yaw, pitch = self.by_all(Turn.LEFT), self.by_all(Turn.UP)
        near = (np.abs(yaw) <= FRONTAL) & (np.abs(pitch - pitch[straight]) <= FRONTAL)
        near[straight] = True
        return tuple(int(index) for index in np.flatnonzero(near))


class _Movement:
    """One movement: what the frames of its part of the burst show of it.

    Args:
        poses: of the whole burst.
        turn: what was asked for.
        straight: the frame that the movement is measured from.
        part: the first frame of the part and the one after its last.
    """

    def __init__(self, poses: _Poses, turn: Turn, straight: int, part: tuple[int, int]) -> None:
        self._limits = limits_of(turn, with_mesh=poses.with_mesh)
        self._others = [_Reach(poses, other, straight, part) for other in Turn if other is not turn]
        self._reach = _Reach(poses, turn, straight, part)
        self._way = np.nan_to_num(_moved(poses.by_all(turn), straight)[slice(*part)])
        measures = (
            (poses.by_points(turn), poses.by_mesh(turn)) if poses.with_mesh else (poses.by_points(turn),)
        )
        self._ways = [_moved(measure, straight)[slice(*part)] for measure in measures]
        self.peak = part[0] + self._reach.peak

    @property
    def reached(self) -> float:
        """How far the measure that moved less went, relative to its threshold."""
        return self._reach.least

    def problems(self) -> list[MovementProblem]:
        found = []
        if self._reach.least < 1:
            found.append(self._what_is_missing())
        elif self._way.min() < -self._limits.opposite:
            found.append(MovementProblem.WRONG_WAY)
        elif not self._has_between():
            found.append(MovementProblem.NO_BETWEEN)
        return found

    def _what_is_missing(self) -> MovementProblem:
        if self._reach.most >= 1 and self._reach.least < MISSED_BY_HALF:
            return MovementProblem.MEASURES_DIFFER
        if any(other.least >= 1 for other in self._others):
            return MovementProblem.WRONG_WAY
        return MovementProblem.TOO_LITTLE

    def _has_between(self) -> bool:
        """Whether all measures see some frame in between, on the way to the middle of the far frames."""
        least, most = BETWEEN
        far = self._way >= self._way.max() / 2
        is_between = np.ones(len(self._way), bool)
        for way in self._ways:
            part_of_way = way / np.nanmedian(way[far])
            is_between &= (part_of_way >= least) & (part_of_way <= most)
        return bool(is_between.any())


class _Reach:
    """How far the measures went in one direction, relative to their thresholds."""

    def __init__(self, poses: _Poses, turn: Turn, straight: int, part: tuple[int, int]) -> None:
        limits = limits_of(turn, with_mesh=poses.with_mesh)
        ratios = [_moved(poses.by_points(turn), straight) / limits.points]
        if limits.mesh is not None:
            ratios.append(_moved(poses.by_mesh(turn), straight) / limits.mesh)
        both = np.nan_to_num(np.stack(ratios), nan=-np.inf)[:, slice(*part)]
        self.peak = int(both.min(axis=0).argmax())
        self.least = float(both.min(axis=0).max())
        self.most = float(both.max())


def _movements(poses: _Poses, straight: int, asked: Sequence[Turn]) -> list[_Movement]:
    """Each movement in its part of the burst; of all ways to part it, the one that shows the most."""
    ways = [
        [_Movement(poses, turn, straight, part) for turn, part in zip(asked, parts, strict=True)]
        for parts in _partings(straight, poses.count, len(asked))
    ]
    return max(ways, key=lambda way: (_is_right(way), min(movement.reached for movement in way)))


def _passes(poses: _Poses, straight: int, asked: Sequence[Turn]) -> bool:
    return _is_right(_movements(poses, straight, asked))


def _is_right(way: Sequence[_Movement]) -> bool:
    return not any(movement.problems() for movement in way)


def _partings(first: int, end: int, parts: int) -> list[list[tuple[int, int]]]:
    """All ways to part the frames from ``first`` on into consecutive parts of two frames and more."""
    if parts == 1:
        return [[(first, end)]]
    cuts = range(first + 2, end - 2 * (parts - 1) + 1)
    return [[(first, cut), *rest] for cut in cuts for rest in _partings(cut, end, parts - 1)]


def _moved(series: Series, straight: int) -> Series:
    return np.asarray(series - series[straight])
