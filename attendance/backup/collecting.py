"""What is taken of a site besides its records: the keys of students, and files of the data folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from shutil import copy2

from attendance.backup.rotation import KEYS_ENDING
from attendance.errors import BackupError
from attendance.files.private_folder import make_private
from attendance.sealing.key_copies import export_keys
from attendance.settings.settings import Settings
from attendance.store.open_store import open_student_keys

REGISTER, FILES = "register", "files"
"""The folders of an archive: the register's records; files of the data folder."""
KEYS_FILE = "student-keys.json"
OF_THE_SITE = ("calibration.json", "Attendance/audit_heads.csv")  # files that name nobody
OF_PEOPLE = "Images"  # pictures that wait for a decision: they go with the keys, and as soon


def collect_files(settings: Settings, names: Iterable[str], into: Path) -> None:
    """Copy some files of the data folder, if they are there, into the folder of an archive."""
    for name in names:
        _copy_if_there(settings.data / name, into / FILES / name)


def collect_keys_and_pictures(settings: Settings, register_id: str, now: datetime, into: Path) -> Path:
    """Copy the keys of students, and the pictures that wait for a decision, into a folder.

    Args:
        settings: the site's settings.
        register_id: of the register.
        now: aware UTC.
        into: a folder, which is returned.

    Raises:
        StoreUnavailableError: the keys can't be read.
        OSError: there is no space.
    """
    wrapped = open_student_keys(settings.keys_folder, settings.mongodb_uri, register_id, create=False)
    try:
        (into / KEYS_FILE).write_bytes(export_keys(wrapped, register_id, now))
    finally:
        wrapped.close()
    # Unlike rglob, walk passes over a folder that is deleted meanwhile, as of a photo that was just read.
    for folder, _folders, names in os.walk(settings.data / OF_PEOPLE):
        for path in (Path(folder, name) for name in names):
            if path.is_file() and not path.is_symlink():
                _copy_if_there(path, into / FILES / path.relative_to(settings.data))
    return into


def _copy_if_there(source: Path, target: Path) -> None:
    """Copy a file with its time, unless it was decided about and deleted meanwhile."""
    make_private(target.parent)
    with suppress(FileNotFoundError):
        copy2(source, target)


def require_outside(settings: Settings, path: Path) -> None:
    """Check that a file isn't lost with what it is of.

    Raises:
        BackupError: it is in the data folder or in that of the keys, or is called as files of keys are.
    """
    path = path.resolve()
    if path.suffix == KEYS_ENDING:
        raise BackupError(f"{path.name} is the name of a file of keys. Give the file another ending.")
    for name, folder in (("data", settings.data), ("keys", settings.keys_folder)):
        if path.is_relative_to(folder.resolve()):
            raise BackupError(
                f"{path} is in the folder of {name}, and would be lost with it. Name a file on another disk."
            )
