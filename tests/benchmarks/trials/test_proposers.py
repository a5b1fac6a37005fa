"""YuNet's and BlazeFace's outputs as boxes, on hand-made outputs and against OpenCV's own decoding."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.apparatus.face_folder import BenchmarkError
from benchmarks.apparatus.selfie import other_portrait_jpeg
from benchmarks.trials.proposers import (
    SAME_FACE,
    YUNET_ABOVE,
    BlazeFace,
    ProposedDetector,
    Steadied,
    YuNet,
    blaze_anchors,
    blaze_candidates,
    yunet_candidates,
)
from face_detection.photo import decode
from face_detection.runtime.openvino_runtime import Runtime


def test_a_cell_of_yunet_becomes_a_box_around_its_centre() -> None:
    cls, obj = np.zeros((6, 1), np.float32), np.zeros((6, 1), np.float32)
    cls[4], obj[4] = 0.81, 1.5  # more than 1 counts as 1
    bbox, kps = np.zeros((6, 4), np.float32), np.zeros((6, 10), np.float32)
    bbox[4] = 0.5, 0.25, np.log(2), np.log(4)
    kps[4, :4] = 0.0, 0.0, 1.0, 0.5
    found = yunet_candidates(cls, obj, bbox, kps, stride=8, width=24)
    # Cell 4 of three columns is in the second row and column, with its corner at (8, 8).
    assert found.boxes[4].tolist() == pytest.approx([12 - 8, 10 - 16, 12 + 8, 10 + 16])
    assert found.scores[4] == pytest.approx(0.9)
    assert found.landmarks[4, :2].tolist() == [[8, 8], [16, 12]]
    assert found.scores[:4].max() == 0


def test_blazefaces_anchors_are_two_in_each_fine_cell_and_six_in_each_coarse_one() -> None:
    anchors = blaze_anchors(128)
    assert anchors.shape == (16 * 16 * 2 + 8 * 8 * 6, 2)
    assert anchors[0].tolist() == anchors[1].tolist() == [1 / 32, 1 / 32]
    assert anchors[2].tolist() == [3 / 32, 1 / 32]
    assert anchors[512].tolist() == anchors[517].tolist() == [1 / 16, 1 / 16]
    assert anchors[518].tolist() == [3 / 16, 1 / 16]
    assert blaze_anchors(256).shape == anchors.shape


def test_an_output_of_blazeface_is_relative_to_its_anchor() -> None:
    boxes = np.zeros((1, 16), np.float32)
    boxes[0, :4] = 4, -2, 20, 10
    found = blaze_candidates(boxes, np.zeros((1, 1), np.float32), np.array([[0.5, 0.25]], np.float32), 128)
    assert found.boxes[0].tolist() == [68 - 10, 30 - 5, 68 + 10, 30 + 5]
    assert found.scores[0] == 0.5


@pytest.mark.networks
def test_a_missing_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"none\.onnx is not a file"):
        YuNet(tmp_path / "none.onnx", 320, Runtime(precision="f32"))
    damaged = tmp_path / "damaged.tflite"
    damaged.write_bytes(b"not a network")
    with pytest.raises(BenchmarkError, match=r"OpenVINO can't read .*damaged\.tflite"):
        BlazeFace(damaged, Runtime(precision="f32"))


@pytest.mark.networks
def test_yunet_finds_what_opencv_finds_with_it_and_o_net_places_the_landmarks(shared: Path) -> None:
    model = shared / "models" / "face_detection_yunet_2023mar.onnx"
    photo = decode(other_portrait_jpeg())
    runtime = Runtime(precision="f32")
    proposer = YuNet(model, 640, runtime)
    own = proposer(photo.pixels)
    reference = cv2.FaceDetectorYN.create(
        str(model), "", (photo.width, photo.height), YUNET_ABOVE, SAME_FACE
    ).detect(np.ascontiguousarray(photo.pixels[:, :, ::-1]))[1]
    assert len(own.boxes) == len(reference) == 1
    x, y, width, height = reference[0][:4]
    assert own.boxes[0] == pytest.approx([x, y, x + width, y + height], abs=1.0)
    assert own.landmarks[0].ravel() == pytest.approx(reference[0][4:14], abs=1.0)
    detector = ProposedDetector("yunet", proposer, runtime)
    [face], [steadied] = detector.detect(photo), Steadied("steadied", detector).detect(photo)
    eyes = float(np.linalg.norm(face.landmarks[1] - face.landmarks[0]))
    assert face.confidence > 0.9
    assert np.abs(face.landmarks - own.landmarks[0]).max() < eyes / 4
    assert 0 < np.abs(face.landmarks - steadied.landmarks).max() < eyes / 8
