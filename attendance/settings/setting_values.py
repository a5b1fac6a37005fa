"""Parsers that convert the text of a setting to its value, or explain what is wrong."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import time
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SHORTEST_SECRET = 32  # characters: 128 bits even if written in hexadecimal digits
# Scheme, host and optional port. No wildcard, which would admit every page; no path.
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?", re.ASCII)
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_PERCENTAGE = re.compile(r"\d{1,3}(\.\d{1,3})?", re.ASCII)
_DEVICE = re.compile(r"[A-Za-z][A-Za-z0-9_.:,()-]{0,63}")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Parser = Callable[[str], Any]


class Off(Enum):
    """The value of a setting that is switched off."""

    OFF = "off"


OFF = Off.OFF


def one_of(*allowed: str) -> Parser:
    """A parser that accepts these words, in upper or lower case."""

    def parse(text: str) -> str:
        word = text.lower()
        if word not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return word

    return parse


def path_of(text: str) -> Path:
    """A path, in which ``~`` is the user's home folder and ``~name`` another user's.

    Raises:
        ValueError: there is no such user, or the user has no home folder.
    """
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise ValueError("begins with a home folder that can't be found; write the whole path") from error


def folder(text: str) -> Path:
    """A folder that may not exist yet."""
    path = path_of(text)
    if path.exists() and not path.is_dir():
        raise ValueError("must be a folder, but is a file")
    return path


def existing_folder(text: str) -> Path:
    """An existing folder."""
    path = path_of(text)
    if not path.is_dir():
        raise ValueError("is not an existing folder")
    return path


def existing_file(text: str) -> Path:
    """An existing file."""
    path = path_of(text)
    if not path.is_file():
        raise ValueError("is not an existing file")
    return path


def mongodb_uri(text: str) -> str:
    """The URI of a MongoDB server; the driver checks everything after the scheme."""
    if not text.startswith(("mongodb://", "mongodb+srv://")):
        raise ValueError("must begin with mongodb:// or mongodb+srv://")
    return text


def device(text: str) -> str:
    """The name of an OpenVINO device; whether it exists is known only when a model is loaded."""
    if not _DEVICE.fullmatch(text):
        raise ValueError("must be an OpenVINO device such as CPU, GPU or NPU")
    return text


def shared_secret(text: str) -> str:
    """A secret long enough to sign with."""
    if len(text) < SHORTEST_SECRET:
        raise ValueError(
            f"is too short: {len(text)} of at least {SHORTEST_SECRET} characters; create one with "
            'python -c "import secrets; print(secrets.token_hex(32))"'
        )
    return text


def plain_text(text: str) -> str:
    """Any text, unchanged."""
    return text


def time_zone(text: str) -> ZoneInfo:
    """A time zone by its IANA name."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("must be a time zone such as Europe/Berlin or Asia/Kolkata") from error


def clock_time(text: str) -> time:
    """A local time, ``HH:MM``."""
    found = _CLOCK_TIME.fullmatch(text)
    if found is None:
        raise ValueError("must be a time of day such as 09:15")
    return time(int(found[1]), int(found[2]))


def small_fraction(text: str) -> float:
    """A number above 0 and at most 0.5."""
    try:
        fraction = float(text)
    except ValueError as error:
        raise ValueError("must be a number such as 0.01") from error
    if not 0 < fraction <= 0.5:
        raise ValueError("must be greater than 0 and at most 0.5")
    return fraction


def percentage(text: str) -> Fraction:
    """A percentage as an exact fraction from 0 to 1."""
    if not _PERCENTAGE.fullmatch(text) or (fraction := Fraction(text) / 100) > 1:
        raise ValueError("must be a percentage from 0 to 100, such as 75 or 66.7")
    return fraction


def on_or_off(text: str) -> bool:
    """Whether something is switched on."""
    return bool(one_of("on", "off")(text) == "on")


def folder_or_off(text: str) -> Path | Off:
    """A folder that may not exist yet, or the word off."""
    return OFF if text.lower() == OFF.value else folder(text)


def origins(text: str) -> tuple[str, ...]:
    """Origins of other sites, separated by commas or spaces."""
    found = tuple(dict.fromkeys(re.split(r"[\s,]+", text.strip().strip(","))))
    wrong = [origin for origin in found if not _ORIGIN.fullmatch(origin)]
    if wrong:
        raise ValueError(
            f"must be comma-separated origins such as https://school.example; {wrong[0]!r} is not an origin"
        )
    return found


def networks(text: str) -> tuple[Network, ...]:
    """Addresses or networks, separated by commas or spaces."""
    found = []
    for word in re.split(r"[\s,]+", text.strip().strip(",")):
        try:
            network = ipaddress.ip_network(word)
        except ValueError as error:
            raise ValueError(
                "must be comma-separated addresses or networks such as 127.0.0.1 or 10.0.0.0/24; "
                f"{word!r} is neither"
            ) from error
        if network.prefixlen == 0:
            raise ValueError(f"must name single addresses or networks, but {word!r} is everybody")
        found.append(network)
    return tuple(found)


def site_key(text: str) -> str:
    """Where the site's key is: ``keyring``, ``passphrase``, ``file:PATH`` or ``command:WORDS``."""
    if text.lower() in ("keyring", "passphrase"):
        return text.lower()
    kind, _, rest = text.partition(":")
    if kind not in ("file", "command") or not rest.strip():
        raise ValueError("is neither keyring, passphrase, file: with a path nor command: with a command")
    return text
