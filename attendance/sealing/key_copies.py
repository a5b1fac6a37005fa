"""Copies of the keys: for a dry run, and for backups, which are kept for 30 days at most.

A backup of the register is readable as long as a backup of its keys is there. So that somebody who was erased
can't be read any more, keys are copied into a file of their own, which whoever rotates backups deletes after
``LONGEST_KEPT``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfile

from attendance.clock import from_milliseconds, to_milliseconds
from attendance.errors import SealBrokenError
from attendance.files.private_folder import make_private
from attendance.sealing.key_sources import FILE_NAME
from attendance.sealing.places import key_by_passphrase, place_note
from attendance.store.open_store import KEYS_NAME
from attendance.store.protocols.sealing import StudentKeys
from attendance.store.sqlite.sealing.student_keys import copy_keys_file

LONGEST_KEPT = timedelta(days=30)
"""After this time a backup of the keys must be deleted; ``import_keys`` refuses an older one."""
FORM = 1
_DAMAGED = "The backup of the keys is damaged. Use another one."


def copy_keys(folder: Path, into: Path) -> None:
    """Copy the site's key, unless it is in a keyring, and the keys of students for a dry run.

    Args:
        folder: where they are; it may not exist.
        into: a folder that doesn't exist.
    """
    make_private(into)
    for name in (FILE_NAME, key_by_passphrase.FILE_NAME, place_note.FILE_NAME):
        site = folder / name
        if site.exists():
            copyfile(site, into / name)
            (into / name).chmod(0o600)
    for path in folder.glob(KEYS_NAME.format(register_id="*")):
        copy_keys_file(path, into / path.name)


def export_keys(keys: StudentKeys, register_id: str, now: datetime) -> bytes:
    """The wrapped keys of students for a backup: useless without the site's key.

    Args:
        keys: the keys.
        register_id: the register that they belong to.
        now: aware UTC; the backup is refused once it is older than ``LONGEST_KEPT``.
    """
    wrapped = {subject: base64.b64encode(each).decode() for subject, each in keys.all().items()}
    about = {"form": FORM, "register_id": register_id, "made_at": to_milliseconds(now)}
    return json.dumps({**about, "keys": wrapped}, separators=(",", ":")).encode()


def import_keys(keys: StudentKeys, register_id: str, now: datetime, backup: bytes) -> int:
    """Add the keys of a backup that are missing; who was erased since must be erased again afterwards.

    Args:
        keys: the keys.
        register_id: the register that they belong to.
        now: aware UTC.
        backup: from ``export_keys``.

    Returns:
        How many were added.

    Raises:
        SealBrokenError: the backup is damaged, of another register, or too old.
    """
    try:
        document = json.loads(backup)
        made_at = from_milliseconds(document["made_at"])
        belongs = document["form"] == FORM and document["register_id"] == register_id
    except (ValueError, KeyError, TypeError) as error:
        raise SealBrokenError(_DAMAGED) from error
    found = keys_in(backup)
    if not belongs:
        raise SealBrokenError(
            f"The backup of the keys belongs to the register {document['register_id']}, and this one is "
            f"{register_id}. Use the backup that was made with this register."
        )
    if now - made_at > LONGEST_KEPT:
        raise SealBrokenError(
            f"The backup of the keys is from {made_at:%Y-%m-%d}, more than {LONGEST_KEPT.days} days ago. It "
            "has keys of people who were erased since, and should have been deleted."
        )
    return sum(_added(keys, subject, wrapped) for subject, wrapped in _missing(keys, found).items())


def keys_in(backup: bytes) -> dict[str, bytes]:
    """The wrapped keys in what ``export_keys`` wrote, by subject.

    Raises:
        SealBrokenError: it is damaged.
    """
    try:
        found = json.loads(backup)["keys"].items()
        return {str(name): base64.b64decode(each, validate=True) for name, each in found}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SealBrokenError(_DAMAGED) from error


def _missing(keys: StudentKeys, found: Mapping[str, bytes]) -> Mapping[str, bytes]:
    there = keys.all()
    return {subject: wrapped for subject, wrapped in found.items() if subject not in there}


def _added(keys: StudentKeys, subject: str, wrapped: bytes) -> bool:
    return keys.add(subject, wrapped) == wrapped
