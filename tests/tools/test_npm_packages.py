"""The npm packages are installed once, outside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import npm_packages

pytestmark = pytest.mark.server


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small npm, which notes how it is called."""
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "npm"
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    program.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\ntest -f package-lock.json && mkdir node_modules\n'
    )
    program.chmod(0o755)
    return program


def calls(npm: Path) -> list[str]:
    """How npm was called."""
    noted = npm.parent.parent / "calls"
    return noted.read_text().splitlines() if noted.exists() else []


def test_they_are_installed_once_and_as_they_are_locked(npm: Path) -> None:
    for _ in range(2):
        npm_packages.prepare()
    assert len(calls(npm)) == 1
    assert calls(npm)[0].startswith("ci --ignore-scripts ")
    assert npm_packages.node_modules().is_dir()
    assert npm_packages.node_modules().is_relative_to(npm.parent.parent / "cache")


def test_without_the_registry_nothing_is_left(npm: Path, capfd: pytest.CaptureFixture[str]) -> None:
    npm.write_text("#!/bin/sh\nmkdir node_modules\necho offline\nexit 1\n")
    npm_packages.prepare()
    assert not npm_packages.node_modules().exists()
    assert list(npm_packages.node_modules().parents[1].iterdir()) == []
    assert "skipped" in capfd.readouterr().err


def test_without_npm_nothing_happens(npm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(npm.parent.parent))
    npm_packages.prepare()
    assert not npm_packages.node_modules().parents[1].exists()


def test_where_nothing_can_be_stored_it_says_so(
    npm: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(npm))  # a file
    npm_packages.prepare()
    assert calls(npm) == []
    assert "can't be stored" in capfd.readouterr().err
