"""Creates an environment beside the one in use, and exchanges the two when it is whole."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from tools.advice import no_environment
from tools.ending import child
from tools.glance import program_of
from tools.installing import quiet_environment
from tools.pythons import Python


def create(python: Python, folder: Path, lock: int) -> None:
    """Create an empty environment with pip.

    Args:
        python: the Python to use.
        folder: the environment; nothing is there.
        lock: the file descriptor of the lock, which Python holds as long as it runs.

    Raises:
        SetupError: Python can't.
    """
    command = [python.program, "-I", "-m", "venv", str(folder)]
    options = {} if os.name == "nt" else {"pass_fds": (lock,)}
    with tempfile.TemporaryFile() as output:
        settings = {"env": quiet_environment(os.environ), "stdout": output, **options}
        with child(command, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, **settings) as process:
            status = process.wait()
        output.seek(0)
        log = output.read().decode("utf-8", "replace")
    if status or not program_of(folder).exists():
        raise no_environment(log, folder, folder.parent)


def relocate(folder: Path, final: Path) -> None:
    """Write the place that an environment is about to get into its scripts and settings.

    Nothing else names it: Python finds its packages from the place of its own program. The final path should
    not be longer than the present one, since pip writes the first line of a script by its length.

    Args:
        folder: where the environment is.
        final: where it will be.
    """
    old, new = os.fsencode(str(folder)), os.fsencode(str(final))
    for path in [folder / "pyvenv.cfg", *sorted(program_of(folder).parent.iterdir())]:
        if path.is_symlink() or not path.is_file():
            continue
        content = path.read_bytes()
        # Of programs, only pip's starters on Windows name it, in a line whose length is free.
        if old in content and (b"\0" not in content or path.suffix == ".exe"):
            path.write_bytes(content.replace(old, new))


def exchange(new: Path, place: Path, former: Path) -> None:
    """Put a whole environment into its place. Interrupted at any point, ``finish_exchange`` completes it.

    Args:
        new: the whole environment.
        place: where it belongs; what is there is removed, of a link only the link.
        former: where that is until it is removed.
    """
    remove(former)
    if os.path.lexists(str(place)):
        place.rename(former)
    new.rename(place)
    _tidy(former)


def finish_exchange(new: Path, place: Path, former: Path, *, whole: bool) -> None:
    """Clean up after an interrupted start.

    Args:
        new: the new environment, if it is there.
        place: where it belongs.
        former: the one before, if it is there.
        whole: whether the new one is whole.
    """
    if whole:
        exchange(new, place, former)
    elif os.path.lexists(str(former)) and not os.path.lexists(str(place)):
        former.rename(place)
    _tidy(former)
    _tidy(new)


def remove(path: Path) -> None:
    """Remove a folder with what is in it, a file, or a link, but never what a link leads to."""
    if not os.path.lexists(str(path)):
        return
    if is_link(path) or not path.is_dir():
        path.unlink()
    else:
        shutil.rmtree(str(path))


def _tidy(path: Path) -> None:
    """Remove what is not needed any more; where that fails, a later start tries again."""
    with suppress(OSError):
        remove(path)


def is_link(path: Path) -> bool:
    """Whether a path is a symbolic link, or on Windows a junction."""
    if path.is_symlink():
        return True
    tag = getattr(os.lstat(str(path)), "st_reparse_tag", 0) if os.path.lexists(str(path)) else 0
    return tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
