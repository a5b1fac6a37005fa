"""Exports a whole site into one file, for either database, and verifies it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from attendance.audit.chain.encoding import SIGNED_FIELDS
from attendance.audit.chain.values import AuditKind
from attendance.audit.trail import AuditTrail
from attendance.audit.verifying import ChainCheck, verify_chain
from attendance.backup.archive import Manifest, read_archive, write_archive
from attendance.backup.collecting import (
    OF_THE_SITE,
    collect_files,
    collect_keys_and_pictures,
    require_outside,
)
from attendance.backup.making import OpenedBackup, require_whole_chain
from attendance.backup.moving.moved_secrets import MovedSecrets
from attendance.backup.sealed_stream import EXPORT
from attendance.backup.workspace import new_folder, workspace
from attendance.clock import to_milliseconds
from attendance.errors import BackupError
from attendance.files.private_folder import make_private
from attendance.files.whole_file import naming
from attendance.recognition.classifier import FILE_NAME as CLASSIFIER
from attendance.sealing.data_keys import EXPORTED, DataKeys
from attendance.sealing.key_sources import find_keys
from attendance.sealing.site_keys import SiteKeys
from attendance.settings.settings import Settings
from attendance.store.open_store import open_student_keys
from attendance.store.portable.kinds import CHAIN
from attendance.store.protocol import Store
from attendance.store.protocols.audit import AuditRow
from attendance.store.record_files import count_records, read_records, write_records
from attendance.store.whole_register import SCHEMA, copy_register, kind_of

RECORDS, PEOPLE = "records", "people"
"""The folders of an export: all records; keys and pictures, as in the second file of a backup."""


@dataclass(frozen=True)
class SiteExported:
    """A verified export.

    Attributes:
        path: the file.
        counts: the number of records of each kind.
        head: the printed form of the audit trail's head.
    """

    path: Path
    counts: Mapping[str, int]
    head: str


def export_site(settings: Settings, store: Store, now: datetime, path: Path) -> SiteExported:
    """Export a site into one sealed file; an existing file is replaced only by a verified export.

    Args:
        settings: the site's settings.
        store: the open register.
        now: aware UTC.
        path: the new file, outside the data folder.

    Raises:
        BackupError: the path is in the data folder, or the written file can't be read.
        StoreUnavailableError: the register can't be read, is being written, or the disk is full.
        OSError: the file can't be written.
    """
    require_outside(settings, path)
    state = store.seal_state()
    if state is None:
        raise BackupError("The register isn't sealed, so there is nothing to export yet.")
    site, kind = find_keys(settings, create=False), kind_of(settings.mongodb_uri)
    AuditTrail(store).note(AuditKind.EXPORT, "site")
    store.feed_number()  # numbers all pending changes
    make_private(path.parent)
    with workspace(settings.data) as folder:
        content, copy = new_folder(folder, "content"), new_folder(folder, "copy")
        copy_register(settings.data, settings.mongodb_uri, copy)
        write_records(copy, kind, new_folder(content, RECORDS))
        shutil.rmtree(copy)
        about = Manifest(state.register_id, to_milliseconds(now), kind, schema=SCHEMA)
        _mark(settings, site, about)
        # Keys come after the records, so that only records of people erased meanwhile lack theirs.
        collect_keys_and_pictures(settings, state.register_id, now, new_folder(content, PEOPLE))
        collect_files(settings, (*OF_THE_SITE, CLASSIFIER), content)
        MovedSecrets.of(settings).write(content)
        counts = count_records(content / RECORDS)
        manifest = replace(about, counts=counts)
        draft = path.with_name(f".{path.name}.new")
        try:
            with naming(path):
                write_archive(draft, content, manifest, site.current, EXPORT)
            shutil.rmtree(content)
            opened = read_export(draft, site, new_folder(folder, "read"))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return SiteExported(path, counts, opened.check.head)


def mark_of(manifest: Manifest) -> str:
    """The subject of an export's marker among the students' keys."""
    return f"{EXPORTED}{manifest.made_at}"


def _mark(settings: Settings, site: SiteKeys, about: Manifest) -> None:
    """Mark the students' keys on this machine, so that an import can recognise newer ones."""
    folder, uri = settings.keys_folder, settings.mongodb_uri
    with closing(open_student_keys(folder, uri, about.register_id, create=False)) as keys:
        DataKeys(site, keys).to_seal(mark_of(about))


def read_export(path: Path, site: SiteKeys, into: Path) -> OpenedBackup:
    """Open an export and verify it: every record, and the whole audit trail.

    Args:
        path: the file.
        site: the site's keys.
        into: an empty folder for the content.

    Raises:
        BackupError: the file is damaged, or from another version of this program.
        SchemaError: a record is damaged.
    """
    manifest = read_archive(path, site, into, EXPORT)
    if manifest.schema != SCHEMA:
        age = "a newer" if manifest.schema > SCHEMA else "an older"
        raise BackupError(
            f"{path.name} has records of schema version {manifest.schema}, and this program reads version "
            f"{SCHEMA}: {age} version of it made the export. Import it with the version that made it, or "
            "update the site and export it again."
        )
    if count_records(into / RECORDS) != manifest.counts:
        raise BackupError(f"The export {path.name} lacks records: use another one.")
    check = chain_in(into, {})
    require_whole_chain(path, check)
    return OpenedBackup(manifest, into, check)


def chain_in(content: Path, heads: Mapping[int, str]) -> ChainCheck:
    """Verify the audit trail of an opened export against printed heads."""
    check, rows = ChainCheck(), _rows(content / RECORDS)

    def read(_after: int, most: int) -> list[AuditRow]:
        check.marks.clear()  # not needed here, and large
        return list(islice(rows, most))

    return verify_chain(read, heads, check)


def _rows(records: Path) -> Iterator[AuditRow]:
    for record in read_records(records, CHAIN):
        fields = (record[name] for name in (*SIGNED_FIELDS, "digest"))
        yield tuple(str(field).encode("utf-8", "surrogatepass") for field in fields)
