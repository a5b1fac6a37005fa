"""Recorded bursts: films, and folders of frames."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from face_detection.pad_kit.errors import PadMaterialError
from face_detection.pad_kit.material.recorded import recorded
from face_detection.pad_kit.values import Direction
from tests.portraits import skimage_picture


def write_frames(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_bytes(skimage_picture("astronaut") + name.encode())


def write_film(path: Path, *, frames: int, rate: float = 30.0) -> None:
    path.parent.mkdir(parents=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), rate, (640, 480))
    for number in range(frames):
        writer.write(np.full((480, 640, 3), number, np.uint8))
    writer.release()


def test_frames_are_named_by_their_milliseconds(tmp_path: Path) -> None:
    write_frames(tmp_path / "print" / "anna" / "left+up 2", "100.jpg", "1000.jpg", "300.jpg", "notes.jpg")
    (burst,) = recorded(tmp_path)
    assert (burst.kind, burst.person, burst.asked) == ("print", "anna", (Direction.LEFT, Direction.UP))
    assert burst.taken == (0, 200, 900)
    assert [frame[-8:] for frame in burst.frames] == [b"\xd9100.jpg"[-8:], b"\xd9300.jpg"[-8:], b"1000.jpg"]
    assert burst.snapshot == burst.frames[0]


def test_a_photo_beside_the_frames_is_the_check_in_s(tmp_path: Path) -> None:
    write_frames(tmp_path / "live" / "anna" / "left", "0.jpg", "200.jpg", "snapshot.jpg")
    (burst,) = recorded(tmp_path)
    assert burst.snapshot.endswith(b"snapshot.jpg")
    assert len(burst.frames) == 2


def test_a_film_is_taken_as_the_page_takes_it(tmp_path: Path) -> None:
    write_film(tmp_path / "live" / "anna" / "right-1.mp4", frames=60)
    (burst,) = recorded(tmp_path)
    assert burst.asked == (Direction.RIGHT,)
    assert len(burst.frames) == 8
    assert np.abs(np.diff(burst.taken) - 200).max() <= 34
    sizes = [
        cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        for data in (burst.snapshot, *burst.frames)
    ]
    assert [size.shape for size in sizes if size is not None] == [(480, 640, 3)] + [(240, 320, 3)] * 8


def test_what_can_not_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(PadMaterialError, match="is not a folder of recorded bursts"):
        list(recorded(tmp_path / "missing"))
    with pytest.raises(PadMaterialError, match="has no bursts"):
        list(recorded(tmp_path))
    write_film(tmp_path / "live" / "anna" / "left.mp4", frames=20)
    with pytest.raises(PadMaterialError, match=r"is no film, or too short: 8 frames take 1\.6 s"):
        list(recorded(tmp_path))


@pytest.mark.parametrize(
    ("name", "frames", "said"),
    [
        ("leftover", ("0.jpg", "1.jpg"), "does not begin with what was asked"),
        ("first", ("0.jpg", "1.jpg"), "does not begin with what was asked"),
        ("left", ("0.jpg", "a.jpg"), "fewer than two frames named by milliseconds"),
        ("left", ("0.jpg", "00.jpg"), "two frames of the same millisecond"),
    ],
)
def test_a_folder_of_frames_with_a_mistake_is_named(
    tmp_path: Path, name: str, frames: tuple[str, ...], said: str
) -> None:
    write_frames(tmp_path / "live" / "anna" / name, *frames)
    with pytest.raises(PadMaterialError, match=said):
        list(recorded(tmp_path))
