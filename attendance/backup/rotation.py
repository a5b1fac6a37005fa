"""Which backups in a folder are kept, and how long the keys beside them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from attendance.backup.sealed_stream import BACKUP
from attendance.sealing.key_copies import LONGEST_KEPT

KEYS_ENDING = ".keys"


def keys_beside(path: Path) -> Path:
    """The file of keys that belongs to a backup."""
    return path.with_name(path.name + KEYS_ENDING)


def backups_beside(path: Path) -> list[Path]:
    """The backups in a folder whose names end as that of one of them, newest first; no other file."""
    found = [
        each
        for each in path.parent.iterdir()
        if each.suffix == path.suffix and each.suffix != KEYS_ENDING and _is_ours(each)
    ]
    return sorted(found, key=lambda each: (_written_at(each), each.name), reverse=True)


def rotate_backups(path: Path, keep: int | None, now: datetime) -> tuple[Path, ...]:
    """Delete the oldest backups, and all keys that are too old, in the folder of a backup.

    Args:
        path: the backup that was just made, which is kept.
        keep: how many backups to keep; None: all.
        now: aware UTC.

    Returns:
        What was deleted.

    Raises:
        OSError: a file can't be deleted.
    """
    old = [] if keep is None else [each for each in backups_beside(path) if each != path][max(0, keep - 1) :]
    doomed = [*old, *(keys_beside(each) for each in old if keys_beside(each).exists())]
    for each in path.parent.iterdir():
        if each.suffix == KEYS_ENDING and each not in doomed and _age_is_over(each, now) and _is_ours(each):
            doomed.append(each)
    for each in doomed:
        each.unlink(missing_ok=True)
    return tuple(doomed)


def _age_is_over(path: Path, now: datetime) -> bool:
    return now - datetime.fromtimestamp(_written_at(path), UTC) > LONGEST_KEPT


def _written_at(path: Path) -> float:
    """When a file was written, in seconds; long ago for one that another rotation has just deleted."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(BACKUP.magic)) == BACKUP.magic
    except OSError:
        return False
