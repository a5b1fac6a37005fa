"""The Python for the environment is one that answers, fits, and can create environments."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools import pythons
from tools.advice import SetupError
from tools.glance import minor
from tools.pythons import Python, ask, suitable_python

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(os.name == "nt", reason="the candidates are scripts of a shell"),
]


class Machine:
    """A machine whose own Python is 3.10, and what else is on its path.

    Args:
        folder: an empty folder.
        environ: changes the environment.
    """

    def __init__(self, folder: Path, environ: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._environ = environ

    def has(self, name: str, script: str) -> Path:
        """Put a program on the path, behind those that are there."""
        folder = self._folder / str(len(list(self._folder.iterdir())))
        folder.mkdir()
        self._environ.setenv("PATH", os.pathsep.join(filter(None, [os.environ["PATH"], str(folder)])))
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return program


def answering(version: str, ensurepip: str, program: str) -> str:
    """A Python's script for a shell."""
    return f"printf '%s\\n' {version} {ensurepip} {program}"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine where Python 3.10 starts the set-up."""
    shown = SimpleNamespace(version_info=(3, 10, 0, "final", 0), executable=sys.executable)
    monkeypatch.setattr(pythons, "sys", shown)
    monkeypatch.setenv("PATH", "")
    return Machine(tmp_path, monkeypatch)


def test_this_python_answers_for_itself() -> None:
    answer = ask([sys.executable])
    assert answer is not None
    assert answer.version == sys.version.split()[0]
    assert answer.has_ensurepip
    assert answer.fits
    assert answer.name == f"python3.{sys.version_info.minor}"


def test_a_fitting_python_needs_no_other() -> None:
    assert suitable_python().version == sys.version.split()[0]


@pytest.mark.parametrize(
    "script",
    ["exit 127", "echo 'pyenv: python3.12: command not found' >&2; exit 127", "echo 3.12.1", "kill -9 $$"],
)
def test_a_name_that_leads_nowhere_is_passed_over(machine: Machine, script: str) -> None:
    machine.has("python3.12", script)
    machine.has("python3.12", answering("3.12.4", "yes", "/opt/python3.12"))
    assert suitable_python() == Python("/opt/python3.12", "3.12.4", has_ensurepip=True)


def test_where_every_name_leads_nowhere_that_is_what_is_said(machine: Machine) -> None:
    program = machine.has("python3.12", "exit 127")
    with pytest.raises(SetupError, match=r"This is Python 3\.10, and no other works") as failed:
        suitable_python()
    assert f"({program} doesn't start)" in str(failed.value)
    assert "Python 3.11 to 3.13" in str(failed.value)


def test_a_name_may_hide_another_version(machine: Machine) -> None:
    machine.has("python3.13", answering("3.14.0", "yes", "/opt/python3.14"))
    with pytest.raises(SetupError, match="no other was found"):
        suitable_python()


def test_one_that_can_create_environments_is_preferred(machine: Machine) -> None:
    machine.has("python3.13", answering("3.13.0", "no", "/usr/bin/python3.13"))
    machine.has("python3.11", answering("3.11.2", "yes", "/opt/python3.11"))
    assert suitable_python().program == "/opt/python3.11"


@pytest.mark.parametrize(
    ("manager", "remedy"), [("apt-get", "apt install python3.11-venv"), ("dnf", "of your system")]
)
def test_where_ensurepip_is_missing_its_package_is_named(machine: Machine, manager: str, remedy: str) -> None:
    machine.has("python3.11", answering("3.11.2", "no", "/usr/bin/python3.11"))
    machine.has(manager, "exit")
    with pytest.raises(SetupError, match=r"python3\.11 has no ensurepip") as failed:
        suitable_python()
    assert remedy in str(failed.value)


@pytest.mark.parametrize(
    ("version", "numbers"), [("3.11.7", (3, 11)), ("3.14.0rc1", (3, 14)), ("", (0, 0)), ("x.y", (0, 0))]
)
def test_a_version_is_its_first_two_numbers(version: str, numbers: tuple[int, int]) -> None:
    assert minor(version) == numbers
