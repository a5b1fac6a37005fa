"""Stills become upright portraits in millimetres."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from face_detection.pad_kit.errors import PadMaterialError
from face_detection.pad_kit.material.portraits import HALF, PER_MM, eyes_of, portrait_of, stills_of
from face_detection.pad_kit.scenes.head_relief import PUPILS
from tests.face_detection.pad_kit.stills import eileen, grace, write_stills
from tests.portraits import render, skimage_picture


def test_a_folder_has_photos_or_folders_of_photos(tmp_path: Path) -> None:
    write_stills(tmp_path)
    (tmp_path / "notes.txt").write_text("not a photo")
    (tmp_path / "nobody").mkdir()
    found = stills_of(tmp_path)
    assert {person: len(paths) for person, paths in found.items()} == {"eileen": 1, "grace": 1}


def test_a_folder_without_photos_is_named_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(PadMaterialError, match=r"has no photos .*Put a photo of each person there"):
        stills_of(tmp_path)
    with pytest.raises(PadMaterialError, match="is not a folder"):
        stills_of(tmp_path / "missing")


def test_a_portrait_has_its_eyes_where_millimetres_say() -> None:
    for portrait in (eileen(), grace()):
        eyes = eyes_of(portrait.pixels)
        assert eyes is not None
        middle = HALF * PER_MM
        expected = np.array([[middle - PUPILS / 2 * PER_MM, middle], [middle + PUPILS / 2 * PER_MM, middle]])
        assert np.abs(eyes - expected).max() < 7 * PER_MM


def test_a_still_that_lies_aslant_becomes_upright(tmp_path: Path) -> None:
    path = tmp_path / "aslant.jpg"
    path.write_bytes(render(skimage_picture("astronaut"), angle=9))
    portrait = portrait_of("eileen", path)
    assert portrait is not None
    eyes = eyes_of(portrait.pixels)
    assert eyes is not None
    across, down = eyes[1] - eyes[0]
    assert abs(down) < 0.08 * across


def test_what_shows_nobody_makes_no_portrait(tmp_path: Path) -> None:
    coffee, damaged = tmp_path / "coffee.jpg", tmp_path / "damaged.jpg"
    coffee.write_bytes(skimage_picture("coffee"))
    damaged.write_bytes(b"no photo")
    assert portrait_of("coffee", coffee) is None
    assert portrait_of("damaged", damaged) is None
