"""Reads requirements files as ``tools.pinning`` writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_PIN = re.compile(r"([a-z0-9-]+)==([^ ;]+)(?: ; (.*?))?$")
_HASH = "--hash=sha256:"


@dataclass(frozen=True)
class Pin:
    """One pinned package.

    Attributes:
        name: in lower case, with hyphens.
        version: of the package.
        marker: for which systems and Python versions; empty for all.
        hashes: the SHA-256 of each of its files.
    """

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def pins_in(file: Path) -> list[Pin]:
    """The packages of a requirements file.

    Args:
        file: the file.

    Raises:
        ValueError: a line has no version, or no hash.
    """
    found = []
    for line in file.read_text(encoding="utf-8").replace("\\\n", "").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        pinned, *hashes = line.split(_HASH)
        match = _PIN.fullmatch(pinned.strip())
        if match is None or not hashes:
            raise ValueError(f"{file.name} has a line without version or hash: {line[:80]!r}")
        name, version, marker = match.groups()
        found.append(Pin(name, version, marker or "", tuple(each.strip() for each in hashes)))
    return found
