"""The ways in which faces, prints and screens move before the camera."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from face_detection.pad_kit.scenes.camera import Placement
from face_detection.pad_kit.scenes.movement import Numbers, shake, turns_at
from face_detection.pad_kit.values import Direction

HEAD_TURN = (22.0, 38.0)
"""Degrees of yaw of a head that is asked to turn a little; the page's outline shows about 30."""

HEAD_NOD = (15.0, 25.0)
"""The same for the pitch."""

SHEET_TURN = (35.0, 60.0)
"""Degrees by which a flat sheet is turned: further, and its picture can hardly be seen."""

DISTANCE = (300.0, 420.0)
"""Millimetres from the phone to a face: an arm that is bent, and one that isn't."""


def head_poses(times: Numbers, asked: Sequence[Direction], rng: np.random.Generator) -> tuple[Placement, ...]:
    """A head that turns as it was asked, with the small movements of a hand and a neck.

    Args:
        times: ``(n,)`` float64, seconds.
        asked: the directions, in their order.
        rng: draws the sizes.
    """
    yaw, pitch = np.radians(rng.uniform(*HEAD_TURN)), np.radians(rng.uniform(*HEAD_NOD))
    shares = turns_at(times, [each.turn for each in asked], rng)
    return _poses(times, shares * (yaw, pitch), rng, scale=1.0, slope=4.0, unrest=1.5)


def held(times: Numbers, scale: float, rng: np.random.Generator) -> tuple[Placement, ...]:
    """A sheet that is held still, as well as a hand can.

    Args:
        times: ``(n,)`` float64, seconds.
        scale: size of the face on it relative to life; a smaller one is held closer.
        rng: draws the shake.
    """
    return _poses(times, np.zeros((len(times), 2)), rng, scale=scale, slope=6.0, unrest=2.0)


def turned(
    times: Numbers,
    asked: Sequence[Direction],
    scale: float,
    rng: np.random.Generator,
    degrees: tuple[float, float] = SHEET_TURN,
) -> tuple[Placement, ...]:
    """A sheet that is turned as a head was asked to turn; see `held`."""
    size = np.radians(rng.uniform(*degrees))
    shares = turns_at(times, [each.turn for each in asked], rng)
    return _poses(times, shares * (size, size), rng, scale=scale, slope=6.0, unrest=2.0)


def tilted(
    times: Numbers, asked: Sequence[Direction], scale: float, rng: np.random.Generator
) -> tuple[Placement, ...]:
    """A sheet that is tilted about both axes and in its plane; see `held`."""
    yaw, pitch = np.radians(rng.uniform(15, 40)), np.radians(rng.uniform(25, 45)) * rng.choice((-1, 1))
    shares = turns_at(times, [each.turn for each in asked], rng)
    along = np.abs(shares).max(axis=1)
    start = rng.uniform(-0.5, 0)  # it is held at a slope from the first
    angles = shares * yaw
    angles[:, 1] += pitch * (start + along * (1 - start))
    return _poses(times, angles, rng, scale=scale, slope=15.0, unrest=3.0)


def waved(times: Numbers, scale: float, rng: np.random.Generator) -> tuple[Placement, ...]:
    """A sheet that is waved to and fro; see `held`."""
    rate, phase = rng.uniform(0.5, 1.3), rng.uniform(0, 2 * np.pi)
    swing = np.sin(2 * np.pi * rate * times + phase)
    angles = np.column_stack(
        [np.radians(rng.uniform(20, 45)) * swing, np.radians(rng.uniform(-10, 10)) * swing]
    )
    return _poses(times, angles, rng, scale=scale, slope=8.0, unrest=4.0, sway=rng.uniform(10, 35) * swing)


def _poses(
    times: Numbers,
    angles: Numbers,
    rng: np.random.Generator,
    *,
    scale: float,
    slope: float,
    unrest: float,
    sway: Numbers | float = 0.0,
) -> tuple[Placement, ...]:
    """Poses about a place at random.

    Args:
        times: ``(n,)`` float64, seconds.
        angles: ``(n, 2)`` float64, yaw and pitch in radians.
        rng: draws the place and the shake.
        scale: of lengths.
        slope: degrees of a constant tilt.
        unrest: degrees of shake.
        sway: millimetres to the side.
    """
    tilt = np.radians(rng.normal(0, slope / 2, 2))
    yaw = angles[:, 0] + np.radians(shake(times, unrest, rng))
    pitch = angles[:, 1] + np.radians(shake(times, unrest, rng)) + tilt[0]
    roll = np.radians(shake(times, unrest, rng)) + tilt[1]
    x = rng.uniform(-15, 15) + shake(times, 5, rng) + sway
    y = rng.uniform(-30, 10) + shake(times, 5, rng)
    distance = rng.uniform(*DISTANCE) + shake(times, 8, rng)
    columns = (yaw, pitch, roll, x * scale, y * scale, distance * scale)
    return tuple(Placement(*(float(value) for value in row)) for row in zip(*columns, strict=True))
