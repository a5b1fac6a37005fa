"""Finds the keys for an import: the site's key, and newer keys of its students."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime

from attendance.backup.restored_keys import SiteKeyToUse
from attendance.errors import BackupError, SiteKeyError
from attendance.sealing.key_copies import export_keys
from attendance.sealing.key_sources import find_keys, keys_of_secret
from attendance.sealing.recovery import key_of
from attendance.sealing.site_keys import SiteKey, SiteKeys
from attendance.settings.settings import Settings
from attendance.store.open_store import KEYS_NAME, open_student_keys


def site_keys_to_move(settings: Settings, made_with: bytes, recovery: str | None, name: str) -> SiteKeyToUse:
    """Find this site's key, and the key that seals the records of an export.

    The export's key may be in any place where a site with these settings keeps its key: in a file, if the
    site moves to a server on the same computer, or derived from the shared secret, if it comes from one.

    Args:
        settings: this site's settings.
        made_with: the id of the key that sealed the export.
        recovery: the recovery key of the exported site, if it was typed.
        name: the name of the export, for messages.

    Raises:
        SiteKeyError: the recovery key is not valid.
        BackupError: the export's key isn't on this machine, and wasn't typed.
    """
    own = _keys_or_none(settings)
    typed = None if recovery is None else SiteKeys([key_of(recovery)])
    places: tuple[Callable[[], SiteKeys | None], ...] = (
        lambda: typed,
        lambda: own,
        lambda: _keys_or_none(replace(settings, mongodb_uri=None)),
        lambda: keys_of_secret(settings),
    )
    known: dict[bytes, SiteKey] = {}
    for place in places:
        if (found := place()) is not None:
            known |= {key.id: key for key in found.all}
    needed = known.get(made_with)
    if needed is None:
        raise BackupError(
            f"{name} was made with the site's key {made_with.hex()}, which isn't here. Give the recovery key "
            "of that site with --recovery-key; the command keys recovery prints it there."
        )
    if own is None:
        return SiteKeyToUse(SiteKeys([needed]), is_missing=True)
    return SiteKeyToUse(SiteKeys([own.current, needed, *known.values()]), is_missing=False)


def _keys_or_none(settings: Settings) -> SiteKeys | None:
    try:
        return find_keys(settings, create=False)
    except SiteKeyError:
        return None


def newer_keys_here(settings: Settings, register_id: str, since: str, now: datetime) -> bytes | None:
    """The students' keys of the exported register, if it was embedded and is still on this machine.

    When a site moves to a server, these keys lack those of people who were erased after the export.

    Args:
        settings: the site's settings.
        register_id: the id of the register.
        since: the subject of the export's marker.
        now: aware UTC.

    Returns:
        The output of ``export_keys``; None if there are no keys, or only older ones.
    """
    if not (settings.keys_folder / KEYS_NAME.format(register_id=register_id)).exists():
        return None
    with closing(open_student_keys(settings.keys_folder, None, register_id, create=False)) as keys:
        return None if keys.wrapped(since) is None else export_keys(keys, register_id, now)
