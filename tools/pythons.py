"""Finds a Python that can create the environment, by asking each: a name on the path may lead nowhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.advice import SetupError, missing_ensurepip
from tools.glance import minor

OLDEST, NEWEST = (3, 11), (3, 13)  # all pinned packages have wheels for these versions
ANSWER_SECONDS = 60.0
_QUESTION = """
import sys
try:
    import ensurepip, venv
    able = "yes"
except ImportError:
    able = "no"
print("%d.%d.%d" % sys.version_info[:3])
print(able)
print(getattr(sys, "_base_executable", None) or sys.executable)
"""


@dataclass(frozen=True)
class Python:
    """A Python that starts.

    Attributes:
        program: its path.
        version: such as ``3.11.7``.
        has_ensurepip: whether it can create environments with pip.
    """

    program: str
    version: str
    has_ensurepip: bool

    @property
    def name(self) -> str:
        """Such as ``python3.11``."""
        return "python{}.{}".format(*minor(self.version))

    @property
    def fits(self) -> bool:
        """Whether all pinned packages have wheels for it."""
        return OLDEST <= minor(self.version) <= NEWEST


def ask(command: Sequence[str]) -> Python | None:
    """What a command that starts Python says about itself; None where no Python answers."""
    try:
        answer = subprocess.run(
            [*command, "-I", "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=ANSWER_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    lines = answer.stdout.splitlines()
    if answer.returncode or len(lines) != 3:
        return None
    version, able, program = lines
    return Python(program, version, able == "yes")


def suitable_python() -> Python:
    """The Python to create the environment with: this one, or another of the path.

    Raises:
        SetupError: there is none; the message names what was found and what to install.
    """
    without = None
    silent = []
    for command in _candidates():
        found = ask(command)
        if found is None:
            silent.append(" ".join(command))
        elif found.fits and found.has_ensurepip:
            return found
        elif found.fits:
            without = without or found
    if without is not None:
        raise missing_ensurepip(without.name)
    raise SetupError(_none_found(silent))


def _candidates() -> Iterator[Sequence[str]]:
    """Commands that may start a suitable Python, the best first."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        yield (sys.executable,)
    folders = os.environ.get("PATH", "").split(os.pathsep)
    for newer in range(NEWEST[1], OLDEST[1] - 1, -1):
        for folder in filter(None, folders):
            path = shutil.which(f"python{OLDEST[0]}.{newer}", path=folder)
            if path:
                yield (path,)
        if os.name == "nt" and shutil.which("py"):
            yield ("py", f"-{OLDEST[0]}.{newer}")


def _none_found(silent: Sequence[str]) -> str:
    here = "{}.{}".format(*sys.version_info[:2])
    others = "no other was found"
    if silent:
        others = "no other works ({} {} start)".format(
            ", ".join(silent), "doesn't" if len(silent) == 1 else "don't"
        )
    return (
        "This is Python {}, and {}. The pinned packages need Python {}.{} to {}.{}. Install one of these, "
        "then start again.".format(here, others, *OLDEST, *NEWEST)
    )
