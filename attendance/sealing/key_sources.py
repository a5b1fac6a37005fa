"""Where the site's key comes from, and where a new one goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from attendance.errors import SiteKeyError
from attendance.files.file_lock import lock_file
from attendance.files.private_folder import make_private
from attendance.sealing.cipher import derived
from attendance.sealing.places.key_by_passphrase import KeyByPassphrase
from attendance.sealing.places.key_command import KeyCommand
from attendance.sealing.places.key_file import KeyFile
from attendance.sealing.places.key_in_keyring import KeyInKeyring
from attendance.sealing.places.keyring_backend import quiet_backend
from attendance.sealing.places.passphrases import passphrase
from attendance.sealing.places.place import KeyPlace
from attendance.sealing.places.place_note import (
    BY_PASSPHRASE,
    IN_KEYRING,
    read_note,
    write_note,
)
from attendance.sealing.site_keys import SiteKey, SiteKeys
from attendance.settings.setting_values import path_of
from attendance.settings.settings import Settings

FILE_NAME = "site-key"
COMMAND = "command:"
FILE = "file:"
_LOCK = ".site-key.lock"


def find_keys(settings: Settings, *, create: bool, may_use_keyring: bool = False) -> SiteKeys:
    """The site's keys.

    Args:
        settings: the site's settings.
        create: whether a missing key may be made, which is right for a register that was never sealed.
        may_use_keyring: whether a new key goes into the operating system's keyring where there is a real one
            and no setting names a place.

    Raises:
        SiteKeyError: they are missing, damaged or can't be read.
    """
    shared = keys_of_secret(settings) if is_derived(settings) else None
    if shared is not None:
        return shared
    found = key_place(settings).read()
    if found is None and create:
        with _alone(settings.keys_folder):
            found = key_place(settings).read() or _created(settings, may_use_keyring=may_use_keyring)
    if found is None:
        raise SiteKeyError(
            f"The register is sealed, and the site's key is missing. It belongs in "
            f"{key_place(settings).where}. If the server runs with ATTENDANCE_CONFIG, ATTENDANCE_KEYS or "
            "ATTENDANCE_SITE_KEY, set the same here. Otherwise put the key back from where it is kept, or "
            "make it again from the recovery key. Without it faces and addresses can't be read."
        )
    return found


def keys_of_secret(settings: Settings) -> SiteKeys | None:
    """The site's key as servers on MongoDB make it from the secret that they share; None: there is none."""
    if settings.secret is None:
        return None
    return SiteKeys([SiteKey(derived(settings.secret.encode(), "site key"))])


def is_derived(settings: Settings) -> bool:
    """Whether the site's key is made from the secret that servers on MongoDB share."""
    return settings.site_key is None and settings.mongodb_uri is not None and settings.secret is not None


def key_place(settings: Settings) -> KeyPlace:
    """Where the site's key is, or would be: as the setting says, else as the note in the folder does.

    Raises:
        SiteKeyError: the place is a file in the data folder, or the note is damaged.
    """
    source = settings.site_key
    if source is not None and source.startswith(COMMAND):
        return KeyCommand(source.removeprefix(COMMAND))
    if source is not None and source.startswith(FILE):
        return KeyFile(_outside(settings, _named(source.removeprefix(FILE))))
    return place_called(settings, source or read_note(settings.keys_folder).place)


def place_called(settings: Settings, name: str) -> KeyPlace:
    """One of the places in the folder for keys: ``keyring``, ``passphrase`` or ``file``.

    Raises:
        SiteKeyError: the folder is in the data folder.
    """
    folder = _outside(settings, settings.keys_folder)
    if name == IN_KEYRING:
        return KeyInKeyring(folder)
    if name == BY_PASSPHRASE:
        return KeyByPassphrase(folder, partial(passphrase, settings.passphrase_file))
    return KeyFile(folder / FILE_NAME)


def is_in_folder(settings: Settings) -> bool:
    """Whether the site's key, or the note of where it is, belongs in the folder for keys."""
    source = settings.site_key
    return not is_derived(settings) and (source is None or not source.startswith((COMMAND, FILE)))


def where_the_key_is(settings: Settings) -> str:
    """A sentence for the person at the terminal."""
    if is_derived(settings):
        return "The site's key is made from ATTENDANCE_SECRET."
    return key_place(settings).sentence


def asks_a_person(settings: Settings) -> bool:
    """Whether somebody at the terminal has to type the passphrase."""
    return settings.passphrase_file is None and isinstance(key_place(settings), KeyByPassphrase)


def write_keys(settings: Settings, keys: SiteKeys) -> None:
    """Replace the site's keys where they are.

    Raises:
        SiteKeyError: they come from a command or the shared secret, or can't be written.
    """
    if is_derived(settings):
        raise SiteKeyError(
            "The site's key is made from ATTENDANCE_SECRET. To change it, name another place first: set "
            "ATTENDANCE_SITE_KEY to file: with a path that all servers have."
        )
    key_place(settings).write(keys)


def _created(settings: Settings, *, may_use_keyring: bool) -> SiteKeys:
    keys = SiteKeys([SiteKey.new()])
    if settings.site_key is None and may_use_keyring and _is_in_keyring(settings, keys):
        return keys
    place = key_place(settings)
    place.write(keys)
    if settings.site_key in (IN_KEYRING, BY_PASSPHRASE):
        note = read_note(settings.keys_folder)
        write_note(settings.keys_folder, replace(note, place=settings.site_key))
    return keys


def _is_in_keyring(settings: Settings, keys: SiteKeys) -> bool:
    """Put new keys into a real keyring, if there is one that opens without a dialog; whether that worked."""
    backend = quiet_backend()
    if backend is None:
        return False
    place = KeyInKeyring(_outside(settings, settings.keys_folder), backend)
    try:
        place.write(keys)
        found = place.read()
    except SiteKeyError:
        return False
    if found is None or found.current != keys.current:
        return False
    note = read_note(settings.keys_folder)
    write_note(settings.keys_folder, replace(note, place=IN_KEYRING))
    return True


def _outside(settings: Settings, path: Path) -> Path:
    if path.absolute().is_relative_to(settings.data.absolute()):
        raise SiteKeyError(
            f"The site's key must not lie in the data folder, as {path} does: a thief of the folder would "
            "have both. Set ATTENDANCE_SITE_KEY or ATTENDANCE_KEYS to another place."
        )
    return path


def _named(path: str) -> Path:
    try:
        return path_of(path)
    except ValueError as error:
        raise SiteKeyError(f"ATTENDANCE_SITE_KEY '{FILE}{path}' {error}.") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes from making a key in the same moment."""
    with ExitStack() as stack:
        try:
            make_private(folder)
            stack.enter_context(lock_file(folder / _LOCK))
        except OSError as error:
            raise SiteKeyError(
                f"The folder for keys {folder} can't be written ({error.strerror}). Make it writable for "
                "this user, or set ATTENDANCE_KEYS to another folder."
            ) from error
        yield
