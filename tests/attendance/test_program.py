"""Hints name the command that works where the program was started, with the register in use."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from attendance import program
from attendance.program import (
    ADMIN,
    SERVER,
    SERVICE_COMMAND,
    admin_command,
    checkout,
    doubt_packages,
    pip_command,
    register_in_use,
    repair,
    server_command,
    start_command,
    typed,
)

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


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A checkout whose own environment the program runs in, started from its folder."""
    root = tmp_path / "a checkout"
    (root / ".venv").mkdir(parents=True)
    (root / "pyproject.toml").touch()
    monkeypatch.setattr(program, "_FOLDER", root)
    monkeypatch.setattr("sys.prefix", str(root / ".venv"))
    monkeypatch.delenv("ATTENDANCE_DATA", raising=False)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands are typed on Windows."""
    monkeypatch.setattr(program, "os", SimpleNamespace(name="nt", environ={}))


def test_in_a_checkout_with_its_own_environment_that_one_is_named(own: Path) -> None:
    assert checkout() == own
    assert server_command() == "./run"
    assert admin_command("list") == ".venv/bin/python -m create_database list"


def test_on_windows_its_paths_are_those_of_windows(own: Path, windows: None) -> None:
    assert server_command() == "run"
    assert admin_command("list") == r".venv\Scripts\python -m create_database list"
    assert typed("C:\\my data") == '"C:\\my data"'


def test_from_another_folder_the_command_goes_to_the_checkout_first(
    own: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert admin_command("list") == f"cd '{own}' && .venv/bin/python -m create_database list"
    assert server_command() == f"'{own}/run'"
    monkeypatch.setattr(program, "os", SimpleNamespace(name="nt", environ={}))
    assert admin_command("list").startswith(f'cd /d "{own}" && ')


def test_in_a_checkout_with_another_environment_its_python_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    assert admin_command() == f"{sys.executable} -m create_database"
    assert server_command() == f"{sys.executable} {ROOT / 'run'}"


def test_the_register_in_use_is_named(own: Path, tmp_path: Path) -> None:
    with register_in_use(tmp_path / "my data"):
        command = admin_command("enrol", "FOLDER")
        assert command == f".venv/bin/python -m create_database enrol FOLDER --data '{tmp_path}/my data'"
    assert "--data" not in admin_command("enrol", "FOLDER")


def test_the_server_is_started_on_the_register_in_use(own: Path, tmp_path: Path) -> None:
    assert start_command() == "./run"
    with register_in_use(tmp_path / "restored"):
        assert start_command() == f"./run --data {tmp_path}/restored"


def test_a_register_is_named_by_its_whole_path(own: Path) -> None:
    with register_in_use(Path("elsewhere")):
        assert admin_command("list").endswith(f"--data '{own}/elsewhere'")


def test_the_usual_register_of_a_checkout_need_not_be_named(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with register_in_use(Path("Dataset")):
        assert "--data" not in admin_command("list")
        monkeypatch.setenv("ATTENDANCE_DATA", "/srv/another")  # which the command would use
        assert admin_command("list").endswith(f"--data '{own}/Dataset'")


def test_installed_it_is_always_named_as_the_usual_one_depends_on_the_folder(
    installed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with register_in_use(Path("Dataset")):
        assert admin_command("list") == f"{installed / ADMIN} list --data {tmp_path}/Dataset"


def test_a_damaged_package_is_looked_for_at_the_next_start(
    own: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert repair().startswith("Start ./run again")
    note = tmp_path / "installed.json"
    note.touch()
    assert not doubt_packages(), "only ./run says where its note is"
    assert note.exists()
    monkeypatch.setenv("FACE_ATTENDANCE_NOTE", str(note))
    assert doubt_packages()
    assert not note.exists()
    assert not doubt_packages(), "once"


def test_in_another_environment_its_pip_repairs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    assert f"{sys.executable} -m pip install --force-reinstall -r {ROOT}/requirements.txt" in repair()


@pytest.mark.server
def test_what_is_printed_works_when_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with register_in_use(tmp_path / "my data"):
        command = admin_command("list")
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert f"Nobody is enrolled in {tmp_path / 'my data'} yet." in done.stderr
    _, _, again = done.stderr.partition("run: ")
    assert shlex.split(again)[-2:] == ["--data", f"{tmp_path}/my data"]


def test_the_pip_that_is_named_is_this_pythons() -> None:
    assert pip_command("list") == f"{typed(sys.executable)} -m pip list"


@pytest.mark.parametrize("name", [SERVER, ADMIN, f"{SERVER}.exe"])
def test_an_installed_script_is_no_checkout_even_where_pip_installed_a_link(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    script(tmp_path, ADMIN)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.argv", [name])
    assert checkout() is None
    assert admin_command("re-embed") == "face-attendance-admin re-embed"
    assert server_command() == "face-attendance"


def test_an_installed_script_outside_the_path_is_named_with_its_folder(installed: Path) -> None:
    assert checkout() is None
    assert admin_command("list") == f"{installed / ADMIN} list"
    assert "pip install" in repair()


def test_a_folder_with_a_space_is_quoted(
    installed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script(tmp_path / "my programs", ADMIN)
    monkeypatch.setattr("sys.argv", [str(tmp_path / "my programs" / SERVER)])
    assert admin_command("list") == f"'{tmp_path / 'my programs' / ADMIN}' list"


def test_a_service_names_the_command_that_runs_as_it_does(
    installed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(SERVICE_COMMAND, "ATTENDANCE_SERVICE=school-2 attendance-admin")
    with register_in_use(tmp_path):
        assert admin_command("list") == "ATTENDANCE_SERVICE=school-2 attendance-admin list"


def test_served_by_another_program_the_script_is_named_alone(
    installed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.argv", [str(tmp_path / "elsewhere" / "gunicorn")])
    assert admin_command("list") == "face-attendance-admin list"
