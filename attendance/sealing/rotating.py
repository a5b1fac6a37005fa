"""Changes and restores the site's key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from attendance.errors import SiteKeyError
from attendance.sealing.key_sources import find_keys, key_place, write_keys
from attendance.sealing.opening import open_sealed_store, require_key
from attendance.sealing.places.key_by_passphrase import KeyByPassphrase
from attendance.sealing.places.key_file import KeyFile
from attendance.sealing.places.place import KeyPlace
from attendance.sealing.recovery import key_of
from attendance.sealing.site_keys import SiteKey, SiteKeys
from attendance.settings.settings import Settings
from attendance.store.open_store import open_store
from attendance.store.whole_register import require_alone


@dataclass(frozen=True)
class Rotated:
    """The result of changing the site's key.

    Attributes:
        before: the id of the former key.
        now: the id of the new one.
        went_on: whether an interrupted change was completed instead of beginning one.
    """

    before: str
    now: str
    went_on: bool


@dataclass(frozen=True)
class KeyPutBack:
    """The result of restoring the site's key.

    Attributes:
        key: the key.
        aside: where a file is now that was in its place and couldn't be used; None: there was none.
    """

    key: SiteKey
    aside: Path | None


def rotate(settings: Settings) -> Rotated:
    """Seal the whole register with a new key, and turn its templates anew; no server may run meanwhile.

    A server of this computer is noticed, because it would go on sealing with the former key. With MongoDB,
    whoever types the command has to see to it.

    The new key is written in front of the former one before anything is sealed with it, and the former one is
    deleted after everything is. So an interruption loses nothing, and the next call goes on.

    Raises:
        SiteKeyError: the key is missing, wrong, or comes from a command, which has to change it.
        StoreUnavailableError: a program has the register open, or it or the keys can't be reached or written.
    """
    require_alone(settings.data, settings.mongodb_uri)
    keys = find_keys(settings, create=False)
    went_on = len(keys.all) > 1
    if not went_on:
        open_sealed_store(settings).close()  # complete and readable with the key that is there
        keys = SiteKeys([SiteKey.new(), keys.current])
        write_keys(settings, keys)
    open_sealed_store(settings).close()
    write_keys(settings, SiteKeys([keys.current]))
    return Rotated(keys.all[1].id.hex(), keys.current.id.hex(), went_on)


def restore(settings: Settings, typed: str) -> KeyPutBack:
    """Put a lost key back in its place, if it is the register's.

    A damaged key, or one whose passphrase is lost, is as good as none; its file is kept beside the new one,
    because it may also hold the former key of an interrupted change.

    Args:
        settings: the site's settings.
        typed: the recovery key.

    Raises:
        SiteKeyError: it is no recovery key, not that of this register, or there is a key already.
        StoreUnavailableError: the register can't be reached.
    """
    key, place = key_of(typed), key_place(settings)
    store = open_store(settings.data, settings.mongodb_uri)
    try:
        state = store.seal_state()
    finally:
        store.close()
    if state is not None:
        require_key(state, SiteKeys([key]))
    return KeyPutBack(key, _put_back(place, SiteKeys([key])))


def _put_back(place: KeyPlace, keys: SiteKeys) -> Path | None:
    """Write a key where none can be used; returns where what was there is now."""
    try:
        is_there = place.read() is not None
    except SiteKeyError:
        if not isinstance(place, KeyFile | KeyByPassphrase) or not place.path.is_file():
            raise
        return _replaced(place, keys)
    if is_there:
        raise SiteKeyError(
            f"There is a key already. {place.sentence} Move it away first if it is the wrong one."
        )
    place.write(keys)
    return None


def _replaced(place: KeyFile | KeyByPassphrase, keys: SiteKeys) -> Path:
    """Set the file of an unusable key aside and write another; if that fails, it is where it was."""
    aside = place.path.with_name(f"{place.path.name}.unusable")
    place.path.replace(aside)
    try:
        place.write(keys)
    except BaseException:  # also Ctrl-C, where a new passphrase is asked for
        aside.replace(place.path)
        raise
    return aside
