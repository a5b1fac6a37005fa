"""A checkout with made-up packages, whose environment takes milliseconds instead of minutes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from tools.environment import Environment
from tools.glance import NOTE, site_packages
from tools.note import read_note, write_note
from tools.pythons import Python

FAKE_PIP = Path(__file__).with_name("fake_pip.py")
BASE = Path(os.path.realpath(sys.executable))
THING = "thing==1.0\nother==2.0\n"


def create(python: Python, folder: Path, lock: int) -> None:
    """Create an environment whose pip is the fake one; see ``tools.creating.create``."""
    site = site_packages(folder, python.version)
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(BASE)
    (folder / "pyvenv.cfg").write_text(
        f"home = {BASE.parent}\ninclude-system-site-packages = false\ncommand = {folder}\n"
    )
    (site / "pip" / "_internal").mkdir(parents=True)
    (site / "pip" / "__init__.py").touch()
    (site / "pip" / "_internal" / "__init__.py").touch()
    shutil.copy(FAKE_PIP, site / "pip" / "__main__.py")


class SmallCheckout:
    """A checkout, and what its starts do.

    Args:
        root: where it is.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        for name in ("requirements.txt", "requirements-demo.txt", "requirements-dev.txt"):
            if not (root / name).exists():
                self.requires(THING, name)

    @property
    def site(self) -> Path:
        """The folder site-packages."""
        return site_packages(self.venv, sys.version.split()[0])

    def requires(self, text: str, name: str = "requirements.txt") -> None:
        """Write a requirements file."""
        (self.root / name).write_text(text)

    def starts(self, requirements: str = "requirements.txt") -> None:
        """Set up what a start needs, as ``ready_python`` does."""
        Environment(self.root, create).prepare(requirements)

    def is_ready(self, requirements: str = "requirements.txt") -> bool:
        """Whether a start would set up nothing."""
        return Environment(self.root, create).is_ready(requirements)

    def version(self, name: str = "thing") -> str:
        """The version of a package, as its script prints it."""
        done = subprocess.run(
            [self.venv / "bin" / f"{name}-version"], capture_output=True, text=True, check=False, timeout=60
        )
        return done.stdout.strip() or done.stderr

    def pip_calls(self) -> list[dict[str, Any]]:
        """The words and the environment of each installation."""
        path = self.root / "pip-calls.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def is_clean(self) -> bool:
        """Whether nothing lies around beside the environment in use."""
        return not [name for name in (".venv-new", ".venv-old") if os.path.lexists(self.root / name)]

    def notes(self, **changed: Any) -> None:
        """Change the environment's note."""
        write_note(self.venv, replace(read_note(self.venv), **changed))

    def forgets(self) -> None:
        """Lose the environment's note."""
        (self.venv / NOTE).unlink()
