"""What is computed once is computed again when something that it depends on changes, and never half there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kept_results import CONVERTING, compute_once


class Computer:
    """Copies a file, and counts how often."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.times = 0

    def compute(self, folder: Path) -> None:
        self.times += 1
        (folder / "result").write_text(self.source.read_text())


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    source = tmp_path / "source"
    source.write_text("one")
    return Computer(source)


def result(computer: Computer, folder: Path) -> str:
    compute_once("copy", [computer.source], folder, computer.compute)
    return (folder / "result").read_text()


def test_the_same_files_are_computed_once(computer: Computer, tmp_path: Path) -> None:
    assert result(computer, tmp_path / "first") == "one"
    (tmp_path / "first" / "result").write_text("changed by a test")
    assert result(computer, tmp_path / "second") == "one"
    assert computer.times == 1


def test_a_changed_file_is_computed_again_and_the_older_result_goes(
    computer: Computer, tmp_path: Path
) -> None:
    result(computer, tmp_path / "first")
    computer.source.write_text("two")
    assert result(computer, tmp_path / "second") == "two"
    assert computer.times == 2
    assert len(list((tmp_path / "cache" / "face-attendance").glob("copy-*"))) == 1


def test_what_fails_is_not_kept(computer: Computer, tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "result").write_text("half")
        raise ValueError

    with pytest.raises(ValueError):
        compute_once("copy", [computer.source], tmp_path / "first", fail)
    assert result(computer, tmp_path / "second") == "one"


def test_without_a_cache_it_is_computed_each_time(computer: Computer, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder would be")
    assert result(computer, tmp_path / "first") == "one"
    assert result(computer, tmp_path / "second") == "one"
    assert computer.times == 2


def test_a_conversion_depends_on_its_code_and_its_packages() -> None:
    assert {"convert.py", "engine.py", "weights.py", "openvino_runtime.py", "requirements.txt"} <= {
        file.name for file in CONVERTING
    }
