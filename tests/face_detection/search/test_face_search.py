"""A face is found whichever way its photo lies, and never in the wrong position."""

from __future__ import annotations

import io
import runpy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from face_detection.face_detect import DETECTORS, Detector, load_detector
from face_detection.photo import decode
from face_detection.pipeline import FacePipeline, load_pipeline
from face_detection.problems import PhotoProblem
from face_detection.quality import CHECK_IN_LIMITS, ENROLMENT_LIMITS
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.search.face_search import FaceSearch, are_upright
from face_detection.search.turning import turned
from face_detection.values import Photo
from tests.portraits import jpeg, render

pytestmark = pytest.mark.networks

LEAST = ENROLMENT_LIMITS.confidence


class CountingDetector:
    """Counts how often the whole photo is searched, and how often a face is compared with its turned self."""

    def __init__(self, detector: Detector) -> None:
        self.detector = detector
        self.again = 0
        self.compared = 0

    def __getattr__(self, name: str) -> object:
        self.again += name == "detect_again"
        self.compared += name == "turned_scores"
        return getattr(self.detector, name)


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime(precision="f32")


@pytest.fixture(scope="module", params=DETECTORS)
def detector(request: pytest.FixtureRequest, runtime: Runtime) -> Detector:
    return load_detector(request.param, runtime)


@pytest.fixture(scope="module")
def mtcnn(runtime: Runtime) -> Detector:
    return load_detector("mtcnn", runtime)


@pytest.fixture(scope="module")
def pipeline(models: Path) -> FacePipeline:
    return load_pipeline("dlib", "mtcnn", models=models, precision="f32")


@pytest.mark.parametrize("quarters", range(4))
def test_a_photo_is_turned_until_its_face_is_upright(
    detector: Detector, hopper_jpeg: bytes, astronaut_jpeg: bytes, quarters: int
) -> None:
    for data in (hopper_jpeg, astronaut_jpeg):
        upright = decode(data, longest_side=640)
        (expected,) = detector.detect(upright)
        look = FaceSearch(detector).find(turned(upright, quarters), LEAST)
        assert look.quarters == -quarters % 4
        assert (look.photo.pixels == upright.pixels).all()
        (face,) = look.faces
        np.testing.assert_allclose(face.landmarks, expected.landmarks, atol=0.1 * expected.width)


def test_no_face_is_invented_in_any_position(detector: Detector, cat_jpeg: bytes, coffee_jpeg: bytes) -> None:
    for data in (cat_jpeg, coffee_jpeg):
        photo = decode(data, longest_side=640)
        look = FaceSearch(detector).find(photo, CHECK_IN_LIMITS.confidence)
        assert look.quarters == 0
        assert look.photo is photo
        assert not [face for face in look.faces if face.confidence >= CHECK_IN_LIMITS.confidence]


@pytest.mark.parametrize("size", [(1, 1), (12, 400), (20, 20)])
def test_a_tiny_photo_has_no_face_in_any_position(detector: Detector, size: tuple[int, int]) -> None:
    assert FaceSearch(detector).find(Photo(np.zeros((*size, 3), np.uint8), size), LEAST).faces == ()


def test_an_upright_face_costs_no_second_search(
    detector: Detector, hopper_jpeg: bytes, astronaut_jpeg: bytes
) -> None:
    counting = CountingDetector(detector)
    for data in (
        hopper_jpeg,
        astronaut_jpeg,
        render(hopper_jpeg, angle=8),
        render(astronaut_jpeg, scale=0.4),
    ):
        photo = decode(data, longest_side=640)
        look = FaceSearch(counting).find(photo, LEAST)  # type: ignore[arg-type]
        assert (look.photo, look.quarters, len(look.faces)) == (photo, 0, 1)
        (face,), (expected,) = look.faces, detector.detect(photo)
        np.testing.assert_array_equal(face.landmarks, expected.landmarks)
    assert counting.again == 0
    assert counting.compared <= 8


