"""Attacks with prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from face_detection.pad_kit.acting import head_poses, held, tilted, turned, waved
from face_detection.pad_kit.filming import ActedScene
from face_detection.pad_kit.scenes.camera import Camera
from face_detection.pad_kit.scenes.head_relief import NECK
from face_detection.pad_kit.scenes.shapes import Bend, Crease, NoseThrough, Shape
from face_detection.pad_kit.scenes.sheets import PictureSheet, cut_out, eye_holes, printed, with_nose_of
from face_detection.pad_kit.stage import Act, Made, RoomBehind
from face_detection.values import Pixels


def print_held(act: Act) -> Made:
    """A print that is held still."""
    scale = act.drawn_scale()
    return act.made(act.sheet_scene([act.print_of(scale)], held(act.at, scale, act.rng)))


def print_turned(act: Act) -> Made:
    """A print that is turned as a head was asked to."""
    scale = act.drawn_scale()
    return act.made(act.sheet_scene([act.print_of(scale)], turned(act.at, act.asked, scale, act.rng)))


def print_tilted(act: Act) -> Made:
    """A print that is tilted about all axes."""
    scale = act.drawn_scale()
    return act.made(act.sheet_scene([act.print_of(scale)], tilted(act.at, act.asked, scale, act.rng)))


def print_waved(act: Act) -> Made:
    """A print that is waved to and fro."""
    scale = act.drawn_scale()
    return act.made(act.sheet_scene([act.print_of(scale)], waved(act.at, scale, act.rng)))


def photos_switched(act: Act) -> Made:
    """A print of the straight face, then one of the turned face."""
    return _switched(act, (0.0, 1.0))


def three_photos(act: Act) -> Made:
    """The same with a third print between them, of the face half turned."""
    return _switched(act, (0.0, 0.5, 1.0))


def _switched(act: Act, shares: Sequence[float]) -> Made:
    """Prints of the head at parts of the turn, shown one after the other for each direction."""
    scale = act.drawn_scale()
    size = np.radians(act.rng.uniform(25, 38)), np.radians(act.rng.uniform(18, 25))
    shown: list[PictureSheet] = []
    for asked in act.asked:
        turn = [each * angle for each, angle in zip(asked.turn, size, strict=True)]
        views = [act.actors.head.photographed(turn[0] * share, turn[1] * share) for share in shares]
        prints = [printed(view, scale=scale, rng=act.rng) for view in views]
        order = _spread(len(prints), len(act.times) // len(act.asked), act.rng)
        shown += [prints[number] for number in order]
    return act.made(act.sheet_scene([shown[0], *shown], held(act.at, scale, act.rng)))


def _spread(prints: int, frames: int, rng: np.random.Generator) -> list[int]:
    """Which print each frame shows: the first and the last for longer, those between for a frame or two."""
    between = [number for number in range(1, prints - 1) for _ in range(int(rng.integers(1, 3)))]
    first = int(rng.integers(2, frames - len(between) - 1))
    return [0] * first + between + [prints - 1] * (frames - first - len(between))


def _curved(act: Act, shape: Callable[[float], Shape]) -> Made:
    """A print in a shape that may grow while it is turned."""
    scale = act.drawn_scale()
    sheet, poses = act.print_of(scale), turned(act.at, act.asked, scale, act.rng, (25.0, 50.0))
    behind, grows = RoomBehind(act.rng), bool(act.rng.random() < 0.5)
    most = max(abs(pose.yaw) + abs(pose.pitch) for pose in poses)
    shares = [(abs(pose.yaw) + abs(pose.pitch)) / most if grows else 1.0 for pose in poses]
    return act.made(
        ActedScene(
            poses,
            lambda camera, number: sheet.curved(
                shape(shares[number]), camera, poses[number], behind.seen(camera)
            ),
        )
    )


def print_bent(act: Act) -> Made:
    """A print bent to a part of a cylinder."""
    radius = act.rng.uniform(60, 120)
    return _curved(act, lambda share: Bend(radius / max(share, 0.15)))


def print_creased(act: Act) -> Made:
    """A print with a crease along the nose."""
    angle = np.radians(act.rng.uniform(20, 40))
    return _curved(act, lambda share: Crease(angle * share))


def _worn(act: Act, sheet: PictureSheet, shape: Shape, before: float) -> Made:
    """A cut-out face on the helper's own head, which turns as asked."""
    poses = head_poses(act.at, act.asked, act.rng)
    wearer = act.actors.other_head

    def picture(camera: Camera, number: int) -> Pixels:
        pose = poses[number]
        return sheet.curved(shape, camera, pose.carried(NECK, before), wearer.seen(camera, pose))

    return act.made(ActedScene(poses, picture))


def print_worn(act: Act) -> Made:
    """A cut-out face with holes for the eyes, bent around somebody else's face."""
    sheet = act.print_of(1.0)
    return _worn(act, cut_out(sheet, eye_holes(sheet)), Bend(float(act.rng.uniform(75, 110))), 22.0)


def nose_through(act: Act) -> Made:
    """A cut-out face through which somebody else's nose sticks."""
    sheet = with_nose_of(act.print_of(1.0), act.actors.other)
    whole = cut_out(sheet, np.zeros_like(sheet.solid))
    return _worn(act, whole, NoseThrough(float(act.rng.uniform(0.8, 1.1))), 14.0)
