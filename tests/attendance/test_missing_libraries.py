"""The message for a missing system library includes the command that installs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from attendance.missing_libraries import missing_library

NO_GL = ImportError("libGL.so.1: cannot open shared object file: No such file or directory")


def with_package_manager(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with only this package manager."""
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.parametrize(
    ("manager", "line"),
    [("apt-get", "sudo apt install libgl1 libglib2.0-0"), ("dnf", "sudo dnf install mesa-libGL")],
)
def test_the_line_fits_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manager: str, line: str
) -> None:
    with_package_manager(tmp_path, manager, monkeypatch)
    sentence = missing_library(NO_GL)
    assert sentence is not None
    assert "libGL.so.1" in sentence
    assert line in sentence


def test_on_an_unknown_system_the_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "libGL.so.1" in (missing_library(NO_GL) or "")


def test_another_failure_is_not_taken_for_it() -> None:
    assert missing_library(ImportError("No module named 'thing'")) is None
