"""Films for the fake camera of a browser."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from face_detection.pad_kit.__main__ import main
from face_detection.pad_kit.fake_camera import RATE, SCENES, FilmCourse, filmed, write_film
from face_detection.pad_kit.scenes.camera import Camera
from face_detection.pad_kit.values import Direction
from tests.face_detection.pad_kit.stills import eileen
from tests.portraits import skimage_picture

SMALL = Camera(160, 120, 140.0)
SHORT = FilmCourse((Direction.LEFT,), straight=0.4, hold=0.2, turning=0.4)


def test_a_course_goes_there_and_back() -> None:
    course = FilmCourse((Direction.LEFT, Direction.UP), straight=1, hold=1, turning=1)
    assert course.seconds == 9
    assert [course.share(time) for time in (0.5, 2.5, 4.5, 6.5, 8.5)] == [
        (0, 0),
        (1, 0),
        (0, 0),
        (0, 1),
        (0, 0),
    ]


@pytest.mark.parametrize("scene", SCENES)
def test_each_scene_can_be_filmed(scene: str) -> None:
    frames = filmed(eileen(), scene, SHORT, camera=SMALL)
    assert len(frames) == round(SHORT.seconds * RATE)
    assert {(frame.shape, frame.dtype.name) for frame in frames} == {((120, 160, 3), "uint8")}
    changes = [float(np.abs(one.astype(int) - frames[0]).mean()) for one in frames[5:]]
    assert max(changes) > 5


def test_films_are_in_formats_that_browsers_read(tmp_path: Path) -> None:
    frames = filmed(eileen(), "live", SHORT, camera=SMALL)
    write_film(tmp_path / "a.y4m", frames)
    head, _, rest = (tmp_path / "a.y4m").read_bytes().partition(b"\n")
    assert head == b"YUV4MPEG2 W160 H120 F15:1 Ip A1:1 C420jpeg"
    assert len(rest) == len(frames) * (len(b"FRAME\n") + 160 * 120 * 3 // 2)
    write_film(tmp_path / "a.mjpeg", frames)
    pictures = (tmp_path / "a.mjpeg").read_bytes().split(b"\xff\xd8")[1:]
    decoded = [cv2.imdecode(np.frombuffer(b"\xff\xd8" + one, np.uint8), cv2.IMREAD_COLOR) for one in pictures]
    assert [one.shape for one in decoded if one is not None] == [(120, 160, 3)] * len(frames)


@pytest.mark.parametrize(
    ("still", "film", "said"),
    [
        ("missing.jpg", "a.y4m", "is not a file"),
        ("coffee.jpg", "a.y4m", "is no photo of a face"),
        ("eileen.jpg", "a.mp4", "a film ends in .mjpeg or .y4m"),
        ("eileen.jpg", "nowhere/a.y4m", "can't be written: No such file or directory"),
    ],
)
def test_what_can_not_be_filmed_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], still: str, film: str, said: str
) -> None:
    (tmp_path / "eileen.jpg").write_bytes(skimage_picture("astronaut"))
    (tmp_path / "coffee.jpg").write_bytes(skimage_picture("coffee"))
    assert main([str(tmp_path / still), "--video", str(tmp_path / film)]) == 2
    assert said in capsys.readouterr().err
