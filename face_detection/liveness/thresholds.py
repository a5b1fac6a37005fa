"""How far a head has to turn, with the physics and the measurements behind each number.

All are tangents of angles to the camera, or shares. Sources, if none is named: 8 frames of 600 real prints
that were moved, turned and bent before a webcam (NUAA, six people) and of live people who looked straight at
it; 2026-11-29. See docs/liveness.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

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
            movement, by the measure that shows the least; None: any. Sheets that are waved go further back.
        spread: least difference of the frames from two pictures, `two_pictures.spread`; None: any.
    """

    points: float
    mesh: float | None
    mean: float
    opposite: float
    frames: int
    depth: float | None
    swing: float | None
    spread: float | None


SPREAD = 0.13
"""Of 624 heads that moved as heads do two have less, as two pictures have, and half have 0.44 and more; 412
of 422 switches of two photos have less, half of them 0.056 and less, and the four in which points that are
wrong show a way at most 0.096 (the people of `TURNED`, 2026-12-01)."""

TURNED = MovementLimits(
    points=0.2, mesh=0.18, mean=0.26, opposite=0.2, frames=3, depth=0.105, swing=0.4, spread=SPREAD
)
"""Chosen by 160 people of half 0 of LFW who look straight, presented by face_detection/pad_kit, 2026-12-01.
The depth separates heads that turned by 22 to 38 degrees from turned, tilted and waved sheets: of 706 heads
that reach the other limits 10 have less, as have all of 22 among 1,411 sheets, at most 0.064, and two more
of 960, 0.087 and 0.055. So the mean may be low: of 715 heads 9 don't reach the other limits. A life-size
sheet at 15 cm that fools the mesh wholly moves the points by 0.15. The swing refuses none of these sheets,
and one head."""

TURNED_OF_SEVERAL = replace(TURNED, mean=0.28, depth=0.08, spread=None)
"""The same beside another movement, as `TURNED` was before it was chosen again, with a sheet's turn by the
detector's points only: a nod makes a face look narrow, too, and a part of the burst may be so short that two
pictures explain it. Of 79 tries of heads 40 pass so, and 29 by `TURNED`; a sheet has to pass twice
(2026-12-01)."""

NODDED = MovementLimits(
    points=0.35, mesh=0.25, mean=0.3, opposite=0.15, frames=1, depth=None, swing=None, spread=None
)
"""Together the measures reached 0.17 on prints and on people. The mesh follows a nod less than a turn, and a
plane that is tilted by 60 degrees at 15 cm moves the five points by 0.22 from straight, by perspective."""

TURNED_BY_POINTS = MovementLimits(
    points=0.4, mesh=None, mean=0.4, opposite=0.2, frames=2, depth=0.2, swing=0.4, spread=SPREAD
)
"""Without the mesh only perspective limits a plane, to 0.34 from one side to the other at 15 cm; bent prints
pass. Of 100 heads of half 0, presented as for `TURNED`, 9 % are refused; of 138 sheets none passes, nor does
one at 0.35 and a depth of 0.1 (2026-11-30)."""

NODDED_BY_POINTS = MovementLimits(
    points=0.5, mesh=None, mean=0.5, opposite=0.15, frames=1, depth=None, swing=None, spread=None
)
"""The same for nods, of which perspective allows 0.46."""

FLATNESS = 0.3
"""What a sheet's own turn explains of a movement to the side, per tangent of that turn
(`flatness.SheetLooks.turn`). The measures of a steep sheet drift with it; a head's are larger. The detector's
points and the mesh's may look wider apart than they are on a steep sheet: by the detector's alone three of
960 turned, tilted and waved sheets passed, by the mesh's one of 480. Hardly both are wrong at once (the
people of `TURNED`, 2026-12-01)."""

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


def limits_of(turn: Turn, *, with_mesh: bool, alone: bool) -> MovementLimits:
    """How far a head has to turn in a direction, if the movement is the only one or not."""
    if turn not in (Turn.LEFT, Turn.RIGHT):
        return NODDED if with_mesh else NODDED_BY_POINTS
    if not with_mesh:
        return TURNED_BY_POINTS if alone else replace(TURNED_BY_POINTS, spread=None)
    return TURNED if alone else TURNED_OF_SEVERAL
