"""Prints, cut-outs and screens: flat and bent things with a picture on them, before the camera in a room."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.pad_kit.material.portraits import HALF, PER_MM, FacePortrait
from face_detection.pad_kit.scenes.camera import Camera, Image, Placement
from face_detection.pad_kit.scenes.head_relief import PUPILS
from face_detection.pad_kit.scenes.shapes import Shape
from face_detection.pad_kit.scenes.surfaces import cast
from face_detection.values import Pixels

_BLUR_OF_PRINTER = 0.8  # pixels of the portrait
_PAPER = 240  # brightness of white paper in a room


@dataclass(frozen=True, eq=False)
class PictureSheet:
    """Something with a picture on it.

    Attributes:
        pixels: RGB uint8 ``(h, w, 3)``.
        solid: ``(h, w)`` uint8, 255 where the sheet is, 0 where one sees past it.
        per_mm: pixels for a millimetre of the sheet.
        middle: ``x, y`` in pixels of the place between the eyes.
    """

    pixels: Pixels
    solid: NDArray[np.uint8]
    per_mm: float
    middle: tuple[float, float]

    def seen(self, camera: Camera, pose: Placement, behind: Pixels) -> Pixels:
        """The flat sheet before a room.

        Args:
            camera: looks at it.
            pose: how it is held.
            behind: RGB uint8 ``(H, W, 3)``, what is behind.
        """
        way = camera.matrix @ self._plane(pose) @ self._millimetres()
        size = (camera.width, camera.height)
        picture = cv2.warpPerspective(
            self.pixels, way, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(
            np.where(cv2.warpPerspective(self.solid, way, size)[:, :, np.newaxis] > 127, picture, behind),
            np.uint8,
        )

    def curved(self, shape: Shape, camera: Camera, pose: Placement, behind: Pixels) -> Pixels:
        """The sheet in another shape before a room; see `seen`."""
        seen = cast(shape.surface(), camera, pose)
        x = np.asarray(shape.along(seen.x) * self.per_mm + self.middle[0], np.float32)
        y = np.asarray(seen.y * self.per_mm + self.middle[1], np.float32)
        picture = cv2.remap(self.pixels, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        solid = cv2.remap(self.solid, x, y, cv2.INTER_LINEAR, borderValue=0)
        return np.asarray(np.where((seen.hit & (solid > 127))[:, :, np.newaxis], picture, behind), np.uint8)

    def _millimetres(self) -> NDArray[np.float64]:
        scale = 1 / self.per_mm
        return np.array([[scale, 0, -self.middle[0] * scale], [0, scale, -self.middle[1] * scale], [0, 0, 1]])

    @staticmethod
    def _plane(pose: Placement) -> NDArray[np.float64]:
        """From the sheet's millimetres to x, y and depth before the camera."""
        turn = pose.rotation
        columns = np.column_stack([turn[:, 0], turn[:, 1], [pose.x, pose.y, -pose.distance]])
        columns[2] *= -1  # depth counts away from the camera
        return columns


def _blended(picture: Image, solid: Image, behind: Pixels) -> Pixels:
    """A picture over what is behind it, by how solid it is (0 to 255)."""
    share = np.asarray(solid, np.float32)[:, :, np.newaxis] / 255
    return np.asarray(picture * share + behind * (1 - share), np.uint8)


def printed(portrait: FacePortrait, *, scale: float, rng: np.random.Generator) -> PictureSheet:
    """A portrait on paper, with a white edge.

    Args:
        portrait: what is printed.
        scale: size of the print relative to life.
        rng: draws the ink.
    """
    wide, above, below = (round(each * PER_MM) for each in (120, 150, 165))
    centre = round(HALF * PER_MM)
    crop = portrait.pixels[centre - above : centre + below, centre - wide : centre + wide]
    ink = cv2.GaussianBlur(crop, (0, 0), _BLUR_OF_PRINTER).astype(np.float32)
    ink = (
        (ink - 128) * rng.uniform(0.82, 0.98) + 128 + rng.uniform(-6, 10)
    )  # paper has less contrast than life
    edge = round(8 * PER_MM)
    paper = np.full((ink.shape[0] + 2 * edge, ink.shape[1] + 2 * edge, 3), _PAPER, np.uint8)
    paper[edge:-edge, edge:-edge] = np.clip(ink, 0, 250)
    return PictureSheet(
        paper, np.full(paper.shape[:2], 255, np.uint8), PER_MM / scale, (wide + edge, above + edge)
    )


