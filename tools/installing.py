"""Installs packages with an environment's pip, whatever pip is configured to do elsewhere."""

from __future__ import annotations

import ast
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tools.ending import child
from tools.glance import program_of

# Where packages come from and how they are reached. All other options would change where or what is installed
# (PIP_TARGET, PIP_USER, PIP_DRY_RUN, …), or what is printed.
SOURCES = frozenset(
    {
        *("index-url", "extra-index-url", "find-links", "no-index", "cache-dir", "no-cache-dir"),
        *("proxy", "cert", "client-cert", "trusted-host", "keyring-provider"),
        *("use-feature", "use-deprecated"),  # such as truststore, where certificates come from
        *("timeout", "default-timeout", "retries", "resume-retries"),
    }
)
# Nothing is installed whose hash isn't in the file, and packages run no code of their own while they are
# installed. Two have no wheel: what they are built with, requirements-build.txt, is installed before.
PINNED = (
    *("--require-hashes", "--only-binary=:all:"),
    *("--no-binary=face-recognition-models,keras-facenet", "--no-build-isolation"),
)
_LEADS_ASTRAY = ("PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")


class PipResult(NamedTuple):
    """What pip answered.

    Attributes:
        status: its exit status.
        log: what it printed.
    """

    status: int
    log: str


def pip_works(folder: Path) -> bool:
    """Whether an environment's pip answers; one that is half there can be imported, but can't work."""
    return _ask_pip(folder, ["--version"], quiet_environment(os.environ)) is not None


def install(folder: Path, requirements: Path, lock: int, *, alone: bool = False) -> PipResult:
    """Install the packages of a requirements file, and show that it goes on.

    Args:
        folder: the environment.
        requirements: the file.
        lock: the file descriptor of the lock, which pip holds as long as it runs.
        alone: install these packages without those that they ask for.
    """
    environment = quiet_environment(os.environ)
    configured = _ask_pip(folder, ["config", "list"], environment)
    environment = {**sources(configured or ""), **environment, "PIP_CONFIG_FILE": os.devnull}
    # Python compiles what is imported. pip would compile everything, for a third of its time (50 of 149 s,
    # 2026-12-01), and most of TensorFlow is never imported.
    command = [str(program_of(folder)), "-I", "-m", "pip", "install", "--no-compile", *PINNED]
    command += ["-r", str(requirements)]
    command += ["--no-deps"] if alone else []
    options = {} if os.name == "nt" else {"pass_fds": (lock,)}
    with tempfile.TemporaryFile() as output:
        with _progress(requirements.name, is_short=alone), _temporary_folder(folder) as temporary:
            environment.update(temporary)
            settings = {"env": environment, "stdin": subprocess.DEVNULL, "stdout": output, **options}
            with child(command, stderr=subprocess.STDOUT, **settings) as process:
                status = process.wait()
        output.seek(0)
        return PipResult(status, output.read().decode("utf-8", "replace"))


def quiet_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for Python and pip: of pip's own variables only those about where packages are."""
    wanted = {f"PIP_{name.upper().replace('-', '_')}" for name in SOURCES} | {"PIP_CONFIG_FILE"}
    kept = {
        name: value
        for name, value in environ.items()
        if name not in _LEADS_ASTRAY and (not name.upper().startswith("PIP_") or name.upper() in wanted)
    }
    # A question that nobody sees would wait for ever.
    return {**kept, "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def sources(configured: str) -> dict[str, str]:
    """The options in pip's configuration files about where packages are, as environment variables.

    Args:
        configured: the output of ``pip config list``, lines such as ``global.index-url='https://…'``.
    """
    found: dict[str, str] = {}
    for section in ("global", "install"):  # the second wins
        for line in configured.splitlines():
            key, _, value = line.partition("=")
            where, _, option = key.partition(".")
            if where == section and option.replace("_", "-") in SOURCES:
                found[f"PIP_{option.upper().replace('-', '_')}"] = _unquoted(value)
    return found


def _unquoted(value: str) -> str:
    try:
        return " ".join(str(ast.literal_eval(value)).split())
    except (ValueError, SyntaxError):
        return value


def _ask_pip(folder: Path, words: list[str], environment: Mapping[str, str]) -> str | None:
    """The answer of pip; None where it fails."""
    command = [str(program_of(folder)), "-I", "-m", "pip", *words]
    try:
        answer = subprocess.run(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return None
    return None if answer.returncode else answer.stdout.decode("utf-8", "replace")


@contextmanager
def _temporary_folder(folder: Path) -> Iterator[dict[str, str]]:
    """The variable for a temporary folder on the environment's disk.

    The system's is often small or in memory, and nobody would remove what a killed pip leaves there.
    """
    if os.name == "nt" or "TMPDIR" in os.environ:
        yield {}
        return
    temporary = folder / "pip-tmp"
    shutil.rmtree(str(temporary), ignore_errors=True)
    temporary.mkdir()
    try:
        yield {"TMPDIR": str(temporary)}
    finally:
        shutil.rmtree(str(temporary), ignore_errors=True)


@contextmanager
def _progress(name: str, *, is_short: bool) -> Iterator[None]:
    """Show that installing continues: every second on a terminal, every half minute in a log."""
    duration = "" if is_short else ". This takes a few minutes"
    text = f"Installing the packages of {name} into .venv, once{duration}"
    stop = threading.Event()
    thread = threading.Thread(target=_show_progress, args=(stop, text))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _show_progress(stop: threading.Event, text: str) -> None:
    if not sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)
    for seconds in itertools.count(1):
        if stop.wait(1):
            break
        if sys.stderr.isatty():
            print(f"\r{text} ({seconds} s)", end="", file=sys.stderr, flush=True)
        elif seconds % 30 == 0:
            print(f"  … {seconds} s", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print(file=sys.stderr)
