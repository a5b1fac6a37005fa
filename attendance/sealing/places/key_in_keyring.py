"""The site's key in the operating system's keyring, which opens when its user logs in."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from attendance.errors import SiteKeyError
from attendance.sealing.places.keyring_backend import ASKING_SECONDS, real_backend, within
from attendance.sealing.places.place_note import read_note, write_note
from attendance.sealing.site_keys import SiteKeys, keys_from, text_of

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "face-attendance"
_NAME_BYTES = 8


class KeyInKeyring:
    """See ``KeyPlace``.

    The entry's name is random and noted in the folder for keys, so that two sites of one user have an entry
    each. The keyring is asked in a thread and may take as long as somebody types a password.

    Args:
        folder: the folder for keys.
        backend: the keyring; None means the system's.
    """

    where = "the operating system's keyring"
    sentence = f"The site's key is in {where}, which opens when you log in to this computer."

    def __init__(self, folder: Path, backend: KeyringBackend | None = None) -> None:
        self._folder = folder
        self._backend = backend

    def read(self) -> SiteKeys | None:
        """See ``KeyPlace``."""
        account = read_note(self._folder).account
        if not account:
            return None
        text = within(ASKING_SECONDS, lambda: self._keyring().get_password(SERVICE, account))
        return None if text is None else keys_from(text, "the operating system's keyring")

    def write(self, keys: SiteKeys) -> None:
        """See ``KeyPlace``."""
        note = read_note(self._folder)
        account = note.account or f"site-key-{secrets.token_hex(_NAME_BYTES)}"
        write_note(self._folder, replace(note, account=account))
        within(ASKING_SECONDS, lambda: self._keyring().set_password(SERVICE, account, text_of(keys)))

    def delete(self) -> None:
        """See ``KeyPlace``."""
        note = read_note(self._folder)
        if not note.account:
            return

        def forget() -> None:
            backend = self._keyring()
            if backend.get_password(SERVICE, note.account) is not None:
                backend.delete_password(SERVICE, note.account)

        within(ASKING_SECONDS, forget)
        write_note(self._folder, replace(note, account=""))

    def _keyring(self) -> KeyringBackend:
        found = self._backend or real_backend()
        if found is None:
            raise SiteKeyError(
                "this system has no keyring that protects anything; move the key with `keys move passphrase`"
            )
        return found
