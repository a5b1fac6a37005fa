"""A package that can't be loaded is named, and ./run repairs it once."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from client.startup.damaged_package import blamed_package

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys
from pathlib import Path
from attendance import program
from attendance.console.screen import Screen
from client.startup.damaged_package import repair_package

program._FOLDER = Path(sys.argv[1])
sys.prefix = sys.argv[1] + "/.venv"
repair_package("thing", ImportError("no module"), Screen())
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages that Python searches first."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.mark.parametrize(
    "code",
    [
        "import a_module_that_thing_lacks.deeper",
        "from thing import something",
        "x = 1 +",
        "import os\nos.nothing",
        "import collections\ncollections.namedtuple(1, 2)",
    ],
    ids=["missing", "emptied", "cut off", "another", "wrong"],
)
def test_the_package_whose_files_fail_is_named(
    site: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    (site / "thing.py").write_text(code)
    monkeypatch.delitem(sys.modules, "thing", raising=False)
    with pytest.raises((ImportError, SyntaxError, AttributeError, TypeError)) as failed:
        importlib.import_module("thing")
    assert blamed_package(failed.value) == ("a_module_that_thing_lacks" if "lacks" in code else "thing")


@pytest.mark.parametrize(
    "statement",
    ["import client.nothing", "from attendance.values import Nothing", "import _sqlite3.nothing", "1 / 0"],
)
def test_mistakes_of_this_project_are_not_blamed_on_a_package(statement: str) -> None:
    with pytest.raises((ImportError, ZeroDivisionError)) as failed:
        exec(statement)
    assert blamed_package(failed.value) is None


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose ``run`` only says how it was called."""
    root = tmp_path / "checkout"
    (root / ".venv").mkdir(parents=True)
    (root / "pyproject.toml").touch()
    (root / ".venv" / "installed.json").touch()
    (root / "run").write_text(
        "import os, sys\nprint('run', sys.argv[1:], os.environ['FACE_ATTENDANCE_CHECKED'])\n"
    )
    return root


def fails(checkout: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """The server's start, where a package can't be loaded."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(checkout)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("FACE_")} | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.server
@pytest.mark.skipif(os.name == "nt", reason="a program in use can't be replaced on Windows")
def test_run_is_started_again_and_checks_every_file(checkout: Path) -> None:
    note = checkout / ".venv" / "installed.json"
    done = fails(checkout, FACE_ATTENDANCE_NOTE=str(note))
    assert done.stdout.startswith("The package thing can't be loaded (ImportError: no module).\n")
    assert done.stdout.endswith(f"run ['{checkout}'] 1\n")
    assert not note.exists()


@pytest.mark.server
@pytest.mark.parametrize(
    ("environ", "remedy"),
    [({}, "checks all packages"), ({"FACE_ATTENDANCE_CHECKED": "1"}, "Delete .venv, then start again.")],
)
def test_otherwise_it_says_what_to_do(checkout: Path, environ: dict[str, str], remedy: str) -> None:
    done = fails(checkout, **environ)
    assert remedy in done.stdout.replace("\n", " ")
    assert "\nrun" not in done.stdout
    assert (checkout / ".venv" / "installed.json").exists()
