"""Judges whether a head turned as it was asked to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from face_detection.liveness.burst_poses import BurstPoses
from face_detection.liveness.flatness import Series
from face_detection.liveness.thresholds import (
    BETWEEN,
    FLATNESS,
    LEAST_FRAMES,
    MISSED_BY_HALF,
    MovementLimits,
)
from face_detection.liveness.two_pictures import spread
from face_detection.liveness.values import BurstReading, MovementPart, MovementProblem, MovementResult, Turn

HALF = 0.5  # of the way of a movement


def judge_movement(reading: BurstReading, asked: Sequence[Turn]) -> MovementResult:
    """Judge whether a burst shows the movements that were asked for.

    Both measures have to move far enough in the direction asked, from frames that face the camera, and
    further than the turn of a flat sheet explains; the other way only a little; some frame lies in between;
    and more than two pictures are shown. The size of the movement decides and no correlation: the points of a
    flat print that is turned correlate perfectly, and hardly move.

    Args:
        reading: what the frames show.
        asked: the movements in their order, one at least.
    """
    if reading.problems:
        return MovementResult(reading.problems, 0, (), ())
    poses = BurstPoses(reading, alone=len(asked) == 1)
    if poses.seen < LEAST_FRAMES * len(asked):
        few = len(reading.frames) < LEAST_FRAMES * len(asked)
        problem = MovementProblem.TOO_FEW if few else MovementProblem.NO_FACE
        return MovementResult((problem,), 0, (), ())
    base = poses.base(asked[0])
    if not base:
        return MovementResult((MovementProblem.NOT_STRAIGHT,), 0, (), ())
    straight = base[0]
    movements = _movements(poses, base, asked)
    problems = dict.fromkeys(problem for movement in movements for problem in movement.problems())
    if problems and len(asked) > 1 and _passes(poses, base, asked[::-1]):
        problems = {MovementProblem.WRONG_ORDER: None}
    turned = tuple(movement.peak for movement in movements)
    parts = tuple(movement.part for movement in movements)
    if not problems and any(_is_switched(reading, part, poses.limits(part.turn)) for part in parts):
        problems = {MovementProblem.NO_BETWEEN: None}
    return MovementResult(tuple(problems), straight, turned, poses.frontal(straight), parts)


class _Movement:
    """One movement: what the frames of its part of the burst show of it.

    Args:
        poses: of the whole burst.
        turn: what was asked for.
        base: the frames that the movement is measured from.
        part: the first frame of the part and the one after its last.
    """

    def __init__(self, poses: BurstPoses, turn: Turn, base: tuple[int, ...], part: tuple[int, int]) -> None:
        self._limits = poses.limits(turn)
        self._turn = turn
        self._measured = partial(_Reach, poses, base=base, part=part)
        self._reach = self._measured(turn)
        self.peak = self._reach.peak
        self.part = MovementPart(turn, self._reach.far, self._reach.between, part[0], self._reach.shares)

    @property
    def reached(self) -> float:
        """How far the measure that moved less went, relative to its threshold."""
        return self._reach.least

    @property
    def is_right(self) -> bool:
        """Whether there is no problem; much quicker than to ask which one."""
        return self._reach.least >= 1 and self._flaw() is None

    def problems(self) -> list[MovementProblem]:
        """What is wrong with it, at most one thing."""
        problem = self._what_is_missing() if self._reach.least < 1 else self._flaw()
        return [] if problem is None else [problem]

    def _flaw(self) -> MovementProblem | None:
        """What is wrong with a movement that went far enough."""
        if self._reach.back < -self._limits.opposite:
            return MovementProblem.WRONG_WAY
        if self._is_sheet():
            return MovementProblem.MEASURES_DIFFER
        return MovementProblem.NO_BETWEEN if self._reach.between < BETWEEN else None

    def _is_sheet(self) -> bool:
        """Whether it moves as a sheet that is turned, or waved to and fro."""
        is_flat = self._limits.depth is not None and self._reach.depth < self._limits.depth
        return is_flat or (self._limits.swing is not None and self._reach.swing > self._limits.swing)

    def _what_is_missing(self) -> MovementProblem:
        if self._reach.most >= 1 and self._reach.least < MISSED_BY_HALF:
            return MovementProblem.MEASURES_DIFFER
        if any(self._measured(other).least >= 1 for other in Turn if other is not self._turn):
            return MovementProblem.WRONG_WAY
        return MovementProblem.TOO_LITTLE


class _Reach:
    """How far the measures went in one direction, from the mean of the base frames."""

    def __init__(self, poses: BurstPoses, turn: Turn, base: tuple[int, ...], part: tuple[int, int]) -> None:
        limits = poses.limits(turn)
        measures, least = [poses.by_points(turn)], [limits.points]
        if limits.mesh is not None:
            measures.append(poses.by_mesh(turn))
            least.append(limits.mesh)
        first, inside = part[0], slice(*part)
        moved = np.nan_to_num(np.stack([(each - each[list(base)].mean())[inside] for each in measures]))
        mean = moved.mean(axis=0)
        far = np.sort(mean.argsort(kind="stable")[-limits.frames :])
        ratios = np.vstack([moved / np.array(least)[:, None], mean / limits.mean])
        self.far = tuple(first + int(index) for index in far)
        self.peak = first + int(far[ratios[:, far].min(axis=0).argmax()])
        self.least = float(ratios[:, far].mean(axis=1).min())
        self.most = float(moved[:, far].mean(axis=1).max()) / limits.mean
        self.back = float(mean.min())
        self.swing = min(_swing(each[poses.seen_in(inside)]) for each in (*moved, mean))
        self.depth = float(mean[far].mean() - FLATNESS * poses.sheet_turn(base, self.far))
        self.shares, self.between = _way(moved, far)


def _is_switched(reading: BurstReading, part: MovementPart, limits: MovementLimits) -> bool:
    """Whether the frames of a movement show two pictures that are switched, by their pixels."""
    frames = reading.frames[part.first : part.first + len(part.shares)]
    middle = next((number for number, share in enumerate(part.shares) if share > HALF), 0)
    return limits.spread is not None and spread(frames, middle) < limits.spread


def _swing(mean: Series) -> float:
    """How far it goes back before it is farthest, or comes again after that; relative to the farthest."""
    if not len(mean) or mean.max() <= 0:
        return 0.0
    peak = int(mean.argmax())
    before, after = mean[: peak + 1], mean[peak:]
    back = np.maximum.accumulate(before) - before
    again = after - np.minimum.accumulate(after)
    return float(max(back.max(), again.max()) / mean[peak])


def _way(moved: Series, far: NDArray[np.int64]) -> tuple[tuple[float, ...], float]:
    """How much of the way to the far frames each frame has gone, and how clearly some frame lies in between.

    Both in the mean of the measures; nothing where one of them did not go there.
    """
    ways = moved[:, far].mean(axis=1)
    if (ways <= 0).any():
        return (0.0,) * moved.shape[1], 0.0
    parts = moved / ways[:, None]
    between = float(np.minimum(parts, 1 - parts).mean(axis=0).max())
    return tuple(float(share) for share in parts.mean(axis=0)), between


def _movements(poses: BurstPoses, base: tuple[int, ...], asked: Sequence[Turn]) -> list[_Movement]:
    """Each movement in its part of the burst; of all ways to part it, the one that shows the most."""
    ways = [
        [_Movement(poses, turn, base, part) for turn, part in zip(asked, parts, strict=True)]
        for parts in _partings(min(base), poses.count, len(asked))
    ]
    return max(ways, key=lambda way: (_is_right(way), min(movement.reached for movement in way)))


def _passes(poses: BurstPoses, base: tuple[int, ...], asked: Sequence[Turn]) -> bool:
    return _is_right(_movements(poses, base, asked))


def _is_right(way: Sequence[_Movement]) -> bool:
    return all(movement.is_right for movement in way)


def _partings(first: int, end: int, parts: int) -> list[list[tuple[int, int]]]:
    """All ways to part the frames from ``first`` on into consecutive parts of two frames and more."""
    if parts == 1:
        return [[(first, end)]]
    cuts = range(first + 2, end - 2 * (parts - 1) + 1)
    return [[(first, cut), *rest] for cut in cuts for rest in _partings(cut, end, parts - 1)]
