"""Snapshots of check-ins that need review: stored until the decision, at most 14 days."""

from __future__ import annotations

import contextlib
import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attendance.files.file_seal import FileSeal, PlainFiles
from attendance.files.private_folder import make_private
from attendance.files.whole_file import is_draft, write_whole

SNAPSHOT_LIFETIME = timedelta(days=14)
SUBJECT = "snapshot:"  # begins the names of the keys of snapshots
_NAME = re.compile(r"[0-9a-f]{40}\.jpg")


class Snapshots:
    """The folder of snapshots.

    Args:
        folder: ``Dataset/Images``; made when the first snapshot is saved.
        seal: seals them, each with a key of its own.
    """

    def __init__(self, folder: Path, seal: FileSeal | None = None) -> None:
        self._folder = folder
        self._seal = seal or PlainFiles()

    def save(self, subject: str, jpeg: bytes) -> str:
        """Store a snapshot; the same subject always has the same file.

        Args:
            subject: what the picture is for.
            jpeg: the picture, without metadata.

        Returns:
            The name to find it by.
        """
        name = _name(subject)
        make_private(self._folder)
        write_whole(self._folder / name, self._seal.seal(SUBJECT + name, name, jpeg))
        return name

    def read(self, name: str) -> bytes | None:
        """A snapshot as JPEG; None if it doesn't exist, or the name is odd.

        Raises:
            SealBrokenError: it was changed or exchanged.
        """
        path = self.find(name)
        try:
            return None if path is None else self._seal.open(SUBJECT + name, name, path.read_bytes())
        except OSError:
            return None

    def seal_plain(self) -> None:
        """Seal what an older version wrote plainly; may be interrupted.

        Raises:
            OSError: one can't be replaced.
        """
        for name in self.names():
            with contextlib.suppress(FileNotFoundError):  # decided meanwhile
                stored = self.path(name).read_bytes()
                if not self._seal.is_sealed(stored):
                    write_whole(self.path(name), self._seal.seal(SUBJECT + name, name, stored))

    def has(self, subject: str) -> bool:
        """Whether there is a snapshot for a subject."""
        return self.path(_name(subject)).is_file()

    def path(self, name: str) -> Path:
        """The path of the snapshot, if it still exists.

        Raises:
            ValueError: ``name`` is not from ``save``.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a valid name of a snapshot.")
        return self._folder / name

    def find(self, name: str) -> Path | None:
        """The path of a snapshot as a register names it; None if it doesn't exist, or the name is odd."""
        path = self._folder / name if _NAME.fullmatch(name) else None
        return path if path is not None and path.is_file() else None

    def delete(self, name: str) -> None:
        """Delete the snapshot, if it still exists; an odd name, which ``save`` never gave, has none."""
        path = self.find(name)
        if path is not None:
            self._seal.forget(SUBJECT + name)
            path.unlink(missing_ok=True)

    def names(self) -> list[str]:
        """All stored snapshots."""
        if not self._folder.is_dir():
            return []
        return sorted(path.name for path in self._folder.iterdir() if _NAME.fullmatch(path.name))

    def saved_before(self, moment: datetime) -> list[str]:
        """Those that were saved before ``moment``, an aware time."""
        return [name for name in self.names() if _written_before(self.path(name), moment)]

    def delete_unfinished(self, moment: datetime) -> None:
        """Delete what a crash left of a picture that was being saved before ``moment``, an aware time."""
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if is_draft(path.name) and _written_before(path, moment):
                    path.unlink(missing_ok=True)


def _name(subject: str) -> str:
    return hashlib.sha256(subject.encode()).hexdigest()[:40] + ".jpg"


def _written_before(path: Path, moment: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment
    except FileNotFoundError:
        return False
