"""The npm packages for the tests of the API's document, which `./test` installs into the user's cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.ending import child
from tools.glance import ROOT, digest_of

LISTS = ROOT / "tests" / "client" / "software" / "typescript"
PACKAGES, LOCK = "package.json", "package-lock.json"
# Scripts of packages could do anything; none of these needs one.
_INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1")


def node_modules() -> Path:
    """The folder with the packages: one for each content of the lock file, outside the checkout."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "face-attendance" / f"npm-{digest_of(LISTS / LOCK)[:16]}" / "node_modules"


def prepare() -> None:
    """Install the packages unless they are there. Where that fails, say so: the tests are skipped."""
    npm, folder = shutil.which("npm"), node_modules().parent
    if npm is None or folder.is_dir():
        return
    _say(f"Installing the packages of {PACKAGES} into {folder}, once.")
    try:
        if not _installed(npm, folder):
            _say("npm failed, so the tests with these packages are skipped.")
    except OSError as error:
        _say(f"The packages can't be stored in {folder}: {error.strerror}.")


def _installed(npm: str, folder: Path) -> bool:
    """Install the packages beside their folder, then give it its name; False if npm fails."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=str(folder.parent)) as name:
        fresh = Path(name, "fresh")
        fresh.mkdir()
        for file in (PACKAGES, LOCK):
            shutil.copy(str(LISTS / file), str(fresh))
        options = {"cwd": str(fresh), "stdin": subprocess.DEVNULL, "stdout": sys.stderr}
        with child([npm, *_INSTALL], **options) as process:
            if process.wait():
                return False
        if not folder.is_dir():  # another start may have been quicker
            fresh.rename(folder)
    return True


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
