from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from face_detection.errors import ModelFileError
from face_detection.runtime.model_folder import NETWORK, damage_of, find_network, install_network


def network(text: str = "the network") -> Callable[[Path], dict[str, str]]:
    def write(folder: Path) -> dict[str, str]:
        (folder / NETWORK).write_text(text)
        (folder / "network.bin").write_bytes(b"weights")
        return {"source": "a file"}

    return write


def test_a_network_that_was_installed_is_found(tmp_path: Path) -> None:
    assert find_network(tmp_path, "dlib-1") is None
    path = install_network(tmp_path, "dlib-1", network())
    assert path == find_network(tmp_path, "dlib-1") == tmp_path / "dlib-1" / NETWORK
    assert path.read_text() == "the network"


def test_nothing_unfinished_is_left_behind(tmp_path: Path) -> None:
    install_network(tmp_path, "dlib-1", network())
    assert [path.name for path in tmp_path.iterdir()] == ["dlib-1"]


def test_a_network_whose_making_fails_is_not_there(tmp_path: Path) -> None:
    def fails(folder: Path) -> dict[str, str]:
        (folder / NETWORK).write_text("half of")
        raise ModelFileError("the source is cut short")

    with pytest.raises(ModelFileError, match="cut short"):
        install_network(tmp_path, "dlib-1", fails)
    assert find_network(tmp_path, "dlib-1") is None
    assert list(tmp_path.iterdir()) == []


def test_a_network_cut_short_is_not_found_and_is_made_anew(tmp_path: Path) -> None:
    install_network(tmp_path, "dlib-1", network())
    (tmp_path / "dlib-1" / "network.bin").write_bytes(b"wei")
    assert find_network(tmp_path, "dlib-1") is None
    assert install_network(tmp_path, "dlib-1", network("made anew")).read_text() == "made anew"


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"files": 3}', '{"files": {}}', "\x00"])
def test_a_damaged_manifest_is_as_good_as_none(tmp_path: Path, manifest: str) -> None:
    path = install_network(tmp_path, "dlib-1", network())
    path.with_name("manifest.json").write_text(manifest)
    assert find_network(tmp_path, "dlib-1") is None


def test_all_who_make_it_at_once_end_with_the_same_whole_network(tmp_path: Path) -> None:
    together = Barrier(8)

    def make(number: int) -> str:
        def write(folder: Path) -> dict[str, str]:
            network(f"made by {number}")(folder)
            together.wait(60)
            return {}

        return install_network(tmp_path, "dlib-1", write).read_text()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(8)))) == 1


def test_what_a_killed_process_left_long_ago_is_cleared_away(tmp_path: Path) -> None:
    for name, age in [("old", 2), ("young", 0)]:
        (tmp_path / f".unfinished-{name}").mkdir()
        moment = time.time() - age * 86_400
        os.utime(tmp_path / f".unfinished-{name}", (moment, moment))
    install_network(tmp_path, "dlib-1", network())
    assert sorted(path.name for path in tmp_path.iterdir()) == [".unfinished-young", "dlib-1"]


def test_a_folder_that_cannot_be_written_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where a folder should be")
    with pytest.raises(ModelFileError, match="ATTENDANCE_CACHE"):
        install_network(tmp_path / "models", "dlib-1", network())


def test_damage_of_any_byte_is_found_where_there_are_checksums(tmp_path: Path) -> None:
    assert damage_of(tmp_path, "dlib-1") is None, "there is none"
    path = install_network(tmp_path, "dlib-1", network())
    assert damage_of(tmp_path, "dlib-1") is None
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert find_network(tmp_path, "dlib-1") == path, "a start compares sizes only"
    assert "SHA-256" in (damage_of(tmp_path, "dlib-1") or "")
    path.write_bytes(content[:-1])
    assert "bytes instead of" in (damage_of(tmp_path, "dlib-1") or "")
    path.unlink()
    assert "can't be read" in (damage_of(tmp_path, "dlib-1") or "")
    manifest = path.with_name("manifest.json")
    path.write_bytes(content)
    document = json.loads(manifest.read_text())
    del document["files_sha256"]
    manifest.write_text(json.dumps(document))
    assert damage_of(tmp_path, "dlib-1") is None, "an older version converted it"
    manifest.write_text("{")
    assert "manifest.json can't be read" in (damage_of(tmp_path, "dlib-1") or "")
