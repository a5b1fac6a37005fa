"""Where the rays of the camera meet a curved surface: a head, or a sheet of paper that is bent or creased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.pad_kit.scenes.camera import Camera, Floats, Placement, rotation_of

ShareOf = Callable[[Camera, Placement], Floats]

COARSE = 160
"""Longest side in pixels at which rays are followed."""

STEPS = 22
"""Steps of a ray through the space in which a surface can be; two more halve the last one."""


@dataclass(frozen=True, eq=False)
class Surface:
    """A surface that is seen from the front: one depth for each place.

    Attributes:
        depths: ``(n, n)`` float32 in millimetres, square and centred.
        cell: side of a cell in millimetres.
        pivot: the point about which it turns.
        nearest: largest depth.
        farthest: smallest depth that matters.
    """

    depths: Floats
    cell: float
    pivot: tuple[float, float, float]
    nearest: float
    farthest: float

    def at(self, x: Floats, y: Floats) -> Floats:
        """The depths at places ``(H, W)``; beyond the edges, those of the edges."""
        half = (self.depths.shape[0] - 1) / 2
        found = cv2.remap(
            self.depths,
            x / self.cell + half,
            y / self.cell + half,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(found, np.float32)


@dataclass(frozen=True, eq=False)
class Seen:
    """What each pixel sees of a surface.

    Attributes:
        x: ``(H, W)`` float32, millimetres on the surface.
        y: the same, downwards.
        hit: ``(H, W)`` bool, whether the ray meets the surface at all.
    """

    x: Floats
    y: Floats
    hit: NDArray[np.bool_]


def cast(surface: Surface, camera: Camera, pose: Placement, share: ShareOf | None = None) -> Seen:
    """Follow the ray of each pixel to the first point of the surface, so that near parts hide far ones.

    Larger pictures than ``COARSE`` follow fewer rays and interpolate between them.

    Args:
        surface: what is looked at.
        camera: looks at it.
        pose: how the surface stands.
        share: makes the part ``(H, W)`` of the turn, from 0 to 1, that each pixel's ray of a camera meets: a
            neck twists between the shoulders, which stay, and the head. None: all of it.
    """
    shrink = min(1.0, COARSE / max(camera.width, camera.height))
    coarse = camera.scaled(shrink)
    seen = _cast(surface, coarse, pose, None if share is None else share(coarse, pose))
    if shrink == 1:
        return seen
    size = (camera.width, camera.height)
    x, y, hit = (
        np.asarray(cv2.resize(each, size, interpolation=cv2.INTER_LINEAR), np.float32)
        for each in (seen.x, seen.y, seen.hit.astype(np.float32))
    )
    return Seen(x, y, hit > 0.5)


def _cast(surface: Surface, camera: Camera, pose: Placement, share: Floats | None) -> Seen:
    start, step = _rays_of_surface(surface, camera, pose, share)
    room = float(np.hypot(np.hypot(*surface.pivot[:2]), surface.pivot[2])) * 0.4
    first = pose.distance - surface.nearest - room
    last = pose.distance - surface.farthest + room
    times = np.linspace(max(first, 20.0), last, STEPS, dtype=np.float32)
    inside = np.full(camera.rays()[0].shape, np.inf, np.float32)
    before, gap_before, gap_after = inside.copy(), np.ones_like(inside), np.full_like(inside, -1.0)
    gap = np.ones_like(inside)
    for number, time in enumerate(times):
        x, y, z = (start[axis] + time * step[axis] for axis in range(3))
        now = z - surface.at(x, y)
        new = (now <= 0) & np.isinf(inside)
        inside[new] = time
        before[new] = times[max(number - 1, 0)]
        gap_before[new], gap_after[new] = gap[new], now[new]
        gap = now
    hit = np.isfinite(inside)
    low, high = np.where(hit, before, last), np.where(hit, inside, last)
    found = _refined(surface, start, step, (low, high), (gap_before, gap_after))
    x, y = (np.asarray(start[axis] + found * step[axis], np.float32) for axis in (0, 1))
    return Seen(x, y, hit)


def _refined(
    surface: Surface,
    start: list[Floats],
    step: list[Floats],
    between: tuple[Floats, Floats],
    gaps: tuple[Floats, Floats],
) -> Floats:
    """Two steps of the false position method between a point before the surface and one behind it."""
    (low, high), (above, below) = between, gaps
    found = high
    for _ in range(2):
        found = low + (high - low) * np.clip(above / np.maximum(above - below, 1e-3), 0.02, 0.98)
        x, y, z = (start[axis] + found * step[axis] for axis in range(3))
        gap = z - surface.at(np.asarray(x, np.float32), np.asarray(y, np.float32))
        behind = gap <= 0
        low, above = np.where(behind, low, found), np.where(behind, above, gap)
        high, below = np.where(behind, found, high), np.where(behind, gap, below)
    return np.asarray(found, np.float32)


def _rays_of_surface(
    surface: Surface, camera: Camera, pose: Placement, share: Floats | None
) -> tuple[list[Floats], list[Floats]]:
    """The rays in the axes of the surface: their points at time 0 (the camera), and their steps."""
    across, down = camera.rays()
    pivot = np.array(surface.pivot)
    place = np.array([pose.x, pose.y, -pose.distance])
    if share is None:
        back = pose.rotation.T
        start = back @ (-place - pivot) + pivot
        step = [back[axis, 0] * across + back[axis, 1] * down - back[axis, 2] for axis in range(3)]
        return (
            [np.full_like(across, start[axis]) for axis in range(3)],
            [np.asarray(each, np.float32) for each in step],
        )
    parts = np.linspace(0, 1, 12)
    backs = np.stack([rotation_of(pose.yaw * p, pose.pitch * p, pose.roll * p).T for p in parts])
    back_at = [[np.interp(share, parts, backs[:, row, column]) for column in range(3)] for row in range(3)]
    origin = -place - pivot
    starts = [sum(back_at[axis][n] * origin[n] for n in range(3)) + pivot[axis] for axis in range(3)]
    steps = [back_at[axis][0] * across + back_at[axis][1] * down - back_at[axis][2] for axis in range(3)]
    return [np.asarray(each, np.float32) for each in starts], [np.asarray(each, np.float32) for each in steps]
