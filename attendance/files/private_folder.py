"""Folders that only their owner may enter, whatever the umask, and whose a file is; not on Windows."""

from __future__ import annotations

import logging
import os
import shutil
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

OWNER_ONLY = 0o700
_OTHERS = 0o077
_log = logging.getLogger(__name__)


def make_private(folder: Path) -> None:
    """Make the folder and what is missing above it; what is there already stays as it is.

    Raises:
        OSError: it can't be made.
    """
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(mode=OWNER_ONLY, exist_ok=True)


def delete_folder(folder: Path) -> None:
    """Delete a folder with all in it that can be deleted, also where Ctrl-C comes meanwhile.

    Raises:
        KeyboardInterrupt: it came; the folder is gone all the same.
    """
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def tighten(data: Path, inside: Iterable[str]) -> None:
    """Close the data folder and its own folders to others, as older versions did not.

    Their owner gets no right that was taken away, such as to write to an archive. Folders that belong to
    another user can't be closed; a warning says so. A folder that all users share, such as ``/tmp``, stays as
    it is.

    Args:
        data: the data folder; may not exist yet.
        inside: the names of the folders that the program makes in it, which are closed with all below.
    """
    if os.name == "nt":
        return
    for folder in _folders(data, inside):
        try:
            mode = stat.S_IMODE(folder.stat().st_mode)
            if mode & _OTHERS and not mode & stat.S_ISVTX:
                folder.chmod(mode & OWNER_ONLY)
        except FileNotFoundError:  # of a classroom photo that another process has just read
            continue
        except OSError as error:
            _log.warning("Other users can read %s, which can't be closed (%s). Use chmod 700.", folder, error)


def _folders(data: Path, inside: Iterable[str]) -> list[Path]:
    found = [data] if data.is_dir() else []
    for name in inside:
        for path, folders, _files in os.walk(data / name):
            folders[:] = [each for each in folders if not (Path(path) / each).is_symlink()]
            found.append(Path(path))
    return found


def owner_beside_root(path: Path) -> str | None:
    """The user to whom a file belongs, if this process is root's and the file is not.

    That user could not open what root makes beside it.

    Args:
        path: may be missing.

    Returns:
        The user's name, or number where there is no name; None where root may write, for any other user, and
        on Windows.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    try:
        owner = path.stat().st_uid
    except OSError:  # whoever opens it says what is wrong
        return None
    return None if owner == 0 else _name(owner)


if sys.platform != "win32":
    import pwd

    def _name(owner: int) -> str:
        try:
            return pwd.getpwuid(owner).pw_name
        except KeyError:
            return f"#{owner}"
