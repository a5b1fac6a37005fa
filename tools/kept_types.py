"""Keeps what mypy found out in the user's cache: in a fresh checkout it then takes seconds, not a minute.

mypy itself compares the content of each file, so it doesn't matter which checkout the results come from.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

FOLDER = ".mypy_cache"  # mypy's own, in the checkout


def kept_folder() -> Path:
    """Where the results are kept, outside the checkout."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "face-attendance" / "mypy"


def bring(root: Path) -> bool:
    """Give a fresh checkout the kept results.

    Args:
        root: the checkout.

    Returns:
        Whether the checkout had none of its own.
    """
    if (root / FOLDER).exists():
        return False
    if kept_folder().is_dir():
        _copy(kept_folder(), root / FOLDER)
    return True


def keep(root: Path) -> None:
    """Keep the results of a checkout for the next one."""
    if (root / FOLDER).is_dir():
        _copy(root / FOLDER, kept_folder())


def _copy(source: Path, target: Path) -> None:
    """Copy beside the target, then give it its name; where that is impossible, mypy only takes longer."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=str(target.parent)) as name:
            fresh, former = Path(name, "fresh"), Path(name, "former")
            shutil.copytree(str(source), str(fresh))
            if target.exists():
                target.rename(former)
            fresh.rename(target)
    except OSError:  # also shutil.Error: no space, no right to write, or another process was quicker
        return
