"""Hints name the command that works where the program was started."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from attendance import program
from attendance.program import ADMIN, SERVER, admin_command, checkout, reinstalling

ROOT = Path(__file__).resolve().parents[2]


def script(folder: Path, name: str) -> Path:
    """An executable file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of scripts that the shell does not search; the server of it runs."""
    monkeypatch.setattr(program, "_FOLDER", tmp_path / "site-packages")
    monkeypatch.setenv("PATH", str(tmp_path / "elsewhere"))
    script(tmp_path / "bin", ADMIN)
    monkeypatch.setattr("sys.argv", [str(script(tmp_path / "bin", SERVER))])
    return tmp_path / "bin"


def test_in_a_checkout_with_its_own_environment_that_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", [str(ROOT / "client" / "__main__.py")])
    monkeypatch.setattr("sys.prefix", str(ROOT / ".venv"))
    assert checkout() == ROOT
    assert reinstalling() == "Delete .venv, start again."
    assert admin_command("list") == ".venv/bin/python -m create_database list"
    monkeypatch.setattr(program, "os", SimpleNamespace(name="nt"))
    assert admin_command("list") == r".venv\Scripts\python -m create_database list"


def test_in_a_checkout_with_another_environment_any_python_may_be_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    assert admin_command() == "python -m create_database"


@pytest.mark.parametrize("name", [SERVER, ADMIN, f"{SERVER}.exe"])
def test_an_installed_script_is_no_checkout_even_where_pip_installed_a_link(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    script(tmp_path, ADMIN)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.argv", [name])
    assert checkout() is None
    assert admin_command("re-embed") == "face-attendance-admin re-embed"


def test_an_installed_script_outside_the_path_is_named_with_its_folder(installed: Path) -> None:
    assert checkout() is None
    assert admin_command("list") == f"{installed / ADMIN} list"
    assert "pip install" in reinstalling()


def test_a_folder_with_a_space_is_quoted(
    installed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script(tmp_path / "my programs", ADMIN)
    monkeypatch.setattr("sys.argv", [str(tmp_path / "my programs" / SERVER)])
    assert admin_command("list") == f'"{tmp_path / "my programs" / ADMIN}" list'


def test_served_by_another_program_the_script_is_named_alone(
    installed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.argv", [str(tmp_path / "elsewhere" / "gunicorn")])
    assert admin_command("list") == "face-attendance-admin list"
