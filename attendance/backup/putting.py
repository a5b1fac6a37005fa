"""Puts a register that is ready where none is: with its keys and files, without the erased, and noted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from attendance.audit.chain.values import AuditKind
from attendance.audit.trail import AuditTrail
from attendance.backup.collecting import FILES
from attendance.backup.erasures import Erasures, repeat_erasures
from attendance.backup.heads import set_heads_aside
from attendance.backup.restored_keys import SiteKeyToUse, student_keys
from attendance.errors import BackupError
from attendance.files.private_folder import make_private
from attendance.sealing.opening import require_key
from attendance.sealing.site_keys import SiteKeys
from attendance.settings.settings import Settings
from attendance.store.open_store import open_store
from attendance.store.protocol import Store
from attendance.store.whole_register import register_put


@dataclass(frozen=True)
class ReadyRegister:
    """What is put.

    Attributes:
        register_id: of the register.
        copy: the folder with the copy of it, for the database that the settings choose.
        exported: gives the keys of students of then, as ``student_keys`` wants them.
        files: folders with files of the data folder in ``files``; pictures are in the last one.
        missing: the first printed entry of the audit trail that the register lacks; None: it has all.
        came_from: what the audit trail calls the file that the register came from.
        head: of the audit trail in it, as it is printed.
        made_at: when the file was made, in milliseconds since 1970.
        since: the subject that marks an export among the keys of students; None: it is a backup.
    """

    register_id: str
    copy: Path
    exported: Callable[[], bytes | None]
    files: tuple[Path, Path]
    missing: int | None
    came_from: str
    head: str
    made_at: int
    since: str | None = None


@dataclass(frozen=True)
class PutRegister:
    """A register that is in place.

    Attributes:
        erasures: who was erased again.
        keys_are_lost: whether faces and addresses can't be read any more.
    """

    erasures: Erasures
    keys_are_lost: bool


def put_register(settings: Settings, ready: ReadyRegister, site: SiteKeyToUse, now: datetime) -> PutRegister:
    """Put a register in its place; the register itself comes last and in one step.

    Raises:
        BackupError: it was never sealed.
        SiteKeyError: the site's key isn't its own.
        StoreUnavailableError: a register is there, or a program has one open.
        OSError: a file can't be written.
    """
    with (
        register_put(ready.copy, settings.data, settings.mongodb_uri) as where,
        student_keys(
            settings, ready.register_id, ready.exported, now, site=site.keys, since=ready.since
        ) as keys,
    ):
        site.write(settings)
        with closing(open_store(where, settings.mongodb_uri)) as store:
            _require_its_key(store, site.keys)
            erasures = repeat_erasures(store, keys, now)
            trail = AuditTrail(store)
            trail.note(AuditKind.RESTORED, ready.came_from, head=ready.head, made_at=ready.made_at)
            snapshots = {each.snapshot for each in store.reviews() if each.snapshot is not None}
        if ready.missing is not None:
            set_heads_aside(settings, now)
        of_the_site, pictures = (folder / FILES for folder in ready.files)
        put_files(of_the_site, settings.data)
        # Room photos may show who was erased.
        put_files(pictures, settings.data, snapshots if erasures else None)
    return PutRegister(erasures, keys.are_lost)


def put_files(source: Path, data: Path, wanted: Collection[str | None] | None = None) -> None:
    """Copy files with their times into the data folder, unless there are newer ones.

    Args:
        source: a folder like the data folder; may not exist.
        data: the data folder.
        wanted: the names of the files to copy; None: all.
    """
    for path in sorted(source.rglob("*")):
        target = data / path.relative_to(source)
        if path.is_file() and (wanted is None or path.name in wanted) and not target.exists():
            make_private(target.parent)
            shutil.copy2(path, target)


def _require_its_key(store: Store, site: SiteKeys) -> None:
    state = store.seal_state()
    if state is None:
        raise BackupError("The register in this file was never sealed. Use another file.")
    require_key(state, site)
