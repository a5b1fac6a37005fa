"""How the text of a setting becomes a value, or a sentence about what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SHORTEST_SECRET = 32  # characters: 128 bits even where it is written in hexadecimal digits
# Scheme, host and perhaps a port; a star would let every page in, and nothing may follow the host.
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?", re.ASCII)
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_PERCENTAGE = re.compile(r"\d{1,3}(\.\d{1,3})?", re.ASCII)
_DEVICE = re.compile(r"[A-Za-z][A-Za-z0-9_.:,()-]{0,63}")

Parser = Callable[[str], Any]


class Off(Enum):
    """What a setting is that was switched off."""

    OFF = "off"


OFF = Off.OFF


def one_of(*allowed: str) -> Parser:
    """A parser that takes these words, in any case."""

    def parse(text: str) -> str:
        word = text.lower()
        if word not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return word

    return parse


def folder(text: str) -> Path:
    """A folder, which need not exist yet."""
    path = Path(text).expanduser()
    if path.exists() and not path.is_dir():
        raise ValueError("must be a folder, and this is a file")
    return path


def existing_file(text: str) -> Path:
    """A file that is there."""
    path = Path(text).expanduser()
    if not path.is_file():
        raise ValueError("names no file")
    return path


def mongodb_uri(text: str) -> str:
    """The address of a MongoDB server; the driver judges the rest of it."""
    if not text.startswith(("mongodb://", "mongodb+srv://")):
        raise ValueError("must begin with mongodb:// or mongodb+srv://")
    return text


def device(text: str) -> str:
    """The name of a device for OpenVINO; which ones exist is only known once a model is loaded."""
    if not _DEVICE.fullmatch(text):
        raise ValueError("must be a device of OpenVINO such as CPU, GPU or NPU")
    return text


def shared_secret(text: str) -> str:
    """A secret that is long enough to sign with."""
    if len(text) < SHORTEST_SECRET:
        raise ValueError(
            f"has {len(text)} characters and needs at least {SHORTEST_SECRET}; "
            'python -c "import secrets; print(secrets.token_hex(32))" makes a good one'
        )
    return text


def plain_text(text: str) -> str:
    """Text as it is."""
    return text


def time_zone(text: str) -> ZoneInfo:
    """A time zone by its IANA name."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("must be the name of a time zone such as Europe/Berlin or Asia/Kolkata") from error


def clock_time(text: str) -> time:
    """A time on the wall, ``HH:MM``."""
    found = _CLOCK_TIME.fullmatch(text)
    if found is None:
        raise ValueError("must be a time of day such as 09:15")
    return time(int(found[1]), int(found[2]))


def small_share(text: str) -> float:
    """A number above 0 and at most 0.5."""
    try:
        share = float(text)
    except ValueError as error:
        raise ValueError("must be a number such as 0.01") from error
    if not 0 < share <= 0.5:
        raise ValueError("must be above 0 and at most 0.5")
    return share


def percentage(text: str) -> Fraction:
    """A percentage, exactly, as a share from 0 to 1."""
    if not _PERCENTAGE.fullmatch(text) or (share := Fraction(text) / 100) > 1:
        raise ValueError("must be a percentage from 0 to 100, such as 75 or 66.7")
    return share


def folder_or_off(text: str) -> Path | Off:
    """A folder, which need not exist yet, or the word off."""
    return OFF if text.lower() == OFF.value else folder(text)


def origins(text: str) -> tuple[str, ...]:
    """Origins of other sites, divided by commas or spaces."""
    found = tuple(dict.fromkeys(re.split(r"[\s,]+", text.strip().strip(","))))
    wrong = [origin for origin in found if not _ORIGIN.fullmatch(origin)]
    if wrong:
        raise ValueError(
            f"must be origins such as https://school.example, divided by commas; {wrong[0]!r} is none"
        )
    return found
