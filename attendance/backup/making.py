"""Makes a backup of the whole register while it is in use, and reads it back before calling it one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from attendance.audit.chain.values import AuditKind
from attendance.audit.trail import AuditTrail
from attendance.audit.verifying import LOWEST, ChainCheck, verify_chain
from attendance.backup.archive import Manifest, read_archive, write_archive
from attendance.backup.collecting import (
    OF_THE_SITE,
    REGISTER,
    collect_files,
    collect_keys_and_pictures,
    require_outside,
)
from attendance.backup.rotation import KEYS_ENDING, keys_beside, rotate_backups
from attendance.backup.workspace import new_folder, workspace
from attendance.clock import to_milliseconds
from attendance.errors import BackupError
from attendance.files.private_folder import make_private
from attendance.files.whole_file import naming
from attendance.sealing.key_sources import find_keys
from attendance.sealing.site_keys import SiteKeys
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.store.whole_register import audit_rows_of, check_copy, copy_register, kind_of


@dataclass(frozen=True)
class BackupMade:
    """A backup that was read back.

    Attributes:
        path: the register, sealed.
        keys_path: the keys of students and the pictures that wait, sealed.
        counts: the number of records of each kind.
        head: the head of the audit trail as it is printed.
        deleted: older backups that rotation deleted.
    """

    path: Path
    keys_path: Path
    counts: Mapping[str, int]
    head: str
    deleted: tuple[Path, ...]


def make_backup(
    settings: Settings, store: Store, now: datetime, path: Path, keep: int | None = None
) -> BackupMade:
    """Make a backup and the file of keys beside it; what was there before is replaced once both are good.

    Args:
        settings: the site's settings.
        store: the open register.
        now: aware UTC.
        path: the backup, outside the data folder.
        keep: how many backups of this name's ending to keep in its folder; None: all.

    Raises:
        BackupError: the path is in the data folder, or what was written can't be read back.
        StoreUnavailableError: the register can't be read, or there is no space.
        OSError: the backup can't be written.
    """
    require_outside(settings, path)
    state = store.seal_state()
    if state is None:
        raise BackupError("The register isn't sealed, so nothing is there to back up yet.")
    site = find_keys(settings, create=False)
    AuditTrail(store).note(AuditKind.EXPORT, "backup")
    make_private(path.parent)
    about = Manifest(state.register_id, to_milliseconds(now), kind_of(settings.mongodb_uri))
    keys_path = keys_beside(path)
    with workspace(settings.data) as folder:
        content = new_folder(folder, "content")
        counts = copy_register(settings.data, settings.mongodb_uri, new_folder(content, REGISTER))
        # After the records, so that no record lacks its key but those of people erased meanwhile.
        keys = collect_keys_and_pictures(settings, state.register_id, now, new_folder(folder, "keys"))
        collect_files(settings, OF_THE_SITE, content)
        draft, keys_draft = path.with_name(f".{path.name}.new"), path.with_name(f".{keys_path.name}.new")
        try:
            manifest = Manifest(about.register_id, about.made_at, about.kind, counts)
            with naming(path):
                write_archive(draft, content, manifest, site.current)
                write_archive(keys_draft, keys, about, site.current)
            opened = read_back(draft, site, new_folder(folder, "read"))
            read_archive(keys_draft, site, new_folder(folder, "keys-read"))
            keys_draft.replace(keys_path)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
            keys_draft.unlink(missing_ok=True)
    return BackupMade(path, keys_path, counts, opened.check.head, rotate_backups(path, keep, now))


@dataclass(frozen=True)
class OpenedBackup:
    """A backup all of which was read.

    Attributes:
        manifest: what it says about itself.
        folder: where its content is.
        check: the result of verifying its audit trail.
    """

    manifest: Manifest
    folder: Path
    check: ChainCheck


def read_back(path: Path, site: SiteKeys, into: Path) -> OpenedBackup:
    """Open a backup and read all of it: every page, every record's number, the whole audit trail.

    Args:
        path: the backup.
        site: the site's keys.
        into: an empty folder, which keeps the content.

    Raises:
        BackupError: it isn't what was written.
        SchemaError: the register in it is damaged.
    """
    manifest = read_archive(path, site, into)
    if not (into / REGISTER).is_dir():
        raise BackupError(
            f"{path.name} has the keys of students and no register. Name the file beside it, without "
            f"{KEYS_ENDING}."
        )
    found = check_copy(into / REGISTER, manifest.kind)
    if found != manifest.counts:
        differ = sorted(
            name for name in {*found, *manifest.counts} if found.get(name) != manifest.counts.get(name)
        )
        raise BackupError(f"The backup {path.name} lacks records of {', '.join(differ)}: use another one.")
    check = chain_of(into, manifest.kind, {})
    require_whole_chain(path, check, also=", and keep the older backups")
    return OpenedBackup(manifest, into, check)


def require_whole_chain(path: Path, check: ChainCheck, *, also: str = "") -> None:
    """Check that the audit trail in a file is whole.

    Args:
        path: the file.
        check: the result of verifying it.
        also: what else to do if it isn't, after what the sentence says.

    Raises:
        BackupError: it isn't.
    """
    if check.bad is not None:
        raise BackupError(
            f"The audit trail in {path.name} is broken at entry {check.bad.number}. Run verify-audit on the "
            f"register that it was made of{also}."
        )


def chain_of(content: Path, kind: str, heads: Mapping[int, str]) -> ChainCheck:
    """Verify the audit trail of an opened backup, and printed heads."""
    rows = list(audit_rows_of(content / REGISTER, kind))
    return verify_chain(lambda after, _most: rows if after == LOWEST else [], heads)
