"""Bursts are read frame by frame, with one face that stays where it is."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from face_detection.errors import PhotoError
from face_detection.face_detect import DETECTORS, load_detector
from face_detection.liveness.burst_checks import MOST_FRAME_BYTES
from face_detection.liveness.burst_reader import CONFIDENCE, SECOND_FACE, BurstReader
from face_detection.liveness.mesh_file import why_no_mesh
from face_detection.liveness.values import BurstReading, MovementProblem
from face_detection.mtcnn.detector import Mtcnn
from face_detection.problems import PhotoProblem
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo
from tests.portraits import grace_hopper, jpeg, skimage_picture

pytestmark = pytest.mark.networks
TIMES = range(0, 1600, 200)
HEIGHT, WIDTH = 320, 240


@pytest.fixture(scope="module", params=DETECTORS)
def reader(request: pytest.FixtureRequest) -> BurstReader:
    runtime = Runtime(precision="f32")
    return BurstReader(load_detector(request.param, runtime), runtime)


@pytest.fixture(scope="module")
def mtcnn_reader() -> BurstReader:
    runtime = Runtime(precision="f32")
    return BurstReader(load_detector("mtcnn", runtime), runtime)


def frame(
    picture: bytes | None, number: int, *, shift: int = 0, scale: float = 0.9, beside: bytes | None = None
) -> Image.Image:
    """A picture on grey, as a phone with a little noise and a trembling hand takes it."""
    noise = np.random.default_rng(number)
    canvas = Image.new("RGB", (WIDTH, HEIGHT), (120, 120, 120))
    for place, shown in ((shift + 2 * (number % 3), picture), (WIDTH // 2, beside)):
        if shown is not None:
            image = Image.open(io.BytesIO(shown)).convert("RGB")
            side = round(scale * WIDTH * (0.5 if beside else 1))
            canvas.paste(image.resize((side, round(side * image.height / image.width))), (place, 40))
    pixels = np.asarray(canvas) + noise.normal(0, 2, (HEIGHT, WIDTH, 3))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def files(*frames: Image.Image) -> list[bytes]:
    return [jpeg(image, 75) for image in frames]


def portraits(count: int = 8) -> list[Image.Image]:
    return [frame(grace_hopper(), number) for number in range(count)]


def test_each_frame_has_its_face_and_pose(reader: BurstReader) -> None:
    reading = reader.read(files(*portraits()), TIMES)
    assert reading.problems == ()
    assert [f.at for f in reading.frames] == list(TIMES)
    assert np.ptp([f.points.yaw for f in reading.frames]) < 0.2
    assert all(60 < f.face.width < WIDTH for f in reading.frames)
    assert all(f.photo.pixels.shape == (HEIGHT, WIDTH, 3) for f in reading.frames)


def test_a_face_that_moves_has_the_points_that_it_has_in_a_photo(mtcnn_reader: BurstReader) -> None:
    moving = [frame(grace_hopper(), number, shift=8 * number, scale=0.6) for number in range(8)]
    reading = mtcnn_reader.read(files(*moving), TIMES)
    assert reading.problems == ()
    detector = load_detector("mtcnn", Runtime(precision="f32"))
    for each in reading.frames:
        (alone, *_) = detector.detect_subject(each.photo, CONFIDENCE, SECOND_FACE)
        assert np.allclose(each.face.landmarks, alone.landmarks, atol=0.5)


def test_times_count_from_the_first_frame(mtcnn_reader: BurstReader) -> None:
    reading = mtcnn_reader.read(files(*portraits()), [5_000 + at for at in TIMES])
    assert [f.at for f in reading.frames] == list(TIMES)


def test_frames_that_lie_on_their_side_are_turned_as_the_photo_is(mtcnn_reader: BurstReader) -> None:
    upright = mtcnn_reader.read(files(*portraits()), TIMES)
    lying = mtcnn_reader.read(files(*(image.rotate(90, expand=True) for image in portraits())), TIMES)
    assert lying.problems == ()
    assert lying.frames[0].photo.pixels.shape == (HEIGHT, WIDTH, 3)
    for one, other in zip(upright.frames, lying.frames, strict=True):
        assert one.points.yaw == pytest.approx(other.points.yaw, abs=0.15)


def test_a_turn_noted_in_the_file_is_followed(mtcnn_reader: BurstReader) -> None:
    noted = []
    for image in portraits():
        exif = Image.Exif()
        exif[0x0112] = 6  # to be turned clockwise by a quarter
        out = io.BytesIO()
        image.rotate(90, expand=True).save(out, "JPEG", exif=exif)
        noted.append(out.getvalue())
    reading = mtcnn_reader.read(noted, TIMES)
    assert reading.problems == ()
    assert reading.frames[0].photo.pixels.shape == (HEIGHT, WIDTH, 3)


def expect(reading: BurstReading, problem: MovementProblem, usable: int) -> None:
    assert reading.problems == (problem,)
    assert len(reading.frames) == usable


def test_a_cat_has_no_face(mtcnn_reader: BurstReader) -> None:
    cat = skimage_picture("chelsea")
    expect(mtcnn_reader.read(files(*(frame(cat, n) for n in range(8))), TIMES), MovementProblem.NO_FACE, 0)


def test_a_face_that_leaves_the_picture_ends_the_burst(mtcnn_reader: BurstReader) -> None:
    gone = [*portraits(5), *(frame(None, number) for number in range(5, 8))]
    expect(mtcnn_reader.read(files(*gone), TIMES), MovementProblem.NO_FACE, 5)


@pytest.mark.parametrize("lost", [(1,), (4,), (7,), (3, 4), (2, 6)])
def test_frames_without_a_face_are_left_out(mtcnn_reader: BurstReader, lost: tuple[int, ...]) -> None:
    shown = [frame(None if number in lost else grace_hopper(), number) for number in range(8)]
    reading = mtcnn_reader.read(files(*shown), TIMES)
    assert reading.problems == ()
    assert [f.at for f in reading.frames] == [at for number, at in enumerate(TIMES) if number not in lost]


def test_the_first_frame_has_to_show_a_face(mtcnn_reader: BurstReader) -> None:
    late = [frame(None, 0), *(frame(grace_hopper(), number) for number in range(1, 8))]
    expect(mtcnn_reader.read(files(*late), TIMES), MovementProblem.NO_FACE, 0)


def test_twice_as_many_frames_may_lose_twice_as_many_faces(mtcnn_reader: BurstReader) -> None:
    shown = [frame(None if number in (3, 4, 9, 14) else grace_hopper(), number) for number in range(16)]
    reading = mtcnn_reader.read(files(*shown), range(0, 3200, 200))
    assert reading.problems == ()
    assert len(reading.frames) == 12
    shown[12] = frame(None, 12)
    expect(mtcnn_reader.read(files(*shown), range(0, 3200, 200)), MovementProblem.NO_FACE, 10)


def test_a_face_that_is_elsewhere_after_lost_frames_jumped(mtcnn_reader: BurstReader) -> None:
    left = [frame(grace_hopper(), number, scale=0.4) for number in range(4)]
    right = [frame(grace_hopper(), number, scale=0.4, shift=140) for number in range(5, 8)]
    expect(mtcnn_reader.read(files(*left, frame(None, 4), *right), TIMES), MovementProblem.JUMPED, 4)


def test_a_face_that_is_larger_after_lost_frames_jumped(mtcnn_reader: BurstReader) -> None:
    far = [frame(grace_hopper(), number, scale=0.5) for number in range(4)]
    near = [frame(grace_hopper(), number, scale=0.95) for number in range(5, 8)]
    expect(mtcnn_reader.read(files(*far, frame(None, 4), *near), TIMES), MovementProblem.JUMPED, 4)


def test_what_is_found_elsewhere_for_a_moment_is_not_the_face(mtcnn_reader: BurstReader) -> None:
    shown = [frame(grace_hopper(), n, scale=0.4, shift=140 * (n == 4)) for n in range(8)]
    reading = mtcnn_reader.read(files(*shown), TIMES)
    assert reading.problems == ()
    assert [f.at for f in reading.frames] == [at for at in TIMES if at != TIMES[4]]


def test_somebody_else_alone_in_the_last_frame_is_one_too_many(mtcnn_reader: BurstReader) -> None:
    left = [frame(grace_hopper(), number, scale=0.4) for number in range(7)]
    right = frame(grace_hopper(), 7, scale=0.4, shift=140)
    expect(mtcnn_reader.read(files(*left, right), TIMES), MovementProblem.SEVERAL_FACES, 7)


class FirstFrameOnly(Mtcnn):
    """Finds a face in the first photo that it searches, and none later; O-Net looks where it is told to."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._searches = 0

    def detect_subject(self, photo: Photo, confidence: float, second_face: float) -> tuple[Face, ...]:
        self._searches += 1
        return super().detect_subject(photo, confidence, second_face) if self._searches == 1 else ()

    def detect_around(self, photo: Photo, box: np.ndarray) -> tuple[Face, ...]:  # noqa: ARG002 - it finds none
        return ()

    def detect_near(self, photo: Photo, boxes: np.ndarray) -> tuple[Face, ...]:  # noqa: ARG002 - it finds none
        return ()

    def detect_again(self, photo: Photo) -> tuple[Face, ...]:  # noqa: ARG002 - it finds none
        return ()


