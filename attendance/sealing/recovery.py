"""The recovery key: the site's key as somebody can write it down and type it again."""

from __future__ import annotations

import base64
import hashlib

from attendance.errors import SiteKeyError
from attendance.sealing.site_keys import KEY_BYTES, SiteKey

GROUP = 4
CHECK_LETTERS = 4  # 20 bits: of a million slips one is not noticed
KEY_LETTERS = 52
LOOK_ALIKES = str.maketrans({"0": "O", "1": "I", "8": "B"})  # which base32 lacks


def recovery_key(key: SiteKey) -> str:
    """Groups of four letters and digits, of which the last one checks the others."""
    text = _letters(key.secret) + _check(key.secret)
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def key_of(typed: str) -> SiteKey:
    """The site's key of a recovery key, however it is grouped and in small letters too.

    Raises:
        SiteKeyError: it is incomplete, or something in it is wrong.
    """
    text = "".join(each for each in typed.upper().translate(LOOK_ALIKES) if each.isalnum())
    letters, check = text[:KEY_LETTERS], text[KEY_LETTERS:]
    try:
        secret = base64.b32decode(letters + "====")
    except ValueError:
        secret = b""
    # The last letter has four bits to spare, which a slip must not change either.
    if len(secret) != KEY_BYTES or (letters, check) != (_letters(secret), _check(secret)):
        raise SiteKeyError(
            f"This is not a recovery key: {_wrong(len(text))}. Compare it with what was written down, group "
            "by group."
        )
    return SiteKey(secret)


def _wrong(typed: int) -> str:
    """What is wrong with so many letters and digits."""
    wanted = KEY_LETTERS + CHECK_LETTERS
    if typed != wanted:
        return f"it has {wanted} letters and digits, and {typed} were typed"
    return "at least one letter or digit is wrong"


def _letters(secret: bytes) -> str:
    return base64.b32encode(secret).decode().rstrip("=")


def _check(secret: bytes) -> str:
    return base64.b32encode(hashlib.sha256(b"recovery" + secret).digest()).decode()[:CHECK_LETTERS]
