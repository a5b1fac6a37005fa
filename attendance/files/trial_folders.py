"""Folders for copies of a register to try something on, which are deleted at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from attendance.files.private_folder import delete_folder
from attendance.processes import is_running

PREFIX = "face-attendance-dry-run-"


@contextmanager
def trial_folder() -> Iterator[Path]:
    """A folder that only this user may enter; that of a killed process is deleted by the next one."""
    _delete_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    try:
        yield folder
    finally:
        delete_folder(folder)


def _delete_abandoned() -> None:
    """Delete the copies of processes that were killed, because they contain data of students."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError, ValueError):
            if not is_running(int(folder.name.split("-")[-2])) and folder.stat().st_uid == os.getuid():
                shutil.rmtree(folder)
