"""Composes classroom pictures with ground truth: heads from labelled photos on a background without faces."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from face_detection.photo import encode_jpeg
from face_detection.values import Face, Pixels

WIDTH, HEIGHT = 4000, 3000
"""Twelve megapixels, as from phones."""

SIDES = (32.0, 160.0)
"""Longer edge of a face's box in pixels, from the back row to the front; log-uniform."""

MOST_TURN = 25.0
"""Tilt of a head in degrees: two standard deviations of a normal distribution."""

BLURRED_SHARE, BLUR = 0.15, (0.6, 1.6)
"""Fraction of heads out of focus, and the standard deviation of their blur in pixels."""

DARKEST = 0.25
"""Relative brightness of the two dark corners."""

GRAIN = 2.5
"""Standard deviation of the sensor's noise, in levels of 0 to 255."""

JPEG_QUALITY = 88

Box = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sitter:
    """A person for the picture.

    Attributes:
        identity: the name of the person.
        pixels: RGB uint8 ``(H, W, 3)``, a photo of the person.
        face: the face detected in it.
    """

    identity: str
    pixels: Pixels
    face: Face


@dataclass(frozen=True, eq=False)
class Placed:
    """The ground truth of one face.

    Attributes:
        identity: the name of the person.
        box: ``(4,)`` x1, y1, x2, y2 of the tilted face in pixels.
        side: longer edge in pixels of the face's box before tilting.
        turn: tilt in degrees, counter-clockwise.
        blurred: whether it is out of focus.
        light: relative brightness, 0 to 1.
    """

    identity: str
    box: Box
    side: float
    turn: float
    blurred: bool
    light: float


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture as JPEG with its ground truth."""

    jpeg: bytes
    placed: tuple[Placed, ...]


def compose(
    sitters: Sequence[Sitter],
    rng: np.random.Generator,
    *,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    sides: tuple[float, float] = SIDES,
) -> Scene:
    """Compose a scene with everybody at a separate place.

    Args:
        sitters: the people, placed in random order.
        rng: source of places, sizes, tilt and focus.
        size: width and height of the picture in pixels.
        sides: sides of the smallest and the largest face in pixels.

    Raises:
        ValueError: the heads don't fit in the picture.
    """
    places = _places(len(sitters), size, sides[1], rng)
    light = _light(size)
    canvas = _wall(size, rng)
    placed = []
    for sitter, place in zip(sitters, places, strict=True):
        side = float(np.exp(rng.uniform(*np.log(sides))))
        lit = float(light[round(place[1]), round(place[0])])
        placed.append(_seat(canvas, sitter, place, side, rng, lit=lit))
    canvas *= light[:, :, np.newaxis]
    _add_grain(canvas, rng)
    pixels = canvas.clip(0, 255).astype(np.uint8)
    return Scene(encode_jpeg(pixels, JPEG_QUALITY), tuple(placed))


def _places(
    count: int, size: tuple[int, int], largest: float, rng: np.random.Generator
) -> list[tuple[float, float]]:
    """A centre for each head, in separate cells."""
    width, height = size
    columns = math.ceil(math.sqrt(count * width / height))
    rows = math.ceil(count / columns)
    cell_x, cell_y = width / columns, height / rows
    needed = 2 * largest  # a head with its hair
    if min(cell_x, cell_y) < needed:
        raise ValueError(f"{count} heads of up to {largest:.0f} px don't fit in {width}x{height} pixels")
    cells = rng.permutation(columns * rows)[:count]
    jitter = rng.uniform(-0.5, 0.5, (count, 2)) * [cell_x - needed, cell_y - needed]
    return [
        ((cell % columns + 0.5) * cell_x + dx, (cell // columns + 0.5) * cell_y + dy)
        for cell, (dx, dy) in zip(cells.tolist(), jitter.tolist(), strict=True)
    ]


def _wall(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """A background of gradients, boards and lines: RGB float32 ``(H, W, 3)``, 0 to 255."""
    width, height = size
    corners = rng.uniform(90, 210, (2, 2, 3)).astype(np.float32)
    wall = cv2.resize(corners, size, interpolation=cv2.INTER_LINEAR)
    for _ in range(60):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        far = int(x + rng.integers(20, width // 4)), int(y + rng.integers(10, height // 6))
        colour = [float(value) for value in rng.uniform(40, 230, 3)]
        cv2.rectangle(wall, (x, y), far, colour, int(rng.choice([-1, 3, 9])))
    coarse = rng.normal(0, 6, (height // 8 + 1, width // 8 + 1, 1)).astype(np.float32)
    return np.asarray(
        wall + cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR)[:, :, np.newaxis], np.float32
    )


def _light(size: tuple[int, int]) -> NDArray[np.float32]:
    """Relative brightness of each pixel: the two top corners are dark."""
    width, height = size
    x = np.abs(np.linspace(-1, 1, width, dtype=np.float32))
    y = np.linspace(1, 0, height, dtype=np.float32)
    depth = np.clip((x[np.newaxis] * y[:, np.newaxis] - 0.35) / 0.5, 0, 1)
    return np.asarray(1 - (1 - DARKEST) * depth, np.float32)


def _seat(
    canvas: NDArray[np.float32],
    sitter: Sitter,
    place: tuple[float, float],
    side: float,
    rng: np.random.Generator,
    *,
    lit: float,
) -> Placed:
    """Draw shoulders and head, and return the ground truth."""
    turn = float(np.clip(rng.normal(0, MOST_TURN / 2), -MOST_TURN, MOST_TURN))
    blurred = bool(rng.random() < BLURRED_SHARE)
    shoulders = (round(place[0]), round(place[1] + 1.35 * side)), (round(side), round(0.75 * side))
    cv2.ellipse(canvas, *shoulders, 0, 0, 360, [float(value) for value in rng.uniform(30, 220, 3)], -1)
    head, mask, corners = _head(sitter, side, turn)
    if blurred:
        deviation = float(rng.uniform(*BLUR))
        head = np.asarray(cv2.GaussianBlur(head, (0, 0), deviation), np.float32)
    reach = head.shape[0] // 2
    left, top = round(place[0]) - reach, round(place[1]) - reach
    under = canvas[top : top + len(head), left : left + len(head)]
    under += mask * (head - under)
    return Placed(sitter.identity, corners + np.array([left, top] * 2, np.float32), side, turn, blurred, lit)


def _head(sitter: Sitter, side: float, turn: float) -> tuple[NDArray[np.float32], NDArray[np.float32], Box]:
    """A head with the given size and tilt, its mask, and the box of its face.

    Returns:
        ``(S, S, 3)`` float32 pixels, ``(S, S, 1)`` float32 shares with a soft edge about the hair, and the
        ``(4,)`` box.
    """
    face = sitter.face
    scale = side / max(face.width, face.height)
    source: Pixels = sitter.pixels
    shrunk = 1.0
    if scale < 1:  # averaged first, as a lens does; warping alone would skip pixels
        shape = round(source.shape[1] * scale), round(source.shape[0] * scale)
        source = np.asarray(cv2.resize(source, shape, interpolation=cv2.INTER_AREA), np.uint8)
        shrunk, scale = scale, 1.0
    reach = math.ceil(side)
    centre = (face.box[:2] + face.box[2:]) / 2 * shrunk
    turned = cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), turn, scale)
    warp = np.column_stack([turned[:, :2], turned[:, 2] + reach - centre])
    length = 2 * reach + 1
    head = cv2.warpAffine(
        source, warp, (length, length), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    half = np.array([face.width, face.height]) / max(face.width, face.height) * side / 2
    mask = np.zeros((length, length), np.float32)
    axes = float(half[0] * 1.45), float(half[1] * 1.45)
    cv2.ellipse(mask, ((reach, reach), (2 * axes[0], 2 * axes[1]), -turn), 1.0, -1)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), side * 0.06), np.float32)
    angle = math.radians(turn)
    cos, sin = abs(math.cos(angle)), abs(math.sin(angle))
    about = np.array([half[0] * cos + half[1] * sin, half[0] * sin + half[1] * cos], np.float32)
    return head.astype(np.float32), mask[:, :, np.newaxis], np.concatenate([reach - about, reach + about])


def _add_grain(canvas: NDArray[np.float32], rng: np.random.Generator) -> None:
    """Sensor noise, the same in every block of 500 rows."""
    rows = 500
    grain = rng.standard_normal((rows, *canvas.shape[1:]), dtype=np.float32) * np.float32(GRAIN)
    for top in range(0, canvas.shape[0], rows):
        block = canvas[top : top + rows]
        block += grain[: len(block)]
