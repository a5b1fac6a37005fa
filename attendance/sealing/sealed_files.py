"""Seals files with faces in the data folder, each with a key that goes when the file does."""

from __future__ import annotations

from attendance.files.file_seal import FileSeal, PlainFiles
from attendance.sealing.cipher import key_id_of, place_of
from attendance.sealing.data_keys import DataKeys, KeyGoneError
from attendance.store.protocol import Store

BEGINNING = b"face-attendance sealed file 1\n"


class SealedFiles:
    """See ``FileSeal``.

    Args:
        keys: the keys of the register.
    """

    def __init__(self, keys: DataKeys) -> None:
        self._keys = keys

    def seal(self, subject: str, name: str, plain: bytes) -> bytes:
        """See ``FileSeal``."""
        cipher, key_id = self._keys.to_seal(subject), self._keys.site.current.id
        return BEGINNING + cipher.seal(plain, place_of("files", subject, name), key_id)

    def open(self, subject: str, name: str, stored: bytes) -> bytes:
        """See ``FileSeal``."""
        if not self.is_sealed(stored):
            return stored
        sealed = stored[len(BEGINNING) :]
        try:
            cipher = self._keys.to_open(subject, key_id_of(sealed))
        except KeyGoneError as error:
            raise FileNotFoundError(f"{name} was deleted: it has no key any more.") from error
        return cipher.open(sealed, place_of("files", subject, name))

    def is_sealed(self, stored: bytes) -> bool:
        """See ``FileSeal``."""
        return stored.startswith(BEGINNING)

    def forget(self, *subjects: str) -> None:
        """See ``FileSeal``."""
        self._keys.forget(*subjects)


def files_of(store: Store) -> FileSeal:
    """How the files of a register are sealed: as its records are, or not at all.

    Args:
        store: an open database.
    """
    found = getattr(store, "files", None)
    return found if isinstance(found, SealedFiles) else PlainFiles()
