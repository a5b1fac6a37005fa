"""Who checks in: a portrait to enrol and a phone's picture of each person."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.apparatus.face_folder import labelled_photos
from benchmarks.rush.phone_form import PhonePicture
from client.startup import demo

PHOTO_SIDE, PHOTO_QUALITY = 800, 80
"""Longer side in pixels and quality of what the phone page sends, from a camera in the format 4:3."""

FRAME_SIDE, FRAME_QUALITY = 320, 70
TREMBLE, NOISE = 4, 2.0  # pixels by which a hand moves; standard deviation of a camera's noise
SEED = 60


@dataclass(frozen=True)
class RushPerson:
    """Somebody to enrol.

    Attributes:
        name: of the folder.
        portrait: a JPEG to enrol.
        other: another picture of the same person, or a changed copy of the portrait.
    """

    name: str
    portrait: bytes
    other: bytes


def people_of(folders: Sequence[Path], most: int) -> list[RushPerson]:
    """At most that many people; those with two photos first, in an order that is always the same.

    Args:
        folders: each has a folder of photos for each person; none means the demo's two portraits.
        most: how many.
    """
    if not folders:
        portraits = islice(demo.portraits(), most)
        return [RushPerson(each.name, each.jpeg, demo.another_rendering(each.jpeg)) for each in portraits]
    photos: dict[str, list[Path]] = {}
    for each in labelled_photos(folders):
        photos.setdefault(each.identity, []).append(each.path)
    order = sorted(photos)
    random.Random(SEED).shuffle(order)  # noqa: S311 - no secret
    order.sort(key=lambda name: len(photos[name]) < 2)
    return [_person(name, photos[name]) for name in order[:most]]


def _person(name: str, paths: Sequence[Path]) -> RushPerson:
    portrait = paths[0].read_bytes()
    other = paths[1].read_bytes() if len(paths) > 1 else demo.another_rendering(portrait)
    return RushPerson(name, portrait, other)


def phone_picture(picture: bytes, *, frames: int = 0) -> PhonePicture:
    """What a phone sends of a person.

    Args:
        picture: an encoded picture of the person.
        frames: how many pictures of a movement come along. The head doesn't turn in them.
    """
    chance = np.random.default_rng(SEED)
    image = _in_camera_format(Image.open(BytesIO(picture)).convert("RGB"))
    photo = _taken(image, chance, PHOTO_QUALITY)
    if not frames:
        return PhonePicture(photo)
    image.thumbnail((FRAME_SIDE, FRAME_SIDE))
    return PhonePicture(photo, tuple(_taken(image, chance, FRAME_QUALITY) for _ in range(frames)))


def _in_camera_format(image: Image.Image) -> Image.Image:
    """The picture in the middle of a photo in the format 4:3, with its edges going on beside it."""
    width, height = PHOTO_SIDE, PHOTO_SIDE * 3 // 4
    own_width = min(width, round(image.width * height / image.height))
    pixels = np.asarray(image.resize((own_width, height), Image.Resampling.BICUBIC))
    left = (width - own_width) // 2
    return Image.fromarray(np.pad(pixels, [(0, 0), (left, width - own_width - left), (0, 0)], mode="edge"))


def _taken(image: Image.Image, chance: np.random.Generator, quality: int) -> bytes:
    """A JPEG as a trembling hand with a noisy camera takes it."""
    moved = np.roll(np.asarray(image, np.float32), chance.integers(-TREMBLE, TREMBLE + 1, 2), axis=(0, 1))
    noisy = moved + np.roll(_grain(moved.shape), chance.integers(0, FRAME_SIDE, 2), axis=(0, 1))
    out = BytesIO()
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=quality)
    return out.getvalue()


@cache
def _grain(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """A camera's noise; drawing it for each picture would take longer than all the rest."""
    return np.random.default_rng(SEED).normal(0, NOISE, shape).astype(np.float32)
