"""How far a head has to turn, with the physics and the measurements behind each number.

All are tangents of angles to the camera. Sources, if none is named: 8 frames of 600 real prints that were
moved, turned and bent before a webcam (NUAA, six people) and of live people who looked straight at it;
2026-11-29. See docs/liveness.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from face_detection.liveness.values import Turn


@dataclass(frozen=True)
class MovementLimits:
    """How far both measures have to move.

    Attributes:
        points: least movement by the five points.
        mesh: the same by the face mesh; None where there is none.
        opposite: most movement the other way, by the mean of both measures.
    """

    points: float
    mesh: float | None
    opposite: float


TURNED = MovementLimits(points=0.35, mesh=0.35, opposite=0.2)
"""About 20 degrees. The most that both measures reached together on prints was 0.19, and on people who looked
straight 0.16; one of them alone reached 0.9 on a print. At 0.40, 18 % of heads that turned by 22 to 38
degrees were refused instead of 7 %."""

NODDED = MovementLimits(points=0.35, mesh=0.25, opposite=0.15)
"""Together the measures reached 0.17 on prints and on people. The mesh follows a nod less than a turn, and a
plane that is tilted by 60 degrees at 15 cm moves the five points by 0.22 from straight, by perspective."""

TURNED_BY_POINTS = MovementLimits(points=0.45, mesh=None, opposite=0.2)
"""Without the mesh only perspective limits a plane, to 0.34 from one side to the other at 15 cm; bent prints
pass. Of 872 windows and directions of prints 4 passed, all of one sitting."""

NODDED_BY_POINTS = MovementLimits(points=0.5, mesh=None, opposite=0.15)
"""The same for nods, of which perspective allows 0.46."""

STRAIGHT_YAW = 0.3
"""Most yaw of a frame that faces the camera, by the mean of the measures."""

STRAIGHT_PITCH = 0.6
"""Most pitch of such a frame by each measure. It is wide, because phones are held low, and movements are
measured from each person's own straight pose."""

FRONTAL = 0.2
"""Most yaw of a frame whose face is as good for recognition as a straight one, and most pitch from the
straight
pose: in LFW, faces match as well up to here (quality.py, `turn` 0.35)."""

LEAD = 4
"""Frames at the beginning in which the head has to be straight once: people need 0.3 s and more to begin."""

BETWEEN = (0.15, 0.8)
"""Part of the way at which a frame is in between, by each measure, where the whole way is the median of the
far frames. Two photos that are switched have none. With the most turned frame as the whole way, and the mean
of both measures from 0.2 on, the noise of the turned photo let 10 of 46 switches pass whose movement was
large enough; now it lets 1. It costs 2 of 45 heads (the kit of face_detection/pad_kit, 60 people of half 0,
2026-11-29)."""

MISSED_BY_HALF = 0.5
"""Part of its threshold below which a measure did not move, while the other one did."""

LEAST_FRAMES = 6
"""Frames of a burst for each movement."""


def limits_of(turn: Turn, *, with_mesh: bool) -> MovementLimits:
    """How far a head has to turn in a direction."""
    if turn in (Turn.LEFT, Turn.RIGHT):
        return TURNED if with_mesh else TURNED_BY_POINTS
    return NODDED if with_mesh else NODDED_BY_POINTS
