"""Every face of a room is found, judged by itself, and embedded from the picture at its full size."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from benchmarks.scenes.scene import Scene, Sitter, compose
from face_detection.classroom_photo import (
    CLASSROOM_LIMITS,
    DECODING,
    EMBEDDED_AT_ONCE,
    EMBEDDING,
    FINDING,
    MOST_BYTES,
    ClassroomProbe,
    ClassroomReader,
    SeenFace,
)
from face_detection.decoding.limits import MAX_BYTES
from face_detection.errors import PhotoError
from face_detection.face_detect import Detector
from face_detection.mtcnn.detector import Mtcnn
from face_detection.mtcnn.pyramid import Pyramid
from face_detection.photo import decode
from face_detection.pipeline import FacePipeline, load_pipeline
from face_detection.problems import PhotoProblem
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.search.turning import turned
from face_detection.values import Face, Photo
from tests.portraits import jpeg

SIZE = (2400, 1800)

MEMORY = """
import resource
import sys
from pathlib import Path
from face_detection.pipeline import load_pipeline
room = load_pipeline("dlib", "mtcnn", models=Path(sys.argv[1]), precision="f32").room
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert len(room.read(Path(sys.argv[2]).read_bytes()).faces) >= 2
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(grown * (1 if sys.platform == "darwin" else 1024))
"""


@pytest.fixture(scope="module")
def pipeline(models: Path) -> FacePipeline:
    return load_pipeline("dlib", "mtcnn", models=models, precision="f32")


@pytest.fixture(scope="module")
def sitters(pipeline: FacePipeline, astronaut_jpeg: bytes, hopper_jpeg: bytes) -> list[Sitter]:
    """Eileen Collins and Grace Hopper."""
    found = []
    for name, data in (("collins", astronaut_jpeg), ("hopper", hopper_jpeg)):
        photo = decode(data)
        found.append(Sitter(name, photo.pixels, pipeline.detector.detect(photo)[0]))
    return found


@pytest.fixture(scope="module")
def scene(sitters: list[Sitter]) -> Scene:
    """Six times both, from 40 to 150 pixels."""
    return compose(sitters * 6, np.random.default_rng(3), size=SIZE, sides=(40, 150))


@pytest.fixture(scope="module")
def probe(pipeline: FacePipeline, scene: Scene) -> ClassroomProbe:
    return pipeline.room.read(scene.jpeg)


def seen_at(probe: ClassroomProbe, box: NDArray[np.float32]) -> SeenFace | None:
    """The face that was seen where one is."""
    middle = (box[:2] + box[2:]) / 2
    for seen in probe.faces:
        if (seen.face.box[:2] < middle).all() and (middle < seen.face.box[2:]).all():
            return seen
    return None


def test_everybody_in_the_room_is_found_where_they_sit_and_nothing_else(
    probe: ClassroomProbe, scene: Scene
) -> None:
    assert len(probe.faces) == len(scene.placed)
    for placed in scene.placed:
        seen = seen_at(probe, placed.box)
        assert seen is not None
        assert seen.face.height == pytest.approx(placed.side, rel=0.3)


def test_the_largest_face_comes_first(probe: ClassroomProbe) -> None:
    areas = [seen.face.width * seen.face.height for seen in probe.faces]
    assert areas == sorted(areas, reverse=True)


def test_each_face_is_its_own_person(
    probe: ClassroomProbe, scene: Scene, sitters: list[Sitter], pipeline: FacePipeline
) -> None:
    enrolled = {
        sitter.identity: pipeline.engine.embed(Photo(sitter.pixels, sitter.pixels.shape[:2]), [sitter.face])[
            0
        ]
        for sitter in sitters
    }
    for placed in scene.placed:
        seen = seen_at(probe, placed.box)
        assert seen is not None
        assert seen.problems == ()
        assert seen.embedding is not None
        assert abs(np.linalg.norm(seen.embedding) - 1) < 1e-5
        other = next(name for name in enrolled if name != placed.identity)
        assert seen.embedding @ enrolled[placed.identity] > seen.embedding @ enrolled[other] + 0.02


def test_a_small_face_is_embedded_from_every_pixel_it_has(pipeline: FacePipeline, scene: Scene) -> None:
    photo = decode(scene.jpeg)
    smallest = pipeline.room.find(photo)[-1]
    assert smallest.height < 60
    left, top = (int(value) - 60 for value in smallest.box[:2])
    cut = Photo(np.ascontiguousarray(photo.pixels[top : top + 200, left : left + 200]), (200, 200))
    shift = np.array([left, top], np.float32)
    moved = Face(smallest.box - np.tile(shift, 2), 1.0, smallest.landmarks - shift)
    (here,), (there,) = pipeline.room.embed(photo, [smallest]), pipeline.room.embed(cut, [moved])
    assert here.embedding is not None
    assert there.embedding is not None
    assert here.embedding @ there.embedding > 0.999


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_photo_of_a_class_is_turned_until_most_faces_are_upright(
    pipeline: FacePipeline, scene: Scene, quarters: int
) -> None:
    photo = decode(scene.jpeg)
    upright = pipeline.room.search(photo)
    assert upright.quarters == 0
    assert upright.photo is photo
    look = pipeline.room.search(turned(photo, quarters))
    assert look.quarters == -quarters % 4
    assert len(look.faces) == len(upright.faces)


def test_an_empty_room_is_not_turned(pipeline: FacePipeline, coffee_jpeg: bytes) -> None:
    probe = pipeline.room.read(coffee_jpeg)
    assert (probe.faces, probe.quarters) == ((), 0)
    tiny = Photo(np.zeros((1, 1, 3), np.uint8), (1, 1))
    assert pipeline.room.search(tiny).faces == ()


def test_a_crowd_is_found_whole(pipeline: FacePipeline, sitters: list[Sitter]) -> None:
    """150 faces: more than MTCNN follows up in one that is held before a camera."""
    crowd = compose(sitters * 75, np.random.default_rng(1), size=(2800, 2100), sides=(50, 70))
    found = pipeline.room.find(decode(crowd.jpeg))
    assert 147 <= len(found) <= 151


def test_looking_at_the_picture_in_bands_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, scene: Scene
) -> None:
    mtcnn, photo = Mtcnn(Runtime(precision="f32")), decode(scene.jpeg)
    in_bands = mtcnn.detect_all(photo, 32)
    bands = Pyramid.bands
    assert len(list(bands(Pyramid.of(*photo.pixels.shape[:2], 32)))) > 3
    monkeypatch.setattr(Pyramid, "bands", lambda pyramid: bands(pyramid, most_pixels=10**9))
    at_once = mtcnn.detect_all(photo, 32)
    assert len(in_bands) == len(at_once)
    for ours, theirs in zip(in_bands, at_once, strict=True):
        np.testing.assert_allclose(ours.box, theirs.box, atol=0.05)


def test_a_blurred_face_is_told_to_be_so_and_not_guessed(
    pipeline: FacePipeline, sitters: list[Sitter]
) -> None:
    blurred = [
        replace(sitter, pixels=np.asarray(cv2.GaussianBlur(sitter.pixels, (0, 0), 13), np.uint8))
        for sitter in sitters
    ]
    room = compose(blurred, np.random.default_rng(2), size=(1200, 900), sides=(100, 120))
    faces = pipeline.room.read(room.jpeg).faces
    assert faces
    for seen in faces:
        assert PhotoProblem.BLURRED in seen.problems
        assert seen.embedding is None


def test_others_in_the_picture_are_no_problem_of_a_face(probe: ClassroomProbe) -> None:
    assert all(PhotoProblem.SEVERAL_FACES not in seen.problems for seen in probe.faces)


def test_limits_decide_who_is_fit(pipeline: FacePipeline, scene: Scene) -> None:
    strict = ClassroomReader(pipeline.detector, pipeline.engine, replace(CLASSROOM_LIMITS, side=100.0))
    for seen in strict.read(scene.jpeg).faces:
        assert (seen.embedding is None) == (max(seen.face.width, seen.face.height) < 100)
        assert (PhotoProblem.TOO_SMALL in seen.problems) == (seen.embedding is None)


def test_progress_is_told_by_stages(pipeline: FacePipeline, scene: Scene) -> None:
    stages: list[tuple[str, int, int]] = []
    pipeline.room.read(scene.jpeg, progress=lambda stage, done, total: stages.append((stage, done, total)))
    assert list(dict.fromkeys(stage for stage, _, _ in stages)) == [DECODING, FINDING, EMBEDDING]
    embedded = [done for stage, done, _ in stages if stage == EMBEDDING]
    assert embedded == sorted(embedded)
    assert stages[-1] == (EMBEDDING, len(scene.placed), len(scene.placed))


def test_phones_get_their_turn_between_a_few_faces(
    monkeypatch: pytest.MonkeyPatch, pipeline: FacePipeline, scene: Scene
) -> None:
    sizes: list[int] = []
    embed = pipeline.engine.embed

    def counted(photo: Photo, faces: Sequence[Face]) -> NDArray[np.float32]:
        sizes.append(len(faces))
        return embed(photo, faces)

    monkeypatch.setattr(pipeline.engine, "embed", counted)
    pipeline.room.read(scene.jpeg)
    assert sum(sizes) == len(scene.placed)
    assert max(sizes) <= EMBEDDED_AT_ONCE


def test_several_rooms_at_once_are_read_alike(
    pipeline: FacePipeline, scene: Scene, probe: ClassroomProbe
) -> None:
    with ThreadPoolExecutor(3) as threads:
        for other in threads.map(pipeline.room.read, [scene.jpeg] * 3):
            for ours, theirs in zip(probe.faces, other.faces, strict=True):
                np.testing.assert_allclose(ours.face.box, theirs.face.box, atol=1e-3)


def test_a_photo_without_faces_has_none(pipeline: FacePipeline, cat_jpeg: bytes, coffee_jpeg: bytes) -> None:
    for data in (cat_jpeg, coffee_jpeg):
        assert pipeline.room.read(data).faces == ()


@pytest.mark.networks
@pytest.mark.parametrize("size", [(1, 1), (20, 400), (3000, 10)])
@pytest.mark.parametrize("name", ["mtcnn", "haar"])
def test_a_tiny_picture_has_no_face(request: pytest.FixtureRequest, name: str, size: tuple[int, int]) -> None:
    detector: Detector = request.getfixturevalue(name)
    assert detector.detect_all(Photo(np.zeros((*size, 3), np.uint8), size), 32.0) == ()


@pytest.fixture(scope="module")
def mtcnn(pipeline: FacePipeline) -> Detector:
    return pipeline.detector


@pytest.fixture(scope="module")
def haar(models: Path) -> Detector:
    return load_pipeline("dlib", "haar", models=models, precision="f32").detector


def test_haar_finds_most_of_the_upright_ones(haar: Detector, scene: Scene) -> None:
    photo = decode(scene.jpeg)
    faces = haar.detect_all(photo, 32.0)
    probe = ClassroomProbe(photo, tuple(SeenFace(face, 1.0, (), None) for face in faces))
    upright = [placed for placed in scene.placed if abs(placed.turn) < 10]
    found = [placed for placed in upright if seen_at(probe, placed.box) is not None]
    assert len(found) >= 0.7 * len(upright)
    assert len(faces) <= len(scene.placed)


def test_what_is_no_photo_is_refused(pipeline: FacePipeline) -> None:
    with pytest.raises(PhotoError) as refused:
        pipeline.room.read(b"no photo")
    assert refused.value.problem is PhotoProblem.NOT_AN_IMAGE
    with pytest.raises(PhotoError) as refused:
        pipeline.room.read(bytes(MOST_BYTES + 1))
    assert refused.value.problem is PhotoProblem.TOO_MANY_BYTES


def test_a_room_may_have_more_bytes_than_a_selfie(pipeline: FacePipeline) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (2000, 2600, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "PNG", compress_level=0)
    assert MAX_BYTES < len(out.getvalue()) < MOST_BYTES
    assert pipeline.room.read(out.getvalue()).photo.pixels.shape == (2000, 2600, 3)


def test_a_photo_turned_by_its_camera_is_read_upright(pipeline: FacePipeline, hopper_jpeg: bytes) -> None:
    image = Image.open(io.BytesIO(hopper_jpeg)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    image.transpose(Image.Transpose.ROTATE_90).save(out, "JPEG", exif=exif, quality=95)
    (turned,), (straight,) = (pipeline.room.read(data).faces for data in (out.getvalue(), jpeg(image)))
    np.testing.assert_allclose(turned.face.box, straight.face.box, atol=6)


def test_twelve_megapixels_need_little_memory(models: Path, tmp_path: Path, sitters: list[Sitter]) -> None:
    pytest.importorskip("resource")
    file = tmp_path / "room.jpg"
    file.write_bytes(compose(sitters, np.random.default_rng(0)).jpeg)
    command = [sys.executable, "-c", MEMORY, str(models), str(file)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    assert int(run.stdout) < 350_000_000
