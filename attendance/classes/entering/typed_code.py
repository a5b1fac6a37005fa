"""The typed code: six characters that are hard to confuse, rotating with the QR code.

Six characters can't include the interval they were made for. So the choices of the interval are
few (``CODE_INTERVALS``), and a code is compared with those of each of them: a teacher who changes the
interval invalidates no code, and codes of an interval that is not in use were never shown.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from attendance.classes.entering.rotating_code import CodeCheck, digest, judge, window_at, window_begins
from attendance.values.roll_numbers import number_key

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O, 1 I L
LENGTH = 6  # 31^6 is 8.9e8; with 15 codes valid at a time a guess hits one time in 59 million
CODE_INTERVALS = (10, 15, 20, 30, 60)  # seconds
WINDOWS_VALID = 3  # typing takes longer than scanning
WINDOWS_REMEMBERED = 20  # for that long an expired code is distinguished from a wrong one
_CODES = len(ALPHABET) ** LENGTH


def typed_code(secret: str, window: int, interval: int) -> str:
    """The typed code of a window.

    Args:
        secret: the session's, in hex digits.
        window: see ``rotating_code.window_at``.
        interval: seconds that one code is shown.
    """
    number = int.from_bytes(digest(secret, f"typed|{interval}|{window}")) % _CODES
    characters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[place])
    return "".join(characters)


def cleaned(text: str) -> str:
    """The typed text in the form of codes: without spaces and dashes, in capitals; at most 32 characters.

    As in roll numbers, a keyboard of another script and what copying adds make no difference.
    """
    return number_key(text[:32]).upper().replace(" ", "").replace("-", "")


def readable(typed: str) -> str:
    """The code in two halves, as it is shown."""
    return f"{typed[: LENGTH // 2]} {typed[LENGTH // 2 :]}"


def check_typed(secret: str, typed: str, now: datetime) -> CodeCheck:
    """Check a typed code against one session.

    Args:
        secret: the session's, in hex digits.
        typed: what was typed, cleaned.
        now: aware.
    """
    best = CodeCheck.UNKNOWN
    for window, interval in _windows_of(secret, typed, now):
        worth = judge(window, interval, now, valid_for=WINDOWS_VALID)
        best = CodeCheck.VALID if CodeCheck.VALID in (best, worth) else worth
    return best


def shown_until(secret: str, typed: str, now: datetime) -> datetime | None:
    """When a typed code leaves the wall, aware UTC; None for one that was never there.

    Args:
        secret: the session's, in hex digits.
        typed: what was typed, cleaned.
        now: aware.
    """
    ends = [window_begins(window + 1, interval) for window, interval in _windows_of(secret, typed, now)]
    return max(ends, default=None)


def _windows_of(secret: str, typed: str, now: datetime) -> list[tuple[int, int]]:
    """The windows around now whose code this is, each with its interval; hardly ever more than one.

    Every code is compared, so that the time it takes reveals nothing.
    """
    if len(typed) != LENGTH or not set(typed) <= set(ALPHABET):
        return []
    given = typed.encode()
    return [
        (window, interval)
        for interval in CODE_INTERVALS
        for window in _windows_around(window_at(now, interval))
        if hmac.compare_digest(typed_code(secret, window, interval).encode(), given)
    ]


def _windows_around(current: int) -> range:
    return range(current - WINDOWS_REMEMBERED, current + 2)
