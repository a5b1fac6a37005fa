"""Every package is pinned with the hashes of its files, and the lists agree with each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from attendance.doctor.pins import entries_of
from tools.glance import BUILDERS, WITHOUT_DEPENDENCIES
from tools.pinning import FILES, GO, WHOLE, command, main

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"[a-z0-9-]+==[^ ;]+( ; [^;]+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(file: str) -> Iterator[list[str]]:
    """The words of each entry of a requirements file: its pin, then its hashes."""
    for entry in entries_of((ROOT / file).read_text("utf-8")):
        yield re.split(r" {2,}", entry.strip())


def pins(file: str) -> set[str]:
    """Names and versions; a larger list may need a package on more systems."""
    return {pin.partition(";")[0].strip() for pin, *_ in entries(file)}


@pytest.mark.parametrize("file", FILES)
def test_each_package_has_its_version_and_the_hashes_of_its_files(file: str) -> None:
    found = list(entries(file))
    assert found
    assert [entry for entry in found if not PIN.fullmatch(entry[0].strip()) or len(entry) < 2] == []
    assert [word for _, *hashes in found for word in hashes if not HASH.fullmatch(word)] == []


def test_no_other_requirements_file_has_a_say() -> None:
    there = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("*requirements*")}
    there |= {path.relative_to(ROOT).as_posix() for path in ROOT.glob(".ci/*requirements*")}
    assert there == set(FILES)


def test_each_list_contains_the_one_before() -> None:
    assert pins("requirements.txt") < pins("requirements-demo.txt") < pins(WHOLE)


def test_what_builds_a_package_has_the_version_that_stays_installed() -> None:
    assert pins(BUILDERS) <= pins(WHOLE)
    assert not pins(WITHOUT_DEPENDENCIES) & pins(WHOLE)


@pytest.mark.parametrize(
    ("file", "most"), [(".ci/run", GO), ("deployment/Containerfile", "requirements.txt")]
)
def test_what_installs_elsewhere_asks_for_hashes(file: str, most: str) -> None:
    lines = (ROOT / file).read_text("utf-8").replace("\\\n", "").splitlines()
    installing = [part for line in lines for part in line.split("&&") if "pip install" in part]
    assert any(most in part for part in installing)
    assert [part for part in installing if "--require-hashes" not in part and " --no-deps" not in part] == []
    assert [part for part in installing if "==" in part] == []


def test_the_largest_list_decides_the_versions_of_all() -> None:
    assert next(iter(FILES)) == WHOLE
    assert "--constraints" not in command("uv", WHOLE, ())
    assert command("uv", GO, ())[-4:-2] == ["--constraints", WHOLE]


def test_a_word_that_it_does_not_know_makes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--upgrad"]) == 2
    assert "--upgrade" in capsys.readouterr().err


def test_without_uv_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main([]) == 1
    assert "Install it" in capsys.readouterr().err
