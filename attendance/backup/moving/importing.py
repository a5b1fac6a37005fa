"""Imports an exported site into an empty database of either kind."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from attendance.backup.collecting import KEYS_FILE
from attendance.backup.erasures import Erasures
from attendance.backup.heads import heads_of
from attendance.backup.making import OpenedBackup
from attendance.backup.moving.exporting import PEOPLE, RECORDS, chain_in, mark_of, read_export
from attendance.backup.moving.moved_keys import newer_keys_here, site_keys_to_move
from attendance.backup.moving.moved_secrets import MovedSecrets
from attendance.backup.moving.resealing import Resealing, rewrapped
from attendance.backup.putting import ReadyRegister, put_register
from attendance.backup.sealed_stream import EXPORT, key_id_in
from attendance.backup.workspace import new_folder, workspace
from attendance.clock import from_milliseconds
from attendance.errors import BackupError
from attendance.files.trial_folders import trial_folder
from attendance.sealing.key_copies import LONGEST_KEPT, keys_in
from attendance.sealing.site_keys import SiteKeys
from attendance.settings.settings import Settings
from attendance.settings.signing_secret import shared_secret
from attendance.store.portable.kinds import USERS, PortableKind
from attendance.store.record_files import build_copy, read_records
from attendance.store.records import Record
from attendance.store.whole_register import kind_of, refuse_existing


@dataclass(frozen=True)
class SiteImported:
    """The result of an import, or of a dry run.

    Attributes:
        made_at: when it was exported, aware UTC.
        was_in: the database that it came from.
        counts: the number of records of each kind in the export.
        head: the printed form of the audit trail's head in the export.
        missing: the first printed entry of the audit trail that the export lacks; None if it has all.
        erasures: the erasures that were repeated; None after a dry run.
        is_sealed_anew: whether everything is now sealed with another site key.
        former_receipts: the public key of earlier receipts, if new ones are signed with another key.
    """

    made_at: datetime
    was_in: str
    counts: Mapping[str, int]
    head: str
    missing: int | None
    erasures: Erasures | None = None
    is_sealed_anew: bool = False
    former_receipts: bytes | None = None


def import_site(
    settings: Settings, path: Path, now: datetime, *, recovery: str | None = None, only_try: bool = False
) -> SiteImported:
    """Import a site where there is no register.

    The register is put in place last. An interrupted import therefore leaves nothing that a program would
    open, and can be repeated.

    Args:
        settings: the site's settings, with the database to fill.
        path: the export.
        now: aware UTC.
        recovery: the recovery key of the exported site, if its key isn't on this machine.
        only_try: check everything without putting anything in place.

    Raises:
        BackupError: the export is damaged, from another version, too old, or sealed with an unknown key.
        SettingsError: the recovery key is not valid, or the servers lack a shared secret.
        StoreUnavailableError: a register exists or is open in a program, or the disk is full.
        SchemaError: the export contains invalid records.
        OSError: a file can't be read or written.
    """
    shared_secret(settings)  # raises if several servers would lack one
    refuse_existing(settings.data, settings.mongodb_uri)
    with path.open("rb") as file:
        made_with = key_id_in(file, path.name, EXPORT)
    site = site_keys_to_move(settings, made_with, recovery, path.name)
    with trial_folder() if only_try else workspace(settings.data) as folder:
        opened = read_export(path, site.keys, new_folder(folder, "content"))
        done, copy = _found(settings, opened), new_folder(folder, "copy")
        secrets = MovedSecrets.read(opened.folder)
        other_key = made_with != site.keys.current.id
        resealing = Resealing(site.keys, keys_in(_keys_file(opened).read_bytes())) if other_key else None
        _build(settings, opened.folder / RECORDS, copy, resealing, None if only_try else secrets)
        if only_try:
            return done
        shutil.rmtree(opened.folder / RECORDS)
        former = secrets.bring_receipts(settings)
        ready = _ready(opened, done, copy, _exported(settings, opened, site.keys, path.name, now))
        put = put_register(settings, ready, site, now)
    return replace(done, erasures=put.erasures, is_sealed_anew=other_key, former_receipts=former)


def _found(settings: Settings, opened: OpenedBackup) -> SiteImported:
    """The result as far as it is known before anything is put in place."""
    manifest, bad = opened.manifest, chain_in(opened.folder, heads_of(settings)).bad
    return SiteImported(
        made_at=from_milliseconds(manifest.made_at),
        was_in=manifest.kind,
        counts=manifest.counts,
        head=opened.check.head,
        missing=None if bad is None else bad.number,
    )


def _build(
    settings: Settings,
    records: Path,
    copy: Path,
    resealing: Resealing | None,
    secrets: MovedSecrets | None,
) -> None:
    """Build a register from the records, for the configured database and sealed with this site's key."""

    def read(kind: PortableKind) -> Iterable[Record]:
        found: Iterable[Record] = read_records(records, kind)
        if kind == USERS and secrets is not None:
            return secrets.sealed_for(settings, found)
        return found if resealing is None else resealing.of(kind, found)

    build_copy(read, kind_of(settings.mongodb_uri), copy)


def _keys_file(opened: OpenedBackup) -> Path:
    return opened.folder / PEOPLE / KEYS_FILE


def _exported(
    settings: Settings, opened: OpenedBackup, site: SiteKeys, name: str, now: datetime
) -> Callable[[], bytes]:
    """Returns a function for the students' keys: newer ones on this machine, or those of the export."""
    manifest = opened.manifest
    made_at = from_milliseconds(manifest.made_at)

    def exported() -> bytes:
        if settings.mongodb_uri is not None:
            newer = newer_keys_here(settings, manifest.register_id, mark_of(manifest), now)
            if newer is not None:
                return rewrapped(site, newer, manifest.register_id, now)
        if now - made_at > LONGEST_KEPT:
            raise BackupError(
                f"{name} is from {made_at:%Y-%m-%d}, more than {LONGEST_KEPT.days} days ago. It has keys of "
                "people who were erased since, and should have been deleted. Export the site again."
            )
        return rewrapped(site, _keys_file(opened).read_bytes(), manifest.register_id, made_at)

    return exported


def _ready(
    opened: OpenedBackup, done: SiteImported, copy: Path, exported: Callable[[], bytes]
) -> ReadyRegister:
    return ReadyRegister(
        register_id=opened.manifest.register_id,
        copy=copy,
        exported=exported,
        files=(opened.folder, opened.folder / PEOPLE),
        missing=done.missing,
        came_from="export",
        head=done.head,
        made_at=opened.manifest.made_at,
        since=mark_of(opened.manifest),
    )
