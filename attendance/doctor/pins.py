"""Reads the pinned packages of requirements files, as ``tools.pinning`` writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;,]+)(?:\s*;\s*(.*))?")
_HASH = "--hash=sha256:"


@dataclass(frozen=True)
class Pin:
    """One pinned package.

    Attributes:
        name: of the package, as it is written.
        version: of the package.
        marker: for which systems and Python versions; empty for all.
        hashes: the SHA-256 of each of its files.
    """

    name: str
    version: str
    marker: str = ""
    hashes: tuple[str, ...] = ()


def entries_of(text: str) -> Iterator[str]:
    """The entries of a requirements file, each in one line, without comments."""
    for line in text.replace("\\\n", "").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def pin_of(entry: str) -> Pin | None:
    """What an entry pins; None if it doesn't name one version."""
    pinned, *hashes = entry.split(_HASH)
    match = _PIN.fullmatch(pinned.strip())
    if match is None:
        return None
    name, version, marker = match.groups()
    return Pin(name, version, marker or "", tuple(each.strip() for each in hashes))


def fixed_versions(entries: Iterable[str]) -> dict[str, str]:
    """The versions by the names of those packages that are pinned for every system."""
    pins = (pin_of(entry) for entry in entries)
    return {pin.name: pin.version for pin in pins if pin is not None and not pin.marker}
