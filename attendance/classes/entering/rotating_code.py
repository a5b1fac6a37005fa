"""The rotating QR code: made from a session's secret, and checked without state.

A code contains the window of time it was made for, and carries the proof that this server made it:
``HMAC-SHA256(secret, "qr|interval|window")`` with ``window = floor(unix time / interval)``. Since the
interval is part of the code and of the proof, a code keeps the validity that it was made with:
a scan just before the teacher changed the interval is still accepted.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum

WINDOWS_VALID = 2  # its own and the one after: scanning, and loading the page through a slow network
SKEW = timedelta(seconds=2)  # how far the clocks of two machines of one site may be apart
PROOF_DIGITS = 16  # hex digits, 64 bits: out of reach of guessing through the network
_CODE = re.compile(r"([0-9a-f]{1,4})\.([0-9a-f]{1,12})\.([0-9a-f]{16})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CodeCheck(StrEnum):
    """Whether a code is valid at a moment."""

    VALID = "valid"
    TOO_OLD = "too_old"  # ours, but expired: scan again
    NOT_YET = "not_yet"  # ours, but of the future: a clock is wrong
    UNKNOWN = "unknown"  # not of this session


def window_at(moment: datetime, interval: int) -> int:
    """The number of the window that a moment is in.

    Args:
        moment: aware.
        interval: seconds that one code is shown.
    """
    return (moment - _EPOCH) // timedelta(seconds=interval)


def window_begins(window: int, interval: int) -> datetime:
    """The first moment of a window, aware UTC."""
    return _EPOCH + window * timedelta(seconds=interval)


def code(secret: str, window: int, interval: int) -> str:
    """The code of a window.

    Args:
        secret: the session's, in hex digits.
        window: see ``window_at``.
        interval: seconds that one code is shown.
    """
    proof = digest(secret, f"qr|{interval}|{window}").hex()[:PROOF_DIGITS]
    return f"{interval:x}.{window:x}.{proof}"


def check(secret: str, text: str, now: datetime) -> CodeCheck:
    """Check a scanned code.

    Args:
        secret: the session's, in hex digits.
        text: the code as it was scanned.
        now: aware.
    """
    found = _CODE.fullmatch(text)
    if found is None:
        return CodeCheck.UNKNOWN
    interval, window = int(found[1], 16), int(found[2], 16)
    if not hmac.compare_digest(code(secret, window, interval).encode(), text.encode()):
        return CodeCheck.UNKNOWN
    return judge(window, interval, now, valid_for=WINDOWS_VALID)


def shown_until(text: str) -> datetime | None:
    """When a code of ours leaves the wall, aware UTC; None for what is no code.

    Args:
        text: the code as it was scanned; ``check`` it before.
    """
    found = _CODE.fullmatch(text)
    return None if found is None else window_begins(int(found[2], 16) + 1, int(found[1], 16))


def judge(window: int, interval: int, now: datetime, *, valid_for: int) -> CodeCheck:
    """What a code of this window is worth that is known to be ours.

    Args:
        window: for which it was made.
        interval: seconds, with which it was made.
        now: aware.
        valid_for: in how many windows it counts, its own among them.
    """
    if window > window_at(now + SKEW, interval):
        return CodeCheck.NOT_YET
    return CodeCheck.VALID if window_at(now, interval) < window + valid_for else CodeCheck.TOO_OLD


def digest(secret: str, message: str) -> bytes:
    """HMAC-SHA256 of a message under a session's secret in hex digits: 32 bytes."""
    return hmac.digest(bytes.fromhex(secret), message.encode(), hashlib.sha256)
