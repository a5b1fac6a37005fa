"""Flat sheets before the camera obey the rules of perspective, bent ones keep their lengths."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from face_detection.pad_kit.scenes.camera import PORTRAIT, Placement
from face_detection.pad_kit.scenes.rooms import room
from face_detection.pad_kit.scenes.shapes import Bend, Crease
from face_detection.pad_kit.scenes.sheets import PictureSheet, cut_out, eye_holes, nose_hole, printed
from face_detection.pad_kit.scenes.surfaces import cast
from face_detection.values import Pixels
from tests.face_detection.pad_kit.stills import eileen

BLACK = np.zeros((PORTRAIT.height, PORTRAIT.width, 3), np.uint8)
DOTS = ((-40.0, -30.0), (40.0, -30.0), (0.0, 10.0), (-30.0, 50.0), (30.0, 50.0))
ANGLES = {"yaw": st.floats(-0.9, 0.9), "pitch": st.floats(-0.6, 0.6), "roll": st.floats(-0.4, 0.4)}


def dotted(dot: tuple[float, float]) -> PictureSheet:
    """A black sheet with a bright dot at a place in millimetres."""
    pixels = np.zeros((400, 300, 3), np.uint8)
    x, y = round(150 + dot[0] * 1.5), round(200 + dot[1] * 1.5)
    pixels[y - 4 : y + 5, x - 4 : x + 5] = 255
    return PictureSheet(pixels, np.full((400, 300), 255, np.uint8), 1.5, (150, 200))


def centre(picture: Pixels) -> tuple[float, float]:
    """The middle of what is bright, as slopes of the ray."""
    light = picture[..., 0].astype(np.float64)
    across, down = PORTRAIT.rays()
    return float((light * across).sum() / light.sum()), float((light * down).sum() / light.sum())


@settings(max_examples=20, deadline=None)
@given(**ANGLES, dot=st.sampled_from(DOTS))
def test_a_point_of_a_flat_sheet_is_seen_where_its_ray_goes(
    yaw: float, pitch: float, roll: float, dot: tuple[float, float]
) -> None:
    pose = Placement(yaw, pitch, roll, 4.0, 6.0, 360.0)
    x, y, z = pose.rotation @ (*dot, 0.0) + (pose.x, pose.y, -pose.distance)
    seen = centre(dotted(dot).seen(PORTRAIT, pose, BLACK))
    assert np.hypot(seen[0] - x / -z, seen[1] - y / -z) * PORTRAIT.focal < 0.7


@pytest.mark.parametrize("shape", [Bend(1e5), Crease(0.0)])
def test_a_sheet_that_is_hardly_bent_looks_flat(shape: Bend | Crease) -> None:
    sheet, pose = dotted(DOTS[0]), Placement(0.5, 0.2, 0.1, 4.0, 6.0, 360.0)
    flat, curved = sheet.seen(PORTRAIT, pose, BLACK), sheet.curved(shape, PORTRAIT, pose, BLACK)
    assert np.hypot(*np.subtract(centre(flat), centre(curved))) * PORTRAIT.focal < 0.4


@pytest.mark.parametrize("shape", [Bend(80.0), Crease(0.5)])
def test_bending_keeps_the_lengths_of_paper(shape: Bend | Crease) -> None:
    x = np.linspace(-60, 60, 241, dtype=np.float32)
    surface = shape.surface()
    depth = surface.at(x[np.newaxis], np.zeros_like(x)[np.newaxis])[0]
    length = np.hypot(np.diff(x), np.diff(depth)).sum()
    along = shape.along(x)
    assert along[-1] - along[0] == pytest.approx(length, rel=0.02)


def test_a_bent_sheet_stands_out_in_the_middle() -> None:
    camera = PORTRAIT.scaled(0.5)
    seen = cast(Bend(80.0).surface(), camera, Placement())
    row, column = camera.height // 2, camera.width // 2
    assert seen.hit[row, column]
    assert abs(float(seen.x[row, column])) < 2


def test_a_cut_out_has_holes_and_ends_at_the_face() -> None:
    sheet = printed(eileen(), scale=1.0, rng=np.random.default_rng(1))
    x, y = (round(value) for value in sheet.middle)
    eyes, nose = cut_out(sheet, eye_holes(sheet)), cut_out(sheet, nose_hole(sheet))
    eye, tip = round(31.5 * sheet.per_mm), round(40 * sheet.per_mm)
    assert (eyes.solid[y, x + eye], eyes.solid[y + tip, x]) == (0, 255)
    assert (nose.solid[y, x + eye], nose.solid[y + tip, x]) == (255, 0)
    assert not eyes.solid[5].any()


def test_what_is_not_covered_shows_the_room() -> None:
    behind = room(PORTRAIT, np.random.default_rng(3))
    sheet = replace(dotted(DOTS[0]), solid=np.zeros((400, 300), np.uint8))
    assert np.array_equal(sheet.seen(PORTRAIT, Placement(0.4), behind), behind)
