"""The face mesh lies where the detector's points lie, and sees no face where there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from face_detection.face_detect import load_detector
from face_detection.liveness.face_mesh import SIDE, FaceMesh, upright_square
from face_detection.liveness.five_points import eye_span, frame_position, pose_of_points
from face_detection.liveness.mesh_file import why_no_mesh
from face_detection.liveness.mesh_pose import landmarks_of_mesh, pose_of_mesh
from face_detection.photo import decode
from face_detection.runtime.openvino_runtime import Runtime
from face_detection.values import Face, Photo
from tests.portraits import grace_hopper, render, skimage_picture

pytestmark = pytest.mark.networks
EYES = ((33, 133), (362, 263))  # corners of both, as seen from the left


@pytest.fixture(scope="module")
def mesh() -> FaceMesh:
    if note := why_no_mesh():
        pytest.skip(note)
    return FaceMesh(Runtime())


def found(data: bytes) -> tuple[Photo, Face]:
    photo = decode(data, longest_side=640)
    return photo, load_detector("mtcnn", Runtime(precision="f32")).detect(photo)[0]


@pytest.mark.parametrize("angle", [0, 15, -25])
def test_the_mesh_agrees_with_the_five_points(mesh: FaceMesh, angle: float) -> None:
    for data in (skimage_picture("astronaut"), grace_hopper()):
        photo, face = found(render(data, angle=angle))
        points = mesh.points(photo, face)
        assert points is not None
        left, right = (points[list(corners), :2].mean(axis=0) for corners in EYES)
        assert abs(left[1] - right[1]) < 0.15 * (right[0] - left[0]), "the eyes are level"
        assert np.hypot(*(right - left)) == pytest.approx(in_square(face), rel=0.1)
        one, other = pose_of_mesh(points), pose_of_points(face.landmarks)
        assert one.yaw == pytest.approx(other.yaw, abs=0.2)


def test_the_five_points_of_the_mesh_are_those_of_the_detector(mesh: FaceMesh) -> None:
    for data in (skimage_picture("astronaut"), grace_hopper()):
        photo, face = found(data)
        points = mesh.points(photo, face)
        assert points is not None
        five = landmarks_of_mesh(points)
        assert eye_span(five) == pytest.approx(eye_span(face.landmarks), rel=0.1)
        assert frame_position(five) == pytest.approx(frame_position(face.landmarks), abs=0.15)
        assert (five[[1, 4], 0] > five[[0, 3], 0]).all(), "left is left"


def in_square(face: Face) -> float:
    """The distance between the eyes in pixels of the network's input."""
    eyes = float(np.hypot(*(face.landmarks[1] - face.landmarks[0])))
    return eyes * SIDE / (1.5 * max(face.width, face.height))


def test_a_mirrored_head_points_the_other_way(mesh: FaceMesh) -> None:
    photo, face = found(skimage_picture("astronaut"))
    mirrored = Photo(np.ascontiguousarray(photo.pixels[:, ::-1]), photo.original_size)
    other = load_detector("mtcnn", Runtime(precision="f32")).detect(mirrored)[0]
    points, mirrored_points = mesh.points(photo, face), mesh.points(mirrored, other)
    assert points is not None
    assert mirrored_points is not None
    assert pose_of_mesh(points).yaw == pytest.approx(-pose_of_mesh(mirrored_points).yaw, abs=0.05)
    assert pose_of_mesh(points).pitch == pytest.approx(pose_of_mesh(mirrored_points).pitch, abs=0.05)


def test_where_there_is_no_face_there_is_no_mesh(mesh: FaceMesh) -> None:
    coffee = decode(skimage_picture("coffee"), longest_side=640)
    _, face = found(skimage_picture("astronaut"))
    assert mesh.points(coffee, face) is None


def test_the_square_may_lie_beyond_the_picture() -> None:
    photo, face = found(skimage_picture("astronaut"))
    moved = replace(face, box=face.box + 1_000, landmarks=face.landmarks + 1_000)
    assert not upright_square(photo.pixels, moved).any()
    assert upright_square(photo.pixels, face).shape == (SIDE, SIDE, 3)
