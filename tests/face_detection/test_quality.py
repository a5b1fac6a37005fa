"""Each thing that can be wrong with a photo gets its own code, and good photos get none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from face_detection.face_detect import DETECTORS, Detector, load_detector
from face_detection.photo import decode, encode_jpeg, portrait_jpeg
from face_detection.problems import PhotoProblem
from face_detection.quality import (
    CHECK_IN_LIMITS,
    ENROLMENT_LIMITS,
    Assessment,
    QualityLimits,
    assess,
    quality_of,
)
from face_detection.quality_measures import FaceMeasures
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo
from tests.portraits import render

pytestmark = pytest.mark.networks

BOTH = [CHECK_IN_LIMITS, ENROLMENT_LIMITS]


@pytest.fixture(scope="module", params=DETECTORS)
def detector(request: pytest.FixtureRequest) -> Detector:
    return load_detector(request.param, Runtime(precision="f32"))


@pytest.fixture(scope="module")
def mtcnn() -> Detector:
    return load_detector("mtcnn", Runtime(precision="f32"))


def judged(detector: Detector, data: bytes, limits: QualityLimits) -> Assessment:
    photo = decode(data)
    return assess(photo, detector.detect(photo), limits)


def repainted(data: bytes, change: Callable[[NDArray[np.float64]], Any]) -> bytes:
    """The photo with other pixels."""
    pixels = change(decode(data).pixels.astype(np.float64))
    return encode_jpeg(np.clip(pixels, 0, 255).astype(np.uint8))


def beside(large: bytes, small: bytes, share: float) -> bytes:
    """One photo with another at its right, shrunk to a share of its size."""
    left, right = decode(large).pixels, decode(render(small, scale=share)).pixels
    canvas = np.full((max(len(left), len(right)), left.shape[1] + right.shape[1], 3), 128, np.uint8)
    canvas[: len(left), : left.shape[1]] = left
    canvas[: len(right), left.shape[1] :] = right
    return encode_jpeg(canvas)


@pytest.mark.parametrize("limits", BOTH)
def test_good_portraits_pass(
    detector: Detector, astronaut_jpeg: bytes, hopper_jpeg: bytes, limits: QualityLimits
) -> None:
    for data in (astronaut_jpeg, hopper_jpeg):
        assessment = judged(detector, data, limits)
        assert assessment.problems == ()
        assert assessment.face is not None
        assert assessment.quality > 0.7


@pytest.mark.parametrize("change", [{"angle": 8}, {"brightness": 0.6}, {"scale": 0.7}, {"quality": 50}])
def test_another_rendering_passes_at_check_in(
    detector: Detector, astronaut_jpeg: bytes, hopper_jpeg: bytes, change: dict[str, float]
) -> None:
    for data in (astronaut_jpeg, hopper_jpeg):
        assert judged(detector, render(data, **change), CHECK_IN_LIMITS).problems == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("limits", BOTH)
def test_a_cat_and_a_cup_are_no_face(
    detector: Detector, cat_jpeg: bytes, coffee_jpeg: bytes, limits: QualityLimits
) -> None:
    for data in (cat_jpeg, coffee_jpeg):
        assessment = judged(detector, data, limits)
        assert assessment.problems == (PhotoProblem.NO_FACE,)
        assert assessment.face is None
        assert assessment.quality == 0


@pytest.mark.parametrize("limits", BOTH)
def test_a_portrait_kept_from_a_photo_passes_again(
    detector: Detector, astronaut_jpeg: bytes, hopper_jpeg: bytes, limits: QualityLimits
) -> None:
    for data in (astronaut_jpeg, hopper_jpeg):
        photo = decode(data)
        (face,) = detector.detect(photo)
        assert judged(detector, portrait_jpeg(photo, face), limits).problems == ()


def test_a_dark_face_is_too_dark(mtcnn: Detector, hopper_jpeg: bytes) -> None:
    assessment = judged(mtcnn, render(hopper_jpeg, brightness=0.18), CHECK_IN_LIMITS)
    assert assessment.problems[0] is PhotoProblem.TOO_DARK
    assert PhotoProblem.NO_FACE not in assessment.problems
    assert (
        PhotoProblem.TOO_DARK
        in judged(mtcnn, render(hopper_jpeg, brightness=0.35), ENROLMENT_LIMITS).problems
    )


def test_a_photo_too_dark_to_find_a_face_says_so(detector: Detector, hopper_jpeg: bytes) -> None:
    assessment = judged(detector, render(hopper_jpeg, brightness=0.02), CHECK_IN_LIMITS)
    assert assessment.problems == (PhotoProblem.TOO_DARK, PhotoProblem.NO_FACE)


def test_a_white_photo_is_too_bright(detector: Detector) -> None:
    white = encode_jpeg(np.full((480, 640, 3), 255, np.uint8))
    assert judged(detector, white, CHECK_IN_LIMITS).problems == (
        PhotoProblem.TOO_BRIGHT,
        PhotoProblem.NO_FACE,
    )


def test_a_face_in_glaring_light_is_too_bright(mtcnn: Detector, hopper_jpeg: bytes) -> None:
    glaring = repainted(hopper_jpeg, lambda pixels: pixels * 2.6)
    assert PhotoProblem.TOO_BRIGHT in judged(mtcnn, glaring, CHECK_IN_LIMITS).problems
    assert PhotoProblem.TOO_BRIGHT in judged(mtcnn, glaring, ENROLMENT_LIMITS).problems


@pytest.mark.parametrize("limits", BOTH)
def test_dark_skin_in_good_light_is_not_too_dark(
    mtcnn: Detector, hopper_jpeg: bytes, limits: QualityLimits
) -> None:
    # Light that falls on darker skin gives darker tones with the same highlights on brow, nose and cheeks.
    deeper = repainted(hopper_jpeg, lambda pixels: 255 * (pixels / 255) ** 2.2)
    assessment = judged(mtcnn, deeper, limits)
    assert assessment.face is not None
    x1, y1, x2, y2 = assessment.face.box.astype(int)
    assert np.median(decode(deeper).pixels[y1:y2, x1:x2]) < 90
    assert assessment.problems == ()


@pytest.mark.parametrize("name", ["obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg"])
def test_official_portraits_pass_at_enrolment(mtcnn: Detector, shared_faces: Path, name: str) -> None:
    data = (shared_faces / "official" / name).read_bytes()
    assert judged(mtcnn, data, ENROLMENT_LIMITS).problems == ()


def test_a_blurred_face_is_blurred(mtcnn: Detector, hopper_jpeg: bytes) -> None:
    def blurred(sigma: float) -> bytes:
        return repainted(hopper_jpeg, lambda pixels: cv2.GaussianBlur(pixels, (0, 0), sigma))

    assert judged(mtcnn, blurred(9), CHECK_IN_LIMITS).problems == (PhotoProblem.BLURRED,)
    assert judged(mtcnn, blurred(2), CHECK_IN_LIMITS).problems == ()
    assert PhotoProblem.BLURRED in judged(mtcnn, blurred(6), ENROLMENT_LIMITS).problems


def test_a_shaken_face_is_blurred(mtcnn: Detector, hopper_jpeg: bytes) -> None:
    streak = np.full((1, 33), 1 / 33)
    shaken = repainted(hopper_jpeg, lambda pixels: cv2.filter2D(pixels, -1, streak))
    assert PhotoProblem.BLURRED in judged(mtcnn, shaken, CHECK_IN_LIMITS).problems


@pytest.mark.parametrize("name", ["Bill_Frist_0002", "Donald_Rumsfeld_0005"])
def test_a_face_turned_to_the_side_is_turned_away_at_enrolment(
    mtcnn: Detector, shared_faces: Path, name: str
) -> None:
    (file,) = shared_faces.glob(f"*/*/{name}.jpg")
    assert PhotoProblem.TURNED_AWAY in judged(mtcnn, file.read_bytes(), ENROLMENT_LIMITS).problems
    assert judged(mtcnn, file.read_bytes(), CHECK_IN_LIMITS).problems == ()


def test_a_nose_far_out_of_the_frame_is_turned_away_at_check_in(mtcnn: Detector, hopper_jpeg: bytes) -> None:
    photo = decode(hopper_jpeg)
    (face,) = mtcnn.detect(photo)
    for way in (-0.7, 0.7):
        landmarks = face.landmarks.copy()
        landmarks[2] += way * (landmarks[1] - landmarks[0])
        turned = Face(face.box, face.confidence, landmarks)
        assert PhotoProblem.TURNED_AWAY in assess(photo, (turned,), CHECK_IN_LIMITS).problems


@pytest.mark.parametrize("edge", ["left", "top", "bottom"])
def test_a_face_cut_off_by_the_edge_is_off_centre(mtcnn: Detector, hopper_jpeg: bytes, edge: str) -> None:
    photo = decode(hopper_jpeg)
    (face,) = mtcnn.detect(photo)
    x1, y1, x2, y2 = face.box.astype(int)
    rows = {"top": slice(y1 + (y2 - y1) * 2 // 5, None), "bottom": slice(0, y1 + (y2 - y1) * 3 // 4)}
    columns = {"left": slice(x1 + (x2 - x1) * 3 // 10, None)}
    cut = photo.pixels[rows.get(edge, slice(None)), columns.get(edge, slice(None))]
    # The cut face may be found or not; as it was found whole, its place is known.
    shift = np.array([columns.get(edge, slice(0)).start or 0, rows.get(edge, slice(0)).start or 0])
    known = Face(face.box - np.tile(shift, 2), face.confidence, face.landmarks - shift)
    part = Photo(np.ascontiguousarray(cut), cut.shape[:2])
    for limits in BOTH:
        assert assess(part, (known,), limits).problems[0] is PhotoProblem.OFF_CENTRE


def test_half_a_face_is_refused_at_enrolment(mtcnn: Detector, shared_faces: Path) -> None:
    data = (shared_faces / "official" / "obama_partial_face.jpg").read_bytes()
    assert judged(mtcnn, data, ENROLMENT_LIMITS).problems == (PhotoProblem.OFF_CENTRE,)


def test_a_distant_face_is_too_small(mtcnn: Detector, astronaut_jpeg: bytes) -> None:
    distant = np.full((640, 640, 3), 120, np.uint8)
    distant[300:500, 300:500] = decode(render(astronaut_jpeg, scale=200 / 512)).pixels
    assessment = judged(mtcnn, encode_jpeg(distant), CHECK_IN_LIMITS)
    assert assessment.problems[0] is PhotoProblem.TOO_SMALL


def test_a_second_face_of_like_size_makes_several(
    mtcnn: Detector, astronaut_jpeg: bytes, hopper_jpeg: bytes
) -> None:
    data = beside(hopper_jpeg, astronaut_jpeg, 1.8)
    for limits in BOTH:
        assert judged(mtcnn, data, limits).problems == (PhotoProblem.SEVERAL_FACES,)


def test_a_bystander_in_the_background_refuses_nobody(
    mtcnn: Detector, astronaut_jpeg: bytes, hopper_jpeg: bytes
) -> None:
    photo = decode(beside(hopper_jpeg, astronaut_jpeg, 0.65))
    faces = mtcnn.detect(photo)
    assert len(faces) == 2
    assert faces[1].height < 0.4 * faces[0].height
    for limits in BOTH:
        assessment = assess(photo, faces, limits)
        assert assessment.problems == ()
        assert assessment.face is faces[0]


def test_a_doubtful_second_face_does_not_count(mtcnn: Detector, hopper_jpeg: bytes) -> None:
    photo = decode(hopper_jpeg)
    (face,) = mtcnn.detect(photo)
    ghost = Face(face.box, CHECK_IN_LIMITS.confidence - 0.01, face.landmarks)
    assert assess(photo, (ghost, face), CHECK_IN_LIMITS).problems == ()
    assert assess(photo, (ghost,), CHECK_IN_LIMITS).problems == (PhotoProblem.NO_FACE,)


def test_company_comes_first_then_light_then_stillness(mtcnn: Detector, hopper_jpeg: bytes) -> None:
    def spoilt(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(cv2.GaussianBlur(pixels * 0.2, (0, 0), 7))

    photo = decode(repainted(hopper_jpeg, spoilt))
    (face,) = mtcnn.detect(decode(hopper_jpeg))
    assessment = assess(photo, (face, face), CHECK_IN_LIMITS)
    assert assessment.problems == (
        PhotoProblem.SEVERAL_FACES,
        PhotoProblem.TOO_DARK,
        PhotoProblem.BLURRED,
    )


def test_enrolment_asks_for_more_in_everything() -> None:
    least, most = (
        {"confidence", "side", "visible", "brightest", "sharpness"},
        {"second_face", "blown", "turn"},
    )
    assert least | most | {"nod"} == {field.name for field in fields(QualityLimits)}
    for name in least:
        assert getattr(ENROLMENT_LIMITS, name) >= getattr(CHECK_IN_LIMITS, name)
    for name in most:
        assert getattr(ENROLMENT_LIMITS, name) <= getattr(CHECK_IN_LIMITS, name)
    assert CHECK_IN_LIMITS.nod[0] < ENROLMENT_LIMITS.nod[0] < ENROLMENT_LIMITS.nod[1] < CHECK_IN_LIMITS.nod[1]


GOOD = FaceMeasures(
    side=170, visible=1, landmarks_inside=True, brightest=200, blown=0, sharpness=9, turn=0, nod=0.55
)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("side", [170, 120, 80, 50]),
        ("visible", [1, 0.9, 0.7]),
        ("brightest", [200, 100, 60, 30]),
        ("blown", [0, 0.2, 0.5]),
        ("sharpness", [9, 5, 2, 0.5]),
        ("turn", [0, 0.2, -0.4, 0.6, float("inf")]),
        ("nod", [0.55, 0.7, 0.3, 0.05]),
    ],
)
def test_quality_falls_with_each_measure(name: str, values: list[float]) -> None:
    qualities = [quality_of(replace(GOOD, **{name: value}), 1.0) for value in values]  # type: ignore[arg-type]
    assert qualities[0] == pytest.approx(1)
    assert (np.diff(qualities) < 0).all()
    assert min(qualities) >= 0


def test_quality_falls_as_a_portrait_gets_worse(mtcnn: Detector, hopper_jpeg: bytes) -> None:
    qualities = [
        judged(mtcnn, render(hopper_jpeg, scale=scale, brightness=light), CHECK_IN_LIMITS).quality
        for scale, light in ((1, 1), (0.5, 1), (0.5, 0.5), (0.4, 0.3))
    ]
    assert (np.diff(qualities) < 0).all()
