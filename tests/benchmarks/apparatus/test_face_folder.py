"""Labelled photos for the benchmarks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.apparatus.face_folder import BenchmarkError, central_face, labelled_photos, without_colour
from face_detection.values import Face, Photo
from face_matching.evaluation.calibration import half_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for person in range(6):
        for photo in ("1.jpg", "2.JPG", "notes.txt"):
            path = tmp_path / f"Person {person}" / photo
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"")
    return tmp_path


def face(x: float, y: float, side: float) -> Face:
    return Face(np.array([x, y, x + side, y + side], np.float32), 1.0, np.zeros((5, 2), np.float32))


def test_a_folder_is_a_person_and_only_photos_count(folder: Path) -> None:
    photos = labelled_photos([folder])
    assert [photo.identity for photo in photos] == [f"Person {n}" for n in range(6) for _ in range(2)]
    assert {photo.path.suffix for photo in photos} == {".jpg", ".JPG"}


def test_the_halves_share_nobody_and_leave_nobody_out(folder: Path) -> None:
    zero, one = ({p.identity for p in labelled_photos([folder], half)} for half in (0, 1))
    assert zero.isdisjoint(one)
    assert len(zero | one) == 6
    assert {half_of(name) for name in zero} == {0}


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="contains no photos"):
        labelled_photos([tmp_path])


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="is not a folder"):
        labelled_photos([tmp_path / "nowhere"])


def test_one_person_is_too_few(tmp_path: Path) -> None:
    (tmp_path / "Only One").mkdir()
    (tmp_path / "Only One" / "1.jpg").write_bytes(b"")
    with pytest.raises(BenchmarkError, match="photos of 1 people"):
        labelled_photos([tmp_path])


def test_the_subject_is_the_face_in_the_middle_and_not_the_largest() -> None:
    photo = Photo(np.zeros((250, 250, 3), np.uint8), (250, 250))
    middle, large = face(90, 90, 60), face(0, 0, 110)
    assert central_face(photo, [large, middle]) is middle
    assert central_face(photo, []) is None


def test_a_photo_without_colour_is_grey_and_as_large() -> None:
    pixels = np.zeros((4, 6, 3), np.uint8)
    pixels[..., 0] = 200
    grey = without_colour(Photo(pixels, (8, 12)))
    assert grey.pixels.shape == (4, 6, 3)
    assert grey.original_size == (8, 12)
    assert (grey.pixels == grey.pixels[..., :1]).all()
    assert 0 < grey.pixels.max() < 200