def cut_out(sheet: PictureSheet, hole: NDArray[np.uint8]) -> PictureSheet:
    """The face of a print as large as life, cut out along its outline, with holes."""
    solid = np.zeros_like(sheet.solid)
    x, y, unit = *sheet.middle, sheet.per_mm
    cv2.ellipse(
        solid, (round(x), round(y + 22 * unit)), (round(74 * unit), round(104 * unit)), 0, 0, 360, 255, -1
    )
    return PictureSheet(
        sheet.pixels, np.where(hole > 0, 0, solid).astype(np.uint8), sheet.per_mm, sheet.middle
    )


def eye_holes(sheet: PictureSheet) -> NDArray[np.uint8]:
    """``(h, w)`` uint8, 255 where the eyes of a print as large as life are."""
    hole = np.zeros_like(sheet.solid)
    x, y, unit = *sheet.middle, sheet.per_mm
    for side in (-PUPILS / 2, PUPILS / 2):
        size = (round(15 * unit), round(7 * unit))
        cv2.ellipse(hole, (round(x + side * unit), round(y)), size, 0, 0, 360, 255, -1)
    return hole


def nose_hole(sheet: PictureSheet) -> NDArray[np.uint8]:
    """``(h, w)`` uint8, 255 where the nose of a print as large as life is."""
    hole = np.zeros_like(sheet.solid)
    outline = np.array([(-8, 4), (8, 4), (19, 48), (12, 56), (-12, 56), (-19, 48)])
    cv2.fillPoly(hole, [np.round(outline * sheet.per_mm + sheet.middle).astype(np.int32)], 255)
    return hole


def with_nose_of(sheet: PictureSheet, other: FacePortrait) -> PictureSheet:
    """A print as large as life through which somebody else's nose sticks."""
    hole = cv2.GaussianBlur(nose_hole(sheet), (0, 0), 1.5)
    shift = np.array([[1, 0, sheet.middle[0] - HALF * PER_MM], [0, 1, sheet.middle[1] - HALF * PER_MM]])
    size = (sheet.solid.shape[1], sheet.solid.shape[0])
    nose = cv2.warpAffine(other.pixels, shift, size, borderMode=cv2.BORDER_REPLICATE)
    return PictureSheet(_blended(nose, hole, sheet.pixels), sheet.solid, sheet.per_mm, sheet.middle)


def on_screen(
    picture: Pixels, *, wide: float, middle: tuple[float, float], rng: np.random.Generator
) -> PictureSheet:
    """A picture on the screen of a phone or a tablet, with its frame.

    Args:
        picture: RGB uint8 ``(h, w, 3)``, which fills the screen.
        wide: width of the screen in millimetres.
        middle: ``x, y`` in pixels of the place between the eyes.
        rng: draws the colour of the screen.
    """
    width = picture.shape[1]
    factor = max(1.0, 480 / width)
    large = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR)
    colour = np.asarray([rng.uniform(0.9, 1), rng.uniform(0.94, 1), rng.uniform(1, 1.08)], np.float32)
    glow = large * colour + 8
    edge = round(0.04 * large.shape[1])
    pixels = np.full((large.shape[0] + 2 * edge, large.shape[1] + 2 * edge, 3), 16, np.uint8)
    pixels[edge:-edge, edge:-edge] = np.clip(glow, 0, 255)
    place = middle[0] * factor + edge, middle[1] * factor + edge
    return PictureSheet(pixels, np.full(pixels.shape[:2], 255, np.uint8), width * factor / wide, place)
