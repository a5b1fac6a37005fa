"""Restores a register from a backup: beside no server, over no other register, and without the erased."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from attendance.backup.archive import Manifest, read_archive
from attendance.backup.collecting import KEYS_FILE, REGISTER
from attendance.backup.erasures import Erasures
from attendance.backup.heads import first_missing, heads_of
from attendance.backup.making import read_back
from attendance.backup.putting import ReadyRegister, put_register
from attendance.backup.restored_keys import site_key_to_use
from attendance.backup.rotation import keys_beside
from attendance.backup.sealed_stream import BACKUP, key_id_in
from attendance.backup.workspace import new_folder, workspace
from attendance.clock import from_milliseconds
from attendance.errors import BackupError
from attendance.sealing.key_copies import LONGEST_KEPT
from attendance.sealing.site_keys import SiteKeys
from attendance.settings.settings import Settings
from attendance.store.whole_register import MONGODB, kind_of, refuse_existing

_LOST = (
    "Without them nobody can read faces, addresses and codes. Names, courses and marks can be restored with "
    "--without-keys, and faces are enrolled again."
)


@dataclass(frozen=True)
class Restored:
    """A register that is back.

    Attributes:
        made_at: when the backup was made, aware UTC.
        counts: the number of records of each kind in the backup.
        head: the head of the audit trail in the backup, as it is printed.
        erasures: who was erased again.
        keys_are_lost: whether faces and addresses can't be read any more.
        missing: the first entry of the audit trail that was printed and isn't in the backup; None if none is.
    """

    made_at: datetime
    counts: Mapping[str, int]
    head: str
    erasures: Erasures
    keys_are_lost: bool
    missing: int | None


def restore_backup(
    settings: Settings,
    path: Path,
    now: datetime,
    *,
    recovery: str | None = None,
    without_keys: bool = False,
) -> Restored:
    """Put the register of a backup where none is.

    The register itself comes last and in one step: whatever interrupts this leaves none, and it can be tried
    again.

    Args:
        settings: the site's settings.
        path: the backup.
        now: aware UTC.
        recovery: the recovery key, if the site's key is lost; its file is written again.
        without_keys: whether to do without the students' keys, where no backup of them is left either.

    Raises:
        BackupError: it is no backup, is damaged, of another database, or lacks its keys.
        SettingsError: the servers lack a shared secret, or the site's key is missing or wrong.
        StoreUnavailableError: a register is there, or in use.
        OSError: it can't be read, or there is no space.
    """
    refuse_existing(settings.data, settings.mongodb_uri)
    with path.open("rb") as file:
        key_id_in(file, path.name, BACKUP)  # what is no backup is refused before its key is looked for
    site = site_key_to_use(settings, recovery)
    with workspace(settings.data) as folder:
        opened = read_back(path, site.keys, new_folder(folder, "content"))
        manifest, content = opened.manifest, opened.folder
        _require_same_database(path, manifest, settings)
        missing = first_missing(content, manifest.kind, heads_of(settings))
        pictures = new_folder(folder, "pictures")

        problem = _open_beside(path, site.keys, pictures, now)

        def exported() -> bytes | None:
            if without_keys:
                return None
            if problem is not None:
                raise BackupError(f"{problem} {_LOST}")
            return (pictures / KEYS_FILE).read_bytes()

        ready = ReadyRegister(
            register_id=manifest.register_id,
            copy=content / REGISTER,
            exported=exported,
            files=(content, pictures),
            missing=missing,
            came_from="backup",
            head=opened.check.head,
            made_at=manifest.made_at,
        )
        put = put_register(settings, ready, site, now)
    made_at = from_milliseconds(manifest.made_at)
    return Restored(made_at, manifest.counts, opened.check.head, put.erasures, put.keys_are_lost, missing)


def _require_same_database(path: Path, manifest: Manifest, settings: Settings) -> None:
    if manifest.kind != kind_of(settings.mongodb_uri):
        remedy = "Set MONGODB_URI" if manifest.kind == MONGODB else "Restore it without MONGODB_URI"
        raise BackupError(f"{path.name} is of a register in {manifest.kind}. {remedy}. Nothing was changed.")


def _open_beside(path: Path, site: SiteKeys, into: Path, now: datetime) -> str | None:
    """Open the keys beside a backup, and the pictures that waited; returns why there are none, if so."""
    beside = keys_beside(path)
    if not beside.exists():
        return f"The keys of students are neither here nor in {beside}."
    made_at = from_milliseconds(read_archive(beside, site, into).made_at)
    if now - made_at > LONGEST_KEPT:
        shutil.rmtree(into)
        return f"The keys in {beside} are older than {LONGEST_KEPT.days} days."
    return None
