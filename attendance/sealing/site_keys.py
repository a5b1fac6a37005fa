"""The site's key, from which all keys of a register come, and those it had before."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from attendance.errors import SealBrokenError, SiteKeyError
from attendance.sealing.cipher import KEY_ID_BYTES, Cipher, derived
from attendance.sealing.turn import TemplateTurn

KEY_BYTES = 32
HEX_DIGITS = 2 * KEY_BYTES


@dataclass(frozen=True)
class SiteKey:
    """One key of a site.

    Attributes:
        secret: 32 random bytes.
    """

    secret: bytes = field(repr=False)

    @cached_property
    def id(self) -> bytes:
        """4 bytes that name the key, and tell nothing about it."""
        return derived(self.secret, "id")[:KEY_ID_BYTES]

    @cached_property
    def wrapping(self) -> Cipher:
        """Seals the keys of students."""
        return Cipher(derived(self.secret, "wrapping"))

    @cached_property
    def records(self) -> Cipher:
        """Seals records that belong to no student."""
        return Cipher(derived(self.secret, "records"))

    @cached_property
    def turn(self) -> TemplateTurn:
        """Turns embeddings."""
        return TemplateTurn(derived(self.secret, "turn"))

    @classmethod
    def new(cls) -> SiteKey:
        """A random key."""
        return cls(secrets.token_bytes(KEY_BYTES))


class SiteKeys:
    """The site's key, and older ones that some records may still be sealed with.

    Args:
        keys: the current one first.
    """

    def __init__(self, keys: Sequence[SiteKey]) -> None:
        self.all = tuple(keys)
        self.current = keys[0]
        self._by_id = {key.id: key for key in reversed(keys)}

    def of(self, key_id: bytes) -> SiteKey:
        """The key with this id.

        Raises:
            SealBrokenError: the site has none.
        """
        found = self._by_id.get(key_id)
        if found is None:
            raise SealBrokenError(
                f"A record is sealed with the site's key {key_id.hex()}, which isn't there. The site's key "
                f"is {self.current.id.hex()}. Put the older one back, or restore a backup of the register."
            )
        return found

    def __contains__(self, key_id: bytes) -> bool:
        return key_id in self._by_id


def keys_from(text: str, where: str) -> SiteKeys:
    """The keys in a file or in the output of a command: 64 hexadecimal digits a line, the current one first.

    Raises:
        SiteKeyError: there are none, or a line is something else.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    try:
        secrets_ = [bytes.fromhex(line) for line in lines]
    except ValueError:
        secrets_ = []
    if not secrets_ or any(len(secret) != KEY_BYTES for secret in secrets_):
        raise SiteKeyError(
            f"The site's key from {where} is damaged: it must be {HEX_DIGITS} hexadecimal digits on a line. "
            "Restore it from where it is kept, or make it again from the recovery key."
        )
    return SiteKeys([SiteKey(secret) for secret in secrets_])


def text_of(keys: SiteKeys) -> str:
    """The opposite of ``keys_from``."""
    return "".join(f"{key.secret.hex()}\n" for key in keys.all)
