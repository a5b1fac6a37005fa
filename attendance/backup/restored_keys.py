"""The keys that a restored register needs: the site's, and those of its students."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from attendance.errors import BackupError, SealBrokenError, SiteKeyError
from attendance.files.private_folder import make_private
from attendance.sealing.data_keys import ERASED, FACE, PERSON, DataKeys
from attendance.sealing.key_copies import import_keys
from attendance.sealing.key_sources import find_keys, write_keys
from attendance.sealing.recovery import key_of
from attendance.sealing.seal import RegisterSeal
from attendance.sealing.site_keys import SiteKey, SiteKeys
from attendance.settings.settings import Settings
from attendance.settings.signing_secret import shared_secret
from attendance.store.open_store import KEYS_NAME, open_student_keys
from attendance.store.protocols.sealing import SealStage

_DRAFTS = ".restoring"  # a folder beside the keys
_HALF = "restoring"  # a subject on a server while keys are added one by one


@dataclass(frozen=True)
class SiteKeyToUse:
    """The site's keys for a restore.

    Attributes:
        keys: the ones.
        is_missing: whether it has to be written, from the recovery key.
    """

    keys: SiteKeys
    is_missing: bool

    def write(self, settings: Settings) -> None:
        """Put the key where the settings say, if it is missing."""
        if self.is_missing:
            write_keys(settings, self.keys)


def site_key_to_use(settings: Settings, recovery: str | None) -> SiteKeyToUse:
    """The site's key that is there, or the one that a recovery key gives.

    Raises:
        SettingsError: servers that share the database must share a secret, and none is set.
        SiteKeyError: there is no key, or what was typed is no recovery key.
        BackupError: the site has another key than the one that was typed.
    """
    shared_secret(settings)  # where all others lack the key of this machine, nobody could open the register
    if recovery is None:
        try:
            return SiteKeyToUse(find_keys(settings, create=False), is_missing=False)
        except SiteKeyError as error:
            raise SiteKeyError(f"{error} To restore a backup, give that key with --recovery-key.") from error
    typed = key_of(recovery)
    try:
        site = find_keys(settings, create=False)
    except SiteKeyError:
        return SiteKeyToUse(SiteKeys([typed]), is_missing=True)
    return SiteKeyToUse(_with(site, typed), is_missing=False)


def _with(site: SiteKeys, typed: SiteKey) -> SiteKeys:
    if typed.id not in site:
        raise BackupError(
            f"The site's key here is {site.current.id.hex()}, and the recovery key is that of "
            f"{typed.id.hex()}. For a register with another key, set ATTENDANCE_KEYS to an empty folder."
        )
    return site


@dataclass(frozen=True)
class KeysOfStudents:
    """The keys of students for a restore.

    Attributes:
        subjects: whose keys there are.
        are_lost: whether keys are missing for another reason than erasures.
        seal: with these keys.
    """

    subjects: set[str]
    are_lost: bool
    seal: RegisterSeal

    def opens(self, value: object) -> bool:
        """Whether a stored value can be read: its key may be a later one, with which it wasn't sealed."""
        try:
            self.seal.open(value)
        except SealBrokenError:
            return False
        return True


@contextmanager
def student_keys(
    settings: Settings,
    register_id: str,
    backup: Callable[[], bytes | None],
    now: datetime,
    *,
    site: SiteKeys,
    since: str | None = None,
) -> Iterator[KeysOfStudents]:
    """The keys of students; those of a backup come into place when the block ends.

    Keys that are here are newer than those of any backup, because they know who was erased since; so a
    backup is only used where there are none. It also is where they lack the mark of an export: then the site
    has lived elsewhere since, and they are what it left here.

    Args:
        settings: the site's settings.
        register_id: whose keys.
        backup: what ``export_keys`` wrote; called only if it is needed. None: begin without any key.
        now: aware UTC.
        site: the site's keys.
        since: the subject that marks the export; None: it is a backup.

    Raises:
        SealBrokenError: the backup is of another register, or too old.
    """
    final, drafts = settings.keys_folder, settings.keys_folder / _DRAFTS
    path = final / KEYS_NAME.format(register_id=register_id)
    is_embedded = settings.mongodb_uri is None
    are_here = path.exists() if is_embedded else _are_complete(settings, register_id)
    if are_here and (since is None or since in _subjects(settings, final, register_id)):
        with _opened(settings, final, register_id, site, are_lost=False) as found:
            yield found
        return
    exported = backup()
    folder = drafts if is_embedded else final
    try:
        if is_embedded:
            shutil.rmtree(drafts, ignore_errors=True)
            make_private(drafts)
        with closing(open_student_keys(folder, settings.mongodb_uri, register_id, create=True)) as keys:
            if exported is not None:
                if not is_embedded:
                    keys.add(_HALF, b"")
                import_keys(keys, register_id, now, exported)
                if path.exists():
                    _forget_erased(DataKeys(site, keys), final, register_id)
                keys.forget(_HALF)
        with _opened(settings, folder, register_id, site, are_lost=exported is None) as found:
            yield found
        if is_embedded:
            (drafts / path.name).replace(path)
    finally:
        shutil.rmtree(drafts, ignore_errors=True)


@contextmanager
def _opened(
    settings: Settings, folder: Path, register_id: str, site: SiteKeys, *, are_lost: bool
) -> Iterator[KeysOfStudents]:
    with closing(open_student_keys(folder, settings.mongodb_uri, register_id, create=False)) as keys:
        seal = RegisterSeal(DataKeys(site, keys), SealStage.SEALED)
        yield KeysOfStudents(set(keys.all()), are_lost, seal)


def _forget_erased(keys: DataKeys, folder: Path, register_id: str) -> None:
    """Forget the keys of whom older keys in a file, which is still here, call erased."""
    with closing(open_student_keys(folder, None, register_id, create=False)) as older:
        erased = [subject for subject in older.all() if subject.startswith(ERASED)]
    for subject in erased:
        student_id = subject.removeprefix(ERASED)
        keys.to_seal(subject)
        keys.forget(FACE + student_id, PERSON + student_id)


def _subjects(settings: Settings, folder: Path, register_id: str) -> set[str]:
    with closing(open_student_keys(folder, settings.mongodb_uri, register_id, create=False)) as keys:
        return set(keys.all())


def _are_complete(settings: Settings, register_id: str) -> bool:
    """Whether a server has the keys, and no interrupted restore left only some of them."""
    there = _subjects(settings, settings.keys_folder, register_id)
    return bool(there) and _HALF not in there