def test_a_face_that_no_search_finds_is_looked_for_where_it_was() -> None:
    runtime = Runtime(precision="f32")
    reading = BurstReader(FirstFrameOnly(runtime), runtime).read(files(*portraits()), TIMES)
    assert reading.problems == ()
    assert [f.at for f in reading.frames] == list(TIMES)
    assert np.ptp([f.points.yaw for f in reading.frames]) < 0.2


def test_nothing_is_taken_for_a_face_where_it_was() -> None:
    runtime = Runtime(precision="f32")
    gone = [*portraits(5), *(frame(None, number) for number in range(5, 8))]
    expect(
        BurstReader(FirstFrameOnly(runtime), runtime).read(files(*gone), TIMES), MovementProblem.NO_FACE, 5
    )


def test_two_faces_of_the_same_size_are_too_many(mtcnn_reader: BurstReader) -> None:
    both = [frame(grace_hopper(), n, beside=grace_hopper()) for n in range(8)]
    expect(mtcnn_reader.read(files(*both), TIMES), MovementProblem.SEVERAL_FACES, 0)


def test_a_second_face_that_joins_later_is_seen(mtcnn_reader: BurstReader) -> None:
    alone = [frame(grace_hopper(), n, scale=0.45) for n in range(7)]
    joined = frame(grace_hopper(), 7, beside=grace_hopper())
    expect(mtcnn_reader.read(files(*alone, joined), TIMES), MovementProblem.SEVERAL_FACES, 8)


