"""``./run`` sets up a fresh machine, starts quickly the second time, and explains what is missing."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from client.startup.command_line import server
from tools.glance import digest_of

ROOT = Path(__file__).resolve().parent.parent
CLIENT = """
import sys, thing
from pathlib import Path
print("serving", thing.VERSION, sys.argv[1:], Path.cwd().name)
sys.exit(7)
"""

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(os.name == "nt", reason="./run is started by its shebang here"),
]
Finished = subprocess.CompletedProcess[str]


def make_wheel(folder: Path, version: str) -> str:
    """Create a package that pip can install offline; its line for requirements.txt."""
    name = f"thing-{version}"
    code = f"VERSION = {version!r}\n"
    files = {
        "thing.py": code,
        f"{name}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: thing\nVersion: {version}\n",
        f"{name}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{name}.dist-info/RECORD": f"thing.py,,{len(code)}\n",
    }
    path = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for file, content in files.items():
            wheel.writestr(file, content)
    return f"thing @ {path.as_uri()} --hash=sha256:{digest_of(path)}\n"


def make_project(folder: Path) -> Path:
    """A fresh checkout with a small server and one package."""
    project = folder / "a checkout"  # with a space in its name
    (project / "client").mkdir(parents=True)
    for command in ("run", "test"):
        shutil.copy(ROOT / command, project)
    shutil.copytree(ROOT / "tools", project / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    (project / "client" / "__init__.py").touch()
    (project / "client" / "__main__.py").write_text(CLIENT)
    for name in ("requirements.txt", "requirements-demo.txt", "requirements-dev.txt"):
        (project / name).write_text(make_wheel(folder, "1.0"))
    return project


def run(project: Path, *arguments: str, cwd: Path | None = None, **environ: str) -> Finished:
    """Run ``./run`` with this Python, but without this test's environment."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON", "VIRTUAL_ENV"))}
    return subprocess.run(
        [sys.executable, project / "run", *arguments],
        cwd=cwd or project,
        env=kept | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh checkout."""
    return make_project(tmp_path)


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Finished]:
    """A checkout that was started once, and the output."""
    project = make_project(tmp_path_factory.mktemp("started"))
    return project, run(project, "--port", "9000")


@pytest.fixture
def started(first_start: tuple[Path, Finished]) -> Path:
    """A checkout that was started before."""
    return first_start[0]


def test_the_version_comes_before_anything_is_installed(project: Path) -> None:
    (project / "attendance").mkdir()
    shutil.copy(ROOT / "attendance" / "__init__.py", project / "attendance")
    answer = run(project, "--version")
    installed = CliRunner().invoke(server, ["--version"], prog_name="run")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, installed.output, "")
    assert not (project / ".venv").exists()


def test_help_comes_before_anything_is_installed(project: Path) -> None:
    answer = run(project, "--help")
    assert answer.returncode == 0
    assert "--public" in answer.stdout
    assert not (project / ".venv").exists()


def test_the_first_start_installs_and_serves(first_start: tuple[Path, Finished]) -> None:
    _, answer = first_start
    assert "Installing" in answer.stderr
    assert answer.stdout == "serving 1.0 ['--port', '9000'] a checkout\n"
    assert answer.returncode == 7


def test_the_second_start_installs_nothing(started: Path, tmp_path: Path) -> None:
    (started / "requirements.txt").write_text(make_wheel(tmp_path, "1.1"))
    run(started)
    (tmp_path / "thing-1.1-py3-none-any.whl").unlink()  # so it can't be installed again
    answer = run(started)
    assert (answer.stdout, answer.stderr) == ("serving 1.1 [] a checkout\n", "")


def test_changed_packages_are_installed(started: Path, tmp_path: Path) -> None:
    (started / "requirements.txt").write_text(make_wheel(tmp_path, "2.0"))
    assert run(started).stdout.startswith("serving 2.0 ")


def test_the_demonstration_has_its_own_packages(started: Path, tmp_path: Path) -> None:
    (started / "requirements-demo.txt").write_text(make_wheel(tmp_path, "3.0"))
    assert run(started, "--demo").stdout.startswith("serving 3.0 ['--demo']")


def test_started_from_elsewhere_it_stays_there_and_finds_itself(started: Path, tmp_path: Path) -> None:
    (started / "requirements.txt").write_text(make_wheel(tmp_path, "4.0"))
    (tmp_path / "client.py").write_text("raise SystemExit('the wrong one')")
    assert run(started, cwd=tmp_path).stdout == f"serving 4.0 [] {tmp_path.name}\n"


@pytest.mark.slow
def test_half_an_environment_is_mended(started: Path, tmp_path: Path) -> None:
    (started / "requirements.txt").write_text(make_wheel(tmp_path, "5.0"))
    (started / ".venv" / "bin" / "python").unlink()
    assert run(started).stdout.startswith("serving 5.0 ")


def test_packages_that_cannot_be_had_are_a_sentence(started: Path) -> None:
    (started / "requirements.txt").write_text(f"--no-index\nthing==6.0 --hash=sha256:{'0' * 64}\n")
    answer = run(started)
    assert answer.returncode == 1
    assert "could not be downloaded" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_a_package_that_is_another_file_than_the_pinned_one_is_not_installed(
    started: Path, tmp_path: Path
) -> None:
    (started / "requirements.txt").write_text(make_wheel(tmp_path, "6.1"))
    with zipfile.ZipFile(tmp_path / "thing-6.1-py3-none-any.whl", "a") as wheel:
        wheel.writestr("added.py", "")
    answer = run(started)
    assert answer.returncode == 1
    assert "another file than requirements.txt names by its hash" in answer.stderr
    assert not list(started.glob(".venv/lib/*/site-packages/added.py"))


def test_a_package_without_a_hash_is_not_installed(started: Path, tmp_path: Path) -> None:
    (started / "requirements.txt").write_text(make_wheel(tmp_path, "6.2").partition(" --hash")[0])
    answer = run(started)
    assert answer.returncode == 1
    assert "Hashes are required" in answer.stderr


def run_as(version: tuple[int, int], project: Path, path: str, command: str = "run") -> Finished:
    """Run ``./run`` or ``./test`` with a Python that reports another version."""
    program = (
        f"import runpy, sys; sys.version_info = {(*version, 0, 'final', 0)}; sys.argv = ['{command}'];"
        f"runpy.run_path('{command}', run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=project,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 10), (3, 14)])
@pytest.mark.parametrize("command", ["run", "test"])
def test_another_python_is_named_and_so_is_what_is_needed(
    project: Path, version: tuple[int, int], command: str
) -> None:
    answer = run_as(version, project, path="", command=command)
    assert answer.returncode == 1
    assert f"Python {version[0]}.{version[1]}" in answer.stderr
    assert "3.11 to 3.13" in answer.stderr


def test_a_fitting_python_on_the_path_is_taken_instead(project: Path, tmp_path: Path) -> None:
    fitting = tmp_path / "bin"
    fitting.mkdir()
    base = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    (fitting / base.name).symlink_to(base)
    answer = run_as((3, 10), project, path=str(fitting))
    assert answer.stdout.startswith("serving 1.0"), answer.stderr


@pytest.mark.parametrize("command", ["run", "test"])
def test_even_an_old_python_understands_the_script_well_enough_to_say_so(command: str) -> None:
    text = (ROOT / command).read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 4))
    assert text.isascii(), "Python 2 reads nothing else"
    assert not {ast.AnnAssign, ast.JoinedStr, ast.FunctionDef} & {
        type(node) for node in ast.walk(ast.parse(text))
    }


@pytest.mark.parametrize("module", sorted((ROOT / "tools").glob("*.py")), ids=lambda path: path.name)
def test_python_3_7_understands_what_looks_for_another(module: Path) -> None:
    ast.parse(module.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_a_file_that_cannot_be_written_is_a_sentence(project: Path) -> None:
    (project / ".venv-lock").mkdir()
    answer = run(project)
    assert answer.returncode == 1
    assert answer.stderr.startswith("The environment in .venv can't be set up (")
    assert answer.stderr.endswith("start again.\n")


def test_a_package_that_lost_its_files_comes_back(started: Path, tmp_path: Path) -> None:
    (started / "requirements.txt").write_text(make_wheel(tmp_path, "7.0"))
    run(started)
    (module,) = started.glob(".venv/lib/*/site-packages/thing.py")
    module.write_bytes(b"")
    assert "--public" in run(started, "--help").stdout, "help installs nothing"
    answer = run(started)
    assert "These packages in .venv are damaged and will be installed again: thing." in answer.stderr
    assert answer.stdout.startswith("serving 7.0 ")


def test_ctrl_c_at_the_checks_is_a_sentence(started: Path, tmp_path: Path) -> None:
    (started / "requirements-dev.txt").write_text(make_wheel(tmp_path, "8.0"))
    (site,) = started.glob(".venv/lib/*/site-packages")
    (site / "ruff.py").write_text("import os, signal; os.kill(os.getppid(), signal.SIGINT)")
    answer = subprocess.run(
        [sys.executable, "test"], cwd=started, capture_output=True, text=True, check=False, timeout=240
    )
    assert answer.returncode == 130
    assert answer.stderr.endswith("\nStopped.\n")
    assert "Traceback" not in answer.stderr


def test_the_help_without_packages_lists_every_option() -> None:
    written = set(
        re.findall(r"--[a-z-]+", ast.get_docstring(ast.parse((ROOT / "run").read_text("utf-8"))) or "")
    )
    known = {name for option in server.params for name in option.opts} | {"--help"}
    assert written == known
