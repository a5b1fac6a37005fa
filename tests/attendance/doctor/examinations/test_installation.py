"""Packages that are missing, others than were tested, or can't be loaded."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

from attendance.doctor.examinations.installation import examine, libraries, packages
from attendance.doctor.pins import entries_of, fixed_versions
from attendance.settings.settings import Settings
from tests.attendance.doctor.examined import NOTE, OK, PROBLEM, grades, site_of, words

ROOT = Path(__file__).parents[4]


@pytest.mark.networks
def test_this_installation_names_its_version_and_every_pinned_package(settings: Settings) -> None:
    found = list(examine(site_of(settings, is_server=True)))
    assert grades(found)[0] is OK
    assert re.search(r"Version \d.* with Python 3\.", words(found))
    pinned = fixed_versions(entries_of((ROOT / "requirements.txt").read_text("utf-8")))
    assert len(pinned) > 40
    assert "backports-tarfile" not in pinned, "it has a condition"


def test_a_missing_package_is_a_problem_and_another_version_a_note() -> None:
    installed = metadata.version("click")
    assert grades(packages({"click": installed})) == [OK]
    found = list(packages({"no-such-package": "1.0", "click": "0.1"}))
    assert grades(found) == [PROBLEM, NOTE]
    assert "no-such-package" in words(found[:1])
    assert f"click {installed} (0.1)" in words(found[1:])


@pytest.mark.server
def test_libraries_are_loaded_in_a_process_that_may_die(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lacks_gl.py").write_text("raise ImportError('libGL.so.1: cannot open shared object file')")
    (tmp_path / "kills.py").write_text("import os\nos._exit(9)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert grades(libraries(["json", "csv"])) == [OK]
    found = list(libraries(["json", "lacks_gl", "kills", "csv"]))
    assert grades(found) == [PROBLEM, PROBLEM]
    assert "libGL.so.1 is missing" in words(found[:1])
    assert "kills ends the program (status 9)" in words(found[1:])