def test_a_face_that_is_suddenly_elsewhere_jumped(mtcnn_reader: BurstReader) -> None:
    left = [frame(grace_hopper(), number, scale=0.4) for number in range(4)]
    right = [frame(grace_hopper(), number, scale=0.4, shift=140) for number in range(4, 8)]
    expect(mtcnn_reader.read(files(*left, *right), TIMES), MovementProblem.JUMPED, 4)


def test_a_face_that_is_suddenly_larger_jumped(mtcnn_reader: BurstReader) -> None:
    far = [frame(grace_hopper(), number, scale=0.5) for number in range(4)]
    near = [frame(grace_hopper(), number, scale=0.95) for number in range(4, 8)]
    expect(mtcnn_reader.read(files(*far, *near), TIMES), MovementProblem.JUMPED, 4)


def test_frames_that_repeat_are_refused(mtcnn_reader: BurstReader) -> None:
    frames = files(*portraits(7))
    expect(mtcnn_reader.read([*frames, frames[2]], TIMES), MovementProblem.REPEATED, 0)
    with Image.open(io.BytesIO(frames[2])) as image:
        image.crop((0, 0, WIDTH, HEIGHT)).save(again := io.BytesIO(), "WEBP", lossless=True)
    expect(mtcnn_reader.read([*frames, again.getvalue()], TIMES), MovementProblem.REPEATED, 0)


def test_times_and_their_number_are_checked_first(mtcnn_reader: BurstReader) -> None:
    frames = [b"no photo at all %d" % number for number in range(8)]
    expect(mtcnn_reader.read(frames[:3], TIMES[:3]), MovementProblem.TOO_FEW, 0)
    expect(mtcnn_reader.read(frames, range(0, 80, 10)), MovementProblem.TOO_FAST, 0)
    expect(mtcnn_reader.read(frames, TIMES[:5]), MovementProblem.TOO_FAST, 0)
    expect(mtcnn_reader.read([], []), MovementProblem.TOO_FEW, 0)


@pytest.mark.parametrize("broken", [b"", b"\xff\xd8\xff", b"GIF89a", bytes(1000)])
def test_a_frame_that_is_no_photo_is_refused_as_any_photo(mtcnn_reader: BurstReader, broken: bytes) -> None:
    with pytest.raises(PhotoError) as refusal:
        mtcnn_reader.read([*files(*portraits(7)), broken], TIMES)
    assert refusal.value.problem is PhotoProblem.NOT_AN_IMAGE


def test_a_truncated_frame_is_refused(mtcnn_reader: BurstReader) -> None:
    frames = files(*portraits())
    with pytest.raises(PhotoError):
        mtcnn_reader.read([*frames[:7], frames[7][: len(frames[7]) // 2]], TIMES)


def test_frames_that_no_page_sends_are_refused(mtcnn_reader: BurstReader) -> None:
    with pytest.raises(PhotoError) as refusal:
        mtcnn_reader.read([*files(*portraits(7)), bytes(MOST_FRAME_BYTES + 1)], TIMES)
    assert refusal.value.problem is PhotoProblem.TOO_MANY_BYTES


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 300), (3000, 2), (5, 5)])
def test_frames_of_any_size_have_no_face(mtcnn_reader: BurstReader, size: tuple[int, int]) -> None:
    frames = []
    for number in range(8):
        out = io.BytesIO()
        Image.new("RGB", size, (30 * number, 20, 20)).save(out, "PNG")
        frames.append(out.getvalue())
    expect(mtcnn_reader.read(frames, TIMES), MovementProblem.NO_FACE, 0)


def test_with_the_mesh_each_frame_has_both_measures(mtcnn_reader: BurstReader) -> None:
    if note := why_no_mesh():
        pytest.skip(note)
    assert mtcnn_reader.has_mesh
    assert mtcnn_reader.mesh_note == ""
    reading = mtcnn_reader.read(files(*portraits()), TIMES)
    assert reading.with_mesh
    for each in reading.frames:
        assert each.mesh is not None
        assert each.mesh.yaw == pytest.approx(each.points.yaw, abs=0.25)
