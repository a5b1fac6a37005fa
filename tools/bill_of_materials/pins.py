"""The pinned packages of a requirements file, each with version and hashes."""

from __future__ import annotations

from pathlib import Path

from attendance.doctor.pins import Pin, entries_of, pin_of


def pins_in(file: Path) -> list[Pin]:
    """The packages of a requirements file.

    Args:
        file: the file.

    Raises:
        ValueError: an entry has no version, or no hash.
    """
    found = []
    for entry in entries_of(file.read_text(encoding="utf-8")):
        pin = pin_of(entry)
        if pin is None or not pin.hashes:
            raise ValueError(f"{file.name} has a line without version or hash: {entry[:80]!r}")
        found.append(pin)
    return found
