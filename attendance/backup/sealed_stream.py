"""A stream of bytes sealed as a whole: nothing of it can be read, changed, cut off or put elsewhere.

AES-256-GCM over chunks, in the way of STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, 2015): the nonce counts
the chunks under a random key of this file alone, and marks the last one. The file's key is sealed with the
site's, which the recovery key gives too, and stands in front.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from attendance.errors import BackupError, SealBrokenError
from attendance.sealing.cipher import Cipher, derived, key_id_of, place_of
from attendance.sealing.site_keys import KEY_BYTES, SiteKey, SiteKeys

CHUNK = 2**20  # bytes of plain text
TAG_BYTES = 16
_LENGTH_BYTES = 2  # of the sealed key
_COUNT_BYTES = 11  # the nonce's last byte says whether the chunk is the last one


@dataclass(frozen=True)
class ArchiveSort:
    """What a sealed file is for, which its first bytes say.

    Attributes:
        noun: what messages call it.
        article: that of the noun.
        command: puts the register in it in place.
    """

    noun: str
    article: str
    command: str

    @property
    def magic(self) -> bytes:
        """The first bytes; all sorts have as many."""
        return f"ATTENDANCE-{self.noun.upper()}-1\n".encode()

    @property
    def place(self) -> bytes:
        """Of the file's own key."""
        return place_of(self.noun, "key")

    def damaged(self, name: str) -> str:
        """The message about a file that was changed or cut off."""
        return f"The {self.noun} {name} is damaged or incomplete: use another one."


BACKUP = ArchiveSort("backup", "a", "restore")
"""The register as its database has it, in one of two files."""
EXPORT = ArchiveSort("export", "an", "import-site")
"""The whole site in one file, for whichever database."""


class SealedWriter:
    """Seals what is written to it; ``finish`` writes the last chunk, without which nobody accepts the rest.

    Args:
        file: receives the sealed bytes.
        key: the site's.
        sort: what the file is for.
    """

    def __init__(self, file: BinaryIO, key: SiteKey, sort: ArchiveSort = BACKUP) -> None:
        self._file = file
        own = secrets.token_bytes(KEY_BYTES)
        wrapped = _wrapping(key).seal(own, sort.place, key.id)
        self._header = sort.magic + len(wrapped).to_bytes(_LENGTH_BYTES, "big") + wrapped
        self._aead = AESGCM(own)
        self._count = 0
        self._waiting = bytearray()
        file.write(self._header)

    def write(self, data: bytes) -> int:
        """Seal some bytes, perhaps later; returns their number."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Seal what is left as the last chunk."""
        self._seal(bytes(self._waiting), is_last=True)

    def _seal(self, plain: bytes, *, is_last: bool) -> None:
        self._file.write(self._aead.encrypt(_nonce(self._count, is_last=is_last), plain, self._header))
        self._count += 1


class SealedReader:
    """Opens what a ``SealedWriter`` wrote, chunk by chunk; nothing that was changed is ever returned.

    Args:
        file: the sealed bytes, from their beginning.
        keys: the site's, or the one that the recovery key gives.
        name: of the file, for messages.
        sort: what the file must be for.

    Raises:
        BackupError: it is for something else, or was sealed with another key.
    """

    def __init__(self, file: BinaryIO, keys: SiteKeys, name: str, sort: ArchiveSort = BACKUP) -> None:
        self._file, self._damaged = file, sort.damaged(name)
        self._header, wrapped = _read_header(file, name, sort)
        self._aead = AESGCM(_own_key(wrapped, keys, name, sort))
        self._count = 0
        self._next = file.read(CHUNK + TAG_BYTES)
        self._plain = b""

    def read(self, size: int) -> bytes:
        """The next bytes; fewer than ``size`` only at the end.

        Raises:
            BackupError: they were changed, or the file was cut off.
        """
        parts, missing = [], size
        while missing and (self._plain or self._open()):
            part, self._plain = self._plain[:missing], self._plain[missing:]
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _open(self) -> bool:
        """Open the next chunk; whether there was anything in it."""
        if self._count < 0:
            return False
        sealed, self._next = self._next, self._file.read(CHUNK + TAG_BYTES)
        is_last = not self._next
        try:
            self._plain = self._aead.decrypt(_nonce(self._count, is_last=is_last), sealed, self._header)
        except InvalidTag as error:
            raise BackupError(self._damaged) from error
        self._count = -1 if is_last else self._count + 1
        return bool(self._plain)


def key_id_in(file: BinaryIO, name: str, sort: ArchiveSort) -> bytes:
    """The id of the site's key that a sealed file was made with.

    Args:
        file: the sealed bytes, from their beginning.
        name: of the file, for messages.
        sort: what it must be for.

    Raises:
        BackupError: it is for something else, or is damaged.
    """
    _header, wrapped = _read_header(file, name, sort)
    return _key_id(wrapped, name, sort)


def _read_header(file: BinaryIO, name: str, sort: ArchiveSort) -> tuple[bytes, bytes]:
    """The header, and the sealed key in it."""
    magic = file.read(len(sort.magic))
    other = next((each for each in (BACKUP, EXPORT) if each.magic == magic), None)
    if other is None:
        what = f"{sort.article} {sort.noun}"
        raise BackupError(f"{name} is not {what} of this program, or of a newer version of it.")
    if other != sort:
        raise BackupError(f"{name} is {other.article} {other.noun}. Use the command {other.command}.")
    length = file.read(_LENGTH_BYTES)
    wrapped = file.read(int.from_bytes(length, "big"))
    return magic + length + wrapped, wrapped


def _key_id(wrapped: bytes, name: str, sort: ArchiveSort) -> bytes:
    try:
        return key_id_of(wrapped)
    except SealBrokenError as error:
        raise BackupError(sort.damaged(name)) from error


def _own_key(wrapped: bytes, keys: SiteKeys, name: str, sort: ArchiveSort) -> bytes:
    from_id = _key_id(wrapped, name, sort)
    if from_id not in keys:
        raise BackupError(
            f"{name} was made with the site's key {from_id.hex()}, and the key here is "
            f"{keys.current.id.hex()}. Give the recovery key of that time with --recovery-key."
        )
    try:
        return _wrapping(keys.of(from_id)).open(wrapped, sort.place)
    except SealBrokenError as error:
        raise BackupError(sort.damaged(name)) from error


def _wrapping(key: SiteKey) -> Cipher:
    return Cipher(derived(key.secret, "backups"))


def _nonce(count: int, *, is_last: bool) -> bytes:
    return count.to_bytes(_COUNT_BYTES, "big") + bytes([is_last])
