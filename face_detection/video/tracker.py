"""Tracks faces from frame to frame by their positions, so that each keeps its id while in view."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from face_detection.mtcnn.geometry import overlaps
from face_detection.values import Face
from face_detection.video.track_assignment import least_cost_pairs

Vector = NDArray[np.float32]

_LEAST_GAP = 0.01  # seconds between two frames, below which jitter of the box would count as speed


@dataclass(frozen=True)
class TrackerSettings:
    """How far a face may move between detections, in widths of the face.

    The defaults allow for a person who walks past: at 1.5 m/s they move nine widths of their face (0.16 m)
    per second.

    Attributes:
        reach: maximum distance from the predicted position, independent of time.
        reach_per_second: growth of that distance per second since the last detection, at a known velocity.
        fresh_reach_per_second: the same after a single detection, when the velocity is unknown.
        most_reach: upper limit of the distance.
        growth: maximum factor by which the size may change; grows with time in the same way.
        same_face: overlap (intersection over union) from which two boxes of a frame are the same face.
        keep_seconds: how long an undetected face is kept.
        keep_updates: for how many updates it is kept at least.
    """

    reach: float = 0.6
    reach_per_second: float = 3.0
    fresh_reach_per_second: float = 8.0
    most_reach: float = 2.5
    growth: float = 1.6
    same_face: float = 0.6
    keep_seconds: float = 1.0
    keep_updates: int = 2


@dataclass(frozen=True, eq=False)
class Track:
    """One tracked face.

    Attributes:
        id: counts from 1; never reused.
        face: the last detection, in pixels of its frame.
        last_at: the time of the last detection in seconds.
        hits: the number of updates in which it was detected.
        missed: the number of updates since; 0 means that it is in the last frame.
        velocity: ``(2,)`` float32 x, y in pixels per second.
    """

    id: int
    face: Face
    last_at: float
    hits: int
    missed: int
    velocity: Vector

    @property
    def visible(self) -> bool:
        """Whether it was found in the last update."""
        return self.missed == 0

    def box_at(self, at: float) -> Vector:
        """The predicted box at a time in seconds: ``(4,)`` float32 ``x1, y1, x2, y2``."""
        step = self.velocity * np.float32(at - self.last_at)
        return np.asarray(self.face.box + np.tile(step, 2), np.float32)


class Tracker:
    """Assigns the faces of each frame to tracks. Not thread-safe.

    Each update finds the assignment of faces to tracks with the least total cost, which includes squared
    distances: a row of people that moves on by one place keeps its order.

    Args:
        settings: how far faces may move.
    """

    def __init__(self, settings: TrackerSettings | None = None) -> None:
        self.settings = settings or TrackerSettings()
        self._tracks: tuple[Track, ...] = ()
        self._next_id = 1
        self._at = -math.inf

    def update(self, faces: Sequence[Face], at: float) -> tuple[Track, ...]:
        """Process the faces of the next frame.

        Args:
            faces: all faces of the frame, in any order.
            at: the time of the frame in seconds; never decreases.

        Returns:
            All current tracks, by id; those with ``missed`` of 0 are in this frame.

        Raises:
            ValueError: the time decreases or is not finite.
        """
        if not at >= self._at or math.isinf(at):
            raise ValueError(f"frames must be in chronological order, got {at} s after {self._at} s")
        self._at = at
        found = _without_duplicates(faces, self.settings.same_face)
        pairs = dict(least_cost_pairs(self._costs(found, at)))
        taken = set(pairs.values())
        kept = [
            _updated(track, found[pairs[row]], at)
            if row in pairs
            else replace(track, missed=track.missed + 1)
            for row, track in enumerate(self._tracks)
        ]
        alive = [track for track in kept if not self._is_over(track, at)]
        born = [self._born(face, at) for column, face in enumerate(found) if column not in taken]
        self._tracks = (*alive, *born)
        return self._tracks

    def _costs(self, found: Sequence[Face], at: float) -> NDArray[np.float64]:
        """The cost of assigning each face to each track, ``(T, F)`` float64; infinite if impossible."""
        if not self._tracks or not found:
            return np.full((len(self._tracks), len(found)), np.inf)
        settings = self.settings
        gaps = np.array([[at - track.last_at] for track in self._tracks])
        fresh = np.array([[track.hits == 1] for track in self._tracks])
        expected = np.stack([track.box_at(at) for track in self._tracks])
        boxes = np.stack([face.box for face in found])
        growth = np.abs(np.log(_sides(boxes)[np.newaxis] / _sides(expected)[:, np.newaxis]))
        scales = np.sqrt(_sides(boxes)[np.newaxis] * _sides(expected)[:, np.newaxis])
        distances = (_centres(boxes)[np.newaxis] - _centres(expected)[:, np.newaxis]) / scales[
            ..., np.newaxis
        ]
        squares = (distances**2).sum(axis=2)
        speeds = np.where(fresh, settings.fresh_reach_per_second, settings.reach_per_second)
        reach = np.minimum(settings.most_reach, settings.reach + speeds * gaps)
        near = (squares <= reach**2) & (growth <= math.log(settings.growth) * (1 + gaps))
        costs = (1 - overlaps(expected, boxes)) + squares + growth**2
        return np.asarray(np.where(near, costs, np.inf), np.float64)

    def _is_over(self, track: Track, at: float) -> bool:
        settings = self.settings
        return track.missed > settings.keep_updates and at - track.last_at > settings.keep_seconds

    def _born(self, face: Face, at: float) -> Track:
        track = Track(self._next_id, face, at, hits=1, missed=0, velocity=np.zeros(2, np.float32))
        self._next_id += 1
        return track


def _without_duplicates(faces: Sequence[Face], same_face: float) -> list[Face]:
    """The faces without duplicates, in an order independent of the detector's."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: (-face.confidence, *face.box.tolist())):
        others = np.array([other.box for other in kept], np.float32).reshape(-1, 4)
        if not (overlaps(face.box[np.newaxis], others) >= same_face).any():
            kept.append(face)
    return sorted(kept, key=lambda face: tuple(face.box.tolist()))


def _updated(track: Track, face: Face, at: float) -> Track:
    """The track after another detection."""
    gap = at - track.last_at
    velocity = track.velocity
    if gap >= _LEAST_GAP:
        distance = _centres(face.box[np.newaxis])[0] - _centres(track.face.box[np.newaxis])[0]
        velocity = distance / gap if track.hits == 1 else (track.velocity + distance / gap) / 2
    hits = track.hits + 1
    return replace(
        track, face=face, last_at=at, hits=hits, missed=0, velocity=np.asarray(velocity, np.float32)
    )


def _centres(boxes: NDArray[np.float32]) -> NDArray[np.float64]:
    """The centre of each box, ``(N, 2)`` float64 x, y."""
    return np.asarray((boxes[:, :2] + boxes[:, 2:]) / 2, np.float64)


def _sides(boxes: NDArray[np.float32]) -> NDArray[np.float64]:
    """The longer side of each box, ``(N,)`` float64; at least one pixel, so that it is a valid divisor."""
    return np.asarray(np.maximum(1, (boxes[:, 2:] - boxes[:, :2]).max(axis=1)), np.float64)
