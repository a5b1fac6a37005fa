"""A small checkout for `tools.setup_trials`: its packages, its starts, and how they are interrupted."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.glance import digest_of

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120.0  # for a start, on a busy computer
PACKAGES = ("thing", "bulk")
SERVED = 7  # the exit status of the small server
_SERVER = f"import bulk, thing; print('serving', thing.VERSION, bulk.VERSION); raise SystemExit({SERVED})"
_ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("PIP_", "PYTHON", "VIRTUAL_ENV"))
}


class TrialFailed(Exception):  # noqa: N818 - it is a result, not a fault of this program
    """A start did not end as it should."""


class Trial:
    """A small checkout, and its starts.

    Args:
        folder: an empty folder.
        wheels: the folder with its packages.
        started: a trial whose environment can be copied, to save the time for another.

    Attributes:
        wheels: the same folder.
    """

    def __init__(self, folder: Path, wheels: Path, started: Trial | None = None) -> None:
        self.root = folder / "a checkout"
        self.venv = self.root / ".venv"
        self.wheels = wheels
        self._started = started
        (self.root / "client").mkdir(parents=True)
        (self.root / "client" / "__init__.py").touch()
        (self.root / "client" / "__main__.py").write_text(_SERVER)
        shutil.copy(str(ROOT / "run"), str(self.root))
        shutil.copytree(
            str(ROOT / "tools"), str(self.root / "tools"), ignore=shutil.ignore_patterns("__pycache__")
        )
        self.requires("1.0")

    def requires(self, version: str) -> None:
        """Pin both packages to a version."""
        pins = "".join(f"{name}=={version} --hash=sha256:{self._hash(name, version)}\n" for name in PACKAGES)
        (self.root / "requirements.txt").write_text(
            f"--no-index\n--find-links {self.wheels.as_uri()}\n{pins}"
        )

    def _hash(self, name: str, version: str) -> str:
        return digest_of(self.wheels / _wheel_name(name, version))

    def begin(self) -> subprocess.Popen[str]:
        """Begin to start."""
        return subprocess.Popen(
            [sys.executable, str(self.root / "run")],
            cwd=str(self.root),
            env=_ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def was_started(self) -> None:
        """Start, or do as if."""
        if self._started is None:
            self.serves()
        else:
            shutil.copytree(str(self._started.venv), str(self.venv), symlinks=True)

    def serves(self, version: str = "1.0") -> str:
        """Start, and start again; what the first said."""
        first = self._start(version)
        again = self._start(version)
        if again:
            raise TrialFailed(f"The second start was not silent: {again}")
        lying = [name for name in (".venv-new", ".venv-old") if os.path.lexists(str(self.root / name))]
        if lying:
            raise TrialFailed(f"{', '.join(lying)} remained.")
        return first

    def site(self, folder: str = ".venv") -> Path:
        """The folder site-packages, or one that does not exist."""
        found = sorted((self.root / folder).glob("lib/python*/site-packages"))
        return found[0] if found else self.root / folder / "nothing"

    def _start(self, version: str) -> str:
        process = self.begin()
        out, err = process.communicate(timeout=SECONDS)
        check_served(process.returncode, out, err, version)
        return err


def check_served(status: int, out: str, err: str, version: str = "1.0") -> None:
    """Check that a start became the server.

    Raises:
        TrialFailed: it did not.
    """
    if status != SERVED or out != f"serving {version} {version}\n" or "Traceback" in err:
        raise TrialFailed(f"Status {status}\n{out}{err}")


def killed(trial: Trial, reached: Callable[[], bool]) -> None:
    """Begin to start, and kill the start with its pip as soon as a moment is reached."""
    process = trial.begin()
    try:
        _wait_for(reached, process)
        process.send_signal(signal.SIGSTOP)
        for child in _descendants(process.pid):
            with _gone_already():
                os.kill(child, signal.SIGKILL)
    finally:
        process.kill()
        process.communicate()


def stopped(trial: Trial, number: int) -> None:
    """Begin to start, and ask the start to stop while pip runs."""
    process = trial.begin()
    _wait_for((trial.root / ".venv-new" / "pip-tmp").exists, process)
    children = _descendants(process.pid)
    process.send_signal(number)
    _, err = process.communicate(timeout=SECONDS)
    if process.returncode != 128 + number or "Stopped" not in err or "Traceback" in err:
        raise TrialFailed(f"Status {process.returncode}\n{err}")
    if any(_is_running(child) for child in children):
        raise TrialFailed("pip runs on.")


def make_wheel(folder: Path, name: str, version: str, files: int) -> None:
    """Make a package that pip can install.

    Args:
        folder: where to.
        name: the package's name.
        version: its version.
        files: how many it has.
    """
    info = f"{name}-{version}.dist-info"
    content = {f"{name}/__init__.py": f"VERSION = {version!r}\n"}
    content.update({f"{name}/file_{number}.txt": f"{number}\n" for number in range(files - 1)})
    content[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    content[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    content[f"{info}/RECORD"] = "".join(f"{path},,{len(text)}\n" for path, text in content.items())
    with zipfile.ZipFile(str(folder / _wheel_name(name, version)), "w") as wheel:
        for path, text in content.items():
            wheel.writestr(path, text)


def _wheel_name(name: str, version: str) -> str:
    return f"{name}-{version}-py3-none-any.whl"


def _wait_for(reached: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not reached():
        if process.poll() is not None:
            raise TrialFailed("The start ended before it could be interrupted.")
        time.sleep(0.002)


def _descendants(parent: int) -> list[int]:
    """The processes that a process started, and those that they started."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], stdout=subprocess.PIPE, text=True, check=True)  # noqa: S607
    parents = {int(pid): int(ppid) for pid, ppid in map(str.split, table.stdout.splitlines())}
    found = [parent]
    for known in found:
        found += [pid for pid, ppid in parents.items() if ppid == known]
    return found[1:]


def _is_running(pid: int) -> bool:
    command = ["ps", "-p", str(pid), "-o", "stat="]
    state = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout
    return bool(state) and not state.startswith("Z")


@contextmanager
def _gone_already() -> Iterator[None]:
    try:
        yield
    except ProcessLookupError:
        return
