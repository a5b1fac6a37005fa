"""The keys of receipts and certificates, all made from one secret of the site.

Anybody may have the public key, and verifies signatures with it. What only the site can make or verify are
the tags of typed lines, and what a student is called in them.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from attendance.audit.receipts.letters import (
    BITS,
    bare,
    from_letters,
    groups_of,
    to_letters,
    with_checks,
    wrong_group,
)
from attendance.settings.signing_secret import derived

KEY_BYTES = 32
SIGNATURE_BYTES = 64
SIGNATURE_LETTERS = -(-SIGNATURE_BYTES * 8 // BITS)
_KEY_LETTERS = 55  # 52 for the key's 256 bits, and 3 so that all groups are full
_NAME_BITS = 30


class ReceiptKeys:
    """Signs and names, for one site.

    Args:
        secret: from ``receipts_secret``.
    """

    def __init__(self, secret: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(derived(secret, b"attendance.receipts.sign.1"))
        self._lines = derived(secret, b"attendance.receipts.line.1")
        self._names = derived(secret, b"attendance.receipts.student.1")
        self.public_key: bytes = self._private.public_key().public_bytes_raw()

    def signed(self, message: bytes) -> str:
        """The Ed25519 signature of a message, in letters."""
        return to_letters(int.from_bytes(self._private.sign(message)), SIGNATURE_LETTERS)

    def tag(self, message: bytes, bits: int) -> str:
        """The tag of a message, in letters."""
        return _shortened(hmac.digest(self._lines, message, hashlib.sha256), bits)

    @staticmethod
    def is_tag(given: str, due: str) -> bool:
        """Whether a tag is the one that is due, in a time that doesn't depend on where they differ."""
        return hmac.compare_digest(given.encode(), due.encode())

    @staticmethod
    def session(session_id: str) -> str:
        """What a session is called: six letters, which anybody can compute from its id."""
        return _shortened(hashlib.sha256(session_id.encode()).digest(), _NAME_BITS)

    def student(self, session_id: str, student_id: str) -> str:
        """What a student is called in receipts of one session: six letters.

        Receipts of two sessions don't show that they are one student's. Once the student is erased, nobody
        has the random id that it is made from.
        """
        message = f"{len(session_id)}:{session_id}{student_id}".encode()
        return _shortened(hmac.digest(self._names, message, hashlib.sha256), _NAME_BITS)


def is_signed_by(public_key: bytes, message: bytes, signature: str) -> bool:
    """Whether a signature is the one of a message by the owner of a key.

    Args:
        public_key: 32 bytes.
        message: what was signed.
        signature: in letters of the alphabet.
    """
    number = from_letters(signature)
    if len(signature) != SIGNATURE_LETTERS or number.bit_length() > SIGNATURE_BYTES * 8:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(number.to_bytes(SIGNATURE_BYTES), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_text(public_key: bytes) -> str:
    """A public key as it is shown: eleven groups of six characters."""
    return with_checks(to_letters(int.from_bytes(public_key), _KEY_LETTERS))


def read_key(text: str) -> bytes:
    """The public key in a text, however it is spaced.

    Raises:
        ValueError: it is none.
    """
    groups = groups_of(bare(text))
    letters = "".join(group[:-1] for group in groups)
    wrong = wrong_group(groups)
    if len(letters) != _KEY_LETTERS or len(groups[-1]) != len(groups[0]) or wrong is not None:
        where = "" if wrong is None else f" Check its group {wrong}."
        raise ValueError(f"The public key of a site has eleven groups of six characters.{where}")
    number = from_letters(letters)
    if number.bit_length() > KEY_BYTES * 8:
        raise ValueError("This is not the public key of a site.")
    return number.to_bytes(KEY_BYTES)


def _shortened(digest: bytes, bits: int) -> str:
    return to_letters(int.from_bytes(digest) >> len(digest) * 8 - bits, bits // BITS)
