"""Follows faces from frame to frame by where they are, so that each keeps its number while it is in view."""

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

_LEAST_GAP = 0.01  # seconds between two frames below which a box's own trembling would pass for speed


@dataclass(frozen=True)
class TrackerSettings:
    """How far a face may go between two looks, in widths of the face itself.

    The reach is what a person in motion needs: somebody who walks past at 1.5 m/s moves nine times the
    width of their face (0.16 m) in a second.

    Attributes:
        reach: how far off its expected place a face may be whatever the time between.
        reach_per_second: how much that grows with the time since it was seen, where its speed is known.
        fresh_reach_per_second: the same where it was seen once, so that its speed is not known.
        most_reach: where that ends.
        growth: how many times as large or small a face may be; grows with the time in the same way.
        same_face: overlap (intersection over union) from which two boxes of one frame are one face.
        keep_seconds: how long a face that is not found is waited for.
        keep_updates: for how many updates it is waited for in any case.
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
    """One face that is followed.

    Attributes:
        id: from 1, never used again.
        face: as it was last found, in the pixels of that frame.
        last_at: when it was last found, in seconds.
        hits: in how many updates it was found.
        missed: updates since; 0: it is in the frame of the last update.
        velocity: ``(2,)`` float32, pixels a second to the right and downwards.
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
        """Where the box is expected at a time: ``(4,)`` float32 ``x1, y1, x2, y2``."""
        step = self.velocity * np.float32(at - self.last_at)
        return np.asarray(self.face.box + np.tile(step, 2), np.float32)


class Tracker:
    """Gives each face of a video the number that it had in the frame before. For one thread.

    Each update pairs the faces found with the tracks known such that the sum of the squared distances is
    least: a row of people that moves on by one place stays in its order.

    Args:
        settings: how far faces may go.
    """

    def __init__(self, settings: TrackerSettings | None = None) -> None:
        self.settings = settings or TrackerSettings()
        self._tracks: tuple[Track, ...] = ()
        self._next_id = 1
        self._at = -math.inf

    def update(self, faces: Sequence[Face], at: float) -> tuple[Track, ...]:
        """Take the faces of the next frame.

        Args:
            faces: all that were found in the frame, in any order.
            at: when the frame was taken, in seconds from any moment; never before the last one.

        Returns:
            Every track that is still followed, by id; those with ``missed`` of 0 are in this frame.

        Raises:
            ValueError: the time runs backwards or is no number.
        """
        if not at >= self._at or math.isinf(at):
            raise ValueError(f"the frames must come in order of time, got {at} s after {self._at} s")
        self._at = at
        found = _each_once(faces, self.settings.same_face)
        pairs = dict(least_cost_pairs(self._costs(found, at)))
        taken = set(pairs.values())
        kept = [
            _seen(track, found[pairs[row]], at) if row in pairs else replace(track, missed=track.missed + 1)
            for row, track in enumerate(self._tracks)
        ]
        alive = [track for track in kept if not self._is_over(track, at)]
        born = [self._born(face, at) for column, face in enumerate(found) if column not in taken]
        self._tracks = (*alive, *born)
        return self._tracks

    def _costs(self, found: Sequence[Face], at: float) -> NDArray[np.float64]:
        """The cost of each face for each track, ``(T, F)``; infinite where it can't be the same one."""
        if not self._tracks or not found:
            return np.full((len(self._tracks), len(found)), np.inf)
        settings = self.settings
        gaps = np.array([[at - track.last_at] for track in self._tracks])
        fresh = np.array([[track.hits == 1] for track in self._tracks])
        expected = np.stack([track.box_at(at) for track in self._tracks])
        boxes = np.stack([face.box for face in found])
        growth = np.abs(np.log(_sides(boxes)[np.newaxis] / _sides(expected)[:, np.newaxis]))
        scales = np.sqrt(_sides(boxes)[np.newaxis] * _sides(expected)[:, np.newaxis])
        ways = (_middles(boxes)[np.newaxis] - _middles(expected)[:, np.newaxis]) / scales[..., np.newaxis]
        squares = (ways**2).sum(axis=2)
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


def _each_once(faces: Sequence[Face], same_face: float) -> list[Face]:
    """The faces, each once however often it was found, in an order that is theirs and not the detector's."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: (-face.confidence, *face.box.tolist())):
        others = np.array([other.box for other in kept], np.float32).reshape(-1, 4)
        if not (overlaps(face.box[np.newaxis], others) >= same_face).any():
            kept.append(face)
    return sorted(kept, key=lambda face: tuple(face.box.tolist()))


def _seen(track: Track, face: Face, at: float) -> Track:
    """The track after its face was found again."""
    gap = at - track.last_at
    velocity = track.velocity
    if gap >= _LEAST_GAP:
        way = _middles(face.box[np.newaxis])[0] - _middles(track.face.box[np.newaxis])[0]
        velocity = way / gap if track.hits == 1 else (track.velocity + way / gap) / 2
    hits = track.hits + 1
    return replace(
        track, face=face, last_at=at, hits=hits, missed=0, velocity=np.asarray(velocity, np.float32)
    )


def _middles(boxes: NDArray[np.float32]) -> NDArray[np.float64]:
    """The middle of each box: ``(N, 2)``."""
    return np.asarray((boxes[:, :2] + boxes[:, 2:]) / 2, np.float64)


def _sides(boxes: NDArray[np.float32]) -> NDArray[np.float64]:
    """The longer side of each box, ``(N,)``; at least one pixel, so that it can be divided by."""
    return np.asarray(np.maximum(1, (boxes[:, 2:] - boxes[:, :2]).max(axis=1)), np.float64)
