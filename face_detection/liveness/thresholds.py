"""How far a head has to turn, with the physics and the measurements behind each number.

All are tangents of angles to the camera, or shares. Sources, if none is named: 8 frames of 600 real prints
that were moved, turned and bent before a webcam (NUAA, six people) and of live people who looked straight at
it; 2026-11-29. See docs/liveness.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from face_detection.liveness.values import Turn


@dataclass(frozen=True)
class MovementLimits:
    """How far both measures have to move.

    Attributes:
        points: least movement by the five points, in the mean of the far frames.
        mesh: the same by the face mesh; None where there is none.
        mean: least mean of both.
        opposite: most movement the other way, by the mean of both measures.
        frames: how many far frames count; the mean of several is no chance of one frame.
        depth: least movement that the turn of a flat sheet would not explain, by `FLATNESS`; None: any.
        swing: most way back before the head is turned most, or there again after it, relative to the
            movement; None: any. Heads stay below 0.3; sheets that are waved do not.
    """

    points: float
    mesh: float | None
    mean: float
    opposite: float
    frames: int
    depth: float | None
    swing: float | None


TURNED = MovementLimits(points=0.2, mesh=0.18, mean=0.28, opposite=0.2, frames=3, depth=0.08, swing=0.4)
"""Chosen by 76 people of half 0 of LFW who look straight, presented by face_detection/pad_kit, 2026-11-30: of
152 heads that turned by 22 to 38 degrees 3 did not move enough or as heads do, by points that were wrong;
the least mean of the others was 0.29. Of 197 turned, tilted and waved sheets none passes, and the largest
mean that the other rules left was 0.25. The mean of both measures separates them better than the smaller
one."""

NODDED = MovementLimits(points=0.35, mesh=0.25, mean=0.3, opposite=0.15, frames=1, depth=None, swing=None)
"""Together the measures reached 0.17 on prints and on people. The mesh follows a nod less than a turn, and a
plane that is tilted by 60 degrees at 15 cm moves the five points by 0.22 from straight, by perspective."""

TURNED_BY_POINTS = MovementLimits(
    points=0.4, mesh=None, mean=0.4, opposite=0.2, frames=2, depth=0.2, swing=0.4
)
"""Without the mesh only perspective limits a plane, to 0.34 from one side to the other at 15 cm; bent prints
pass. Of 100 of the heads of `TURNED` 9 % are refused; of 138 of its sheets none passes, nor does one at 0.35
and a depth of 0.1."""

NODDED_BY_POINTS = MovementLimits(
    points=0.5, mesh=None, mean=0.5, opposite=0.15, frames=1, depth=None, swing=None
)
"""The same for nods, of which perspective allows 0.46."""

FLATNESS = 0.3
"""What a sheet's own turn explains of a movement to the side, per tangent of that turn
(`flatness.sheet_turn`). The measures of a steep sheet drift with it; a head's are larger."""

STRAIGHT_YAW = 0.3
"""Most yaw of a frame that faces the camera, by the mean of the measures."""

STRAIGHT_PITCH = 0.6
"""Most pitch of such a frame by each measure. It is wide, because phones are held low, and movements are
measured from each person's own straight pose."""

FRONTAL = 0.2
"""Most yaw of a frame whose face is as good for recognition as a straight one, and most pitch from the
straight pose: in LFW, faces match as well up to here (quality.py, `turn` 0.35)."""

LEAD = 2
"""Frames at the beginning in which the head has to be straight once: the first is taken with the photo, and
people need 0.3 s and more to begin. A sheet that is waved passes through straight sooner or later."""

BASE = 2
"""The straightest of the first frames from whose mean turns to the side are measured."""

BETWEEN = 0.1
"""How clearly some frame must lie in between, as `MovementPart.between`; the least of 576 heads that moved
far enough had 0.12 (half 0 of LFW, 2026-11-30). Of two photos that are switched most have as much by noise:
`attendance/liveness/continuity.py` adds how the face looks, and how long a step it makes."""

MISSED_BY_HALF = 0.5
"""Part of its threshold below which a measure did not move, while the other one did."""

LEAST_FRAMES = 6
"""Frames of a burst for each movement."""


def limits_of(turn: Turn, *, with_mesh: bool) -> MovementLimits:
    """How far a head has to turn in a direction."""
    if turn in (Turn.LEFT, Turn.RIGHT):
        return TURNED if with_mesh else TURNED_BY_POINTS
    return NODDED if with_mesh else NODDED_BY_POINTS
