"""Copies of the register as it was before a migration, kept beside it until a student's data has to go."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from attendance.errors import StoreUnavailableError
from attendance.files.whole_file import PRIVATE

_log = logging.getLogger(__name__)


def copy_before(source: sqlite3.Connection, path: Path, version: int) -> None:
    """Copy the register as a version of the schema wrote it, and log where the copy is.

    Args:
        source: a connection to the register on which nothing was changed yet.
        path: the register's file.
        version: its schema version.

    Raises:
        StoreUnavailableError: there is no space for the copy, or its folder isn't writable.
    """
    copy = path.with_name(f"{path.name}.version-{version}")
    draft = copy.with_name(f"{copy.name}.part")
    try:
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE))
        with closing(sqlite3.connect(draft)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file that is complete
        draft.replace(copy)
    except (sqlite3.Error, OSError) as error:
        draft.unlink(missing_ok=True)
        raise StoreUnavailableError(
            f"This version of the program changes the form of the register in {path}, and copies it before; "
            f"that failed: {error}. Nothing was changed. Free some space there, or give this user the right "
            "to write there, and start it again."
        ) from error
    _log.warning(
        "This version of the program changes the form of the register. As it was before, it is in %s. The "
        "copy is deleted when a student or a photo is erased, or consent is withdrawn; delete it yourself "
        "once all works.",
        copy,
    )


def delete_copies(path: Path) -> bool:
    """Delete all copies, because data in them may not be kept any longer; returns whether there were any.

    Args:
        path: the register's file.

    Raises:
        StoreUnavailableError: one can't be deleted.
    """
    try:
        copies = list(path.parent.glob(f"{path.name}.version-*"))
        for copy in copies:
            copy.unlink(missing_ok=True)
    except OSError as error:
        raise StoreUnavailableError(
            f"An old copy of the register in {path} can't be deleted, and contains the same data: {error}. "
            "Nothing was changed. Delete it, or give this user the right to write there, and try again."
        ) from error
    return bool(copies)