def test_a_face_that_is_detected_upside_down_is_turned_all_the_same(
    mtcnn: Detector, shared_faces: Path
) -> None:
    """7 % of LFW's faces are detected as they are, with a confidence that enrolment would take."""
    names = (
        "Colin_Powell_0006",
        "Donald_Rumsfeld_0007",
        "Hugo_Chavez_0006",
        "Jacques_Chirac_0008",
        "Tony_Blair_0010",
    )
    for name in names:
        path = shared_faces / "lfw10" / name[:-5] / f"{name}.jpg"
        upside_down = turned(decode(path.read_bytes()), 2)
        assert mtcnn.detect(upside_down)[0].confidence >= LEAST
        look = FaceSearch(mtcnn).find(upside_down, LEAST)
        assert look.quarters == 2, name
        assert look.faces[0].confidence >= LEAST


def test_a_sharp_face_whose_confidence_is_just_too_low_is_looked_at_again(
    mtcnn: Detector, shared_faces: Path
) -> None:
    photo = decode((shared_faces / "lfwhalf" / "Tom_Cruise" / "Tom_Cruise_0005.jpg").read_bytes())
    (doubtful,) = mtcnn.detect(photo)
    assert doubtful.confidence < CHECK_IN_LIMITS.confidence
    look = FaceSearch(mtcnn).find(photo, LEAST)
    assert look.quarters == 0
    (face,) = look.faces
    assert face.confidence >= LEAST
    np.testing.assert_allclose(face.landmarks, doubtful.landmarks, atol=0.1 * doubtful.width)


def test_a_photo_of_many_is_judged_by_its_largest_faces(mtcnn: Detector, hopper_jpeg: bytes) -> None:
    photo = decode(hopper_jpeg)
    faces = mtcnn.detect(photo)
    assert are_upright(mtcnn, photo, faces)
    assert not are_upright(mtcnn, photo, ())


@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180])
def test_a_turned_photo_has_the_embedding_of_the_upright_one(
    pipeline: FacePipeline, hopper_jpeg: bytes, turn: Image.Transpose
) -> None:
    upright = pipeline.read(hopper_jpeg, ENROLMENT_LIMITS)
    lying = jpeg(Image.open(io.BytesIO(hopper_jpeg)).transpose(turn))
    probe = pipeline.read(lying, ENROLMENT_LIMITS)
    assert probe.problems == ()
    assert probe.photo.pixels.shape == upright.photo.pixels.shape
    assert probe.embedding is not None
    assert upright.embedding is not None
    assert probe.embedding @ upright.embedding > 0.98


@pytest.mark.parametrize(("orientation", "quarters"), [(3, 2), (6, 1), (8, 3)])
def test_a_wrong_note_of_the_camera_does_no_harm(
    pipeline: FacePipeline, hopper_jpeg: bytes, orientation: int, quarters: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    Image.open(io.BytesIO(hopper_jpeg)).save(out, "JPEG", exif=exif, quality=92)
    probe = pipeline.read(out.getvalue(), ENROLMENT_LIMITS)
    assert (probe.problems, probe.quarters) == ((), quarters)


def test_a_small_face_in_a_turned_photo_is_read_with_its_detail(
    pipeline: FacePipeline, hopper_jpeg: bytes
) -> None:
    wall = Image.new("RGB", (1920, 2560), (120, 125, 130))
    wall.paste(Image.open(io.BytesIO(hopper_jpeg)), (700, 1000))
    probe = pipeline.read(jpeg(wall.transpose(Image.Transpose.ROTATE_270)), CHECK_IN_LIMITS)
    assert probe.photo.pixels.shape == (1280, 960, 3)
    assert probe.quarters == 1
    assert probe.embedding is not None


def test_the_cases_that_went_wrong_once(pipeline: FacePipeline, shared: Path, tmp_path: Path) -> None:
    runpy.run_path(str(shared / "cases" / "make_cases.py"))["main"](tmp_path)
    for name in ("upside_down.jpg", "on_its_side.jpg", "turned_in_exif_only.heic", "much_text.png"):
        probe = pipeline.read((tmp_path / name).read_bytes(), ENROLMENT_LIMITS)
        assert probe.problems == (), name
        assert probe.embedding is not None, name


def test_darkness_is_still_the_reason_where_there_is_no_face(pipeline: FacePipeline) -> None:
    dark = jpeg(Image.new("RGB", (640, 480), (5, 5, 5)))
    assert pipeline.read(dark, CHECK_IN_LIMITS).problems == (PhotoProblem.TOO_DARK, PhotoProblem.NO_FACE)
