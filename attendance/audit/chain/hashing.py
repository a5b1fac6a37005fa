"""Personal data in the chain: only as hashes under a key of its student, which erasure destroys.

With the key, a person who knows a value can show that it was the one; without it, nobody can try names until
one fits. The entries stay as they are, so that the chain can still be verified, and are nobody's any more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from typing import Any

KEY_BYTES = 32
_REFERENCE_DIGITS = 24  # hex digits; 96 bits
_VALUE_DIGITS = 32  # 128 bits

KeyOf = Callable[[str], bytes]
"""The audit key of a student, by id."""


def new_key() -> bytes:
    """A key for a student."""
    return secrets.token_bytes(KEY_BYTES)


def reference(key: bytes) -> str:
    """What the chain calls the student with this key."""
    return hmac.digest(key, b"attendance.audit.student.1", hashlib.sha256).hex()[:_REFERENCE_DIGITS]


def hashed(key: bytes, field: str, value: Any) -> str:
    """A value of a student's, as JSON with sorted keys, under the student's key and the field's name."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hmac.digest(key, f"{field}|{text}".encode(), hashlib.sha256).hex()[:_VALUE_DIGITS]
