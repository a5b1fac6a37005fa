"""Seals bytes with AES-256-GCM; what is sealed is bound to where it stands.

A nonce is the HMAC of everything that is sealed with it, under a key of its own (a synthetic nonce, as in
RFC 8452's idea for AES-GCM-SIV). Other content has another nonce but for a chance of 2**-96 a pair, which is
no worse than a random one: NIST SP 800-38D allows 2**32 messages a key then, and a student has some dozens.
The same content in the same place is the same bytes, so that stores can compare records as they did.
"""

from __future__ import annotations

import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from attendance.errors import SealBrokenError

FORM = b"\x01"  # of what is sealed; another cipher would have another one
KEY_ID_BYTES = 4
NONCE_BYTES = 12
TAG_BYTES = 16
HEADER_BYTES = len(FORM) + KEY_ID_BYTES
LONGER = HEADER_BYTES + NONCE_BYTES + TAG_BYTES
"""How many bytes sealing adds; not divisible by 4, so that an embedding's length shows that it is sealed."""


def place_of(*parts: str) -> bytes:
    """The associated data that names a place: no other parts give the same bytes."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, 32 bytes: HKDF-Expand of RFC 5869, whose first block is this HMAC."""
    return hmac.digest(key, b"face-attendance " + purpose.encode() + b"\x01", "sha256")


class Cipher:
    """Seals and opens with one key; thread-safe.

    Args:
        key: 32 random bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(derived(key, "encryption"))
        self._nonce_key = derived(key, "nonces")

    def seal(self, plain: bytes, place: bytes, key_id: bytes) -> bytes:
        """What is stored.

        Args:
            plain: what nobody may read.
            place: from ``place_of``; opening needs the same.
            key_id: 4 bytes that name the site's key, readable and bound too.
        """
        header = FORM + key_id
        bound = header + place
        nonce = hmac.digest(self._nonce_key, len(bound).to_bytes(4, "big") + bound + plain, "sha256")
        nonce = nonce[:NONCE_BYTES]
        return header + nonce + self._aead.encrypt(nonce, plain, bound)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """What was sealed.

        Raises:
            SealBrokenError: it was changed, stood in another place, or was sealed with another key.
        """
        require_form(sealed)
        header, nonce = sealed[:HEADER_BYTES], sealed[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES]
        try:
            return self._aead.decrypt(nonce, sealed[HEADER_BYTES + NONCE_BYTES :], header + place)
        except InvalidTag as error:
            raise SealBrokenError(
                f"A sealed record of the register was changed or exchanged ({_shown(place)}). Restore a "
                "backup of the register and of the keys that belong to it."
            ) from error


def key_id_of(sealed: bytes) -> bytes:
    """The 4 bytes that name the site's key of the time of sealing.

    Raises:
        SealBrokenError: the bytes were never sealed.
    """
    require_form(sealed)
    return sealed[len(FORM) : HEADER_BYTES]


def require_form(sealed: bytes) -> None:
    """Refuse bytes that can't have been sealed by this program.

    Raises:
        SealBrokenError: they weren't.
    """
    if len(sealed) < LONGER or sealed[: len(FORM)] != FORM:
        raise SealBrokenError(
            "A record of the register that has to be sealed isn't, so another program has written it. "
            "Restore a backup of the register."
        )


def _shown(place: bytes) -> str:
    """A place in a message: the parts that name it."""
    parts: list[str] = []
    while place:
        length = int.from_bytes(place[:4], "big")
        parts.append(place[4 : 4 + length].decode())
        place = place[4 + length :]
    return ", ".join(parts)
