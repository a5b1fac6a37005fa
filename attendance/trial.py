"""A register to try things on: what is written to it is discarded."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from attendance.settings.setting_values import OFF
from attendance.settings.settings import Settings
from attendance.store.trial_copy import copy_to_try

PREFIX = "face-attendance-dry-run-"


@contextmanager
def settings_to_try(settings: Settings) -> Iterator[Settings]:
    """Settings of a register that is a copy, in a folder that only this user may enter.

    The copy of an embedded database is deleted at the end; that of a process that was killed is deleted by
    the next one. A MongoDB server is used as it is: there each caller has to write nothing.

    Args:
        settings: the site's settings.

    Raises:
        SchemaError: the register was written by a newer version of this program, or by another program.
        StoreUnavailableError: it can't be copied.
    """
    without_files = replace(settings, reports=None, daily_csv=OFF)
    if settings.mongodb_uri:
        yield without_files
        return
    _delete_abandoned()
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        data = Path(folder)
        copy_to_try(settings.data, data)
        yield replace(without_files, data=data)


def _delete_abandoned() -> None:
    """Delete the copies of processes that were killed, because they contain data of students."""
    if os.name == "nt":  # where os.kill would end a process instead of asking for it
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError, ValueError):
            if folder.stat().st_uid == os.getuid() and not _runs(int(folder.name.split("-")[-2])):
                shutil.rmtree(folder)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
