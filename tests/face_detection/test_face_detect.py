"""Detectors come by name."""

from __future__ import annotations

import pytest

from face_detection.errors import EngineError
from face_detection.face_detect import DETECTORS, load_detector
from face_detection.photo import decode, portrait_jpeg
from face_detection.runtime.openvino_runtime import Runtime

pytestmark = pytest.mark.networks


@pytest.mark.parametrize("name", DETECTORS)
def test_each_detector_finds_a_face_and_knows_its_name(name: str, hopper_jpeg: bytes) -> None:
    detector = load_detector(name, Runtime())
    assert detector.name == name
    assert len(detector.detect(decode(hopper_jpeg))) == 1


@pytest.mark.parametrize("name", DETECTORS)
def test_a_face_is_found_again_in_its_portrait(name: str, astronaut_jpeg: bytes) -> None:
    detector = load_detector(name, Runtime())
    photo = decode(astronaut_jpeg)
    (face,) = detector.detect(photo)
    portrait = decode(portrait_jpeg(photo, face))
    (again,) = detector.detect(portrait)
    assert again.width == pytest.approx(face.width, rel=0.15)
    assert again.confidence > 0.95


def test_a_wrong_name_gives_the_right_ones() -> None:
    with pytest.raises(EngineError, match=r"no detector 'yolo'.*mtcnn or haar"):
        load_detector("yolo", Runtime())
