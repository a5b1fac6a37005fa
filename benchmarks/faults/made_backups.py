"""Moves each new backup out of the server's sight, so that its next start makes another one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from attendance.backup.making import read_back
from attendance.backup.rotation import KEYS_ENDING, keys_beside
from attendance.errors import AttendanceError
from attendance.sealing.key_sources import find_keys
from attendance.settings.settings import Settings

LOOK_SECONDS = 0.2


class MadeBackups:
    """The backups of a run.

    Args:
        folder: the folder in which the server makes backups.

    Attributes:
        paths: the backups so far.
    """

    def __init__(self, folder: Path) -> None:
        self.paths: list[Path] = []
        self._folder = folder

    async def go_on(self) -> None:
        """Move backups away until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.take()

    def take(self) -> None:
        """Move the current backups away."""
        for path in sorted(self._folder.glob("register-*.backup")):
            kept = self._folder / "taken" / f"{len(self.paths)}-{path.name}"
            kept.parent.mkdir(exist_ok=True)
            keys_beside(path).rename(kept.with_name(kept.name + KEYS_ENDING))
            path.rename(kept)
            self.paths.append(kept)

    def damaged(self, settings: Settings) -> list[str]:
        """One sentence for each backup that can't be read completely."""
        keys, faults = find_keys(settings, create=False), []
        for path in self.paths:
            with TemporaryDirectory(prefix="read-backup-") as folder:
                try:
                    read_back(path, keys, Path(folder))
                except (AttendanceError, OSError) as error:
                    faults.append(f"The backup {path.name} can't be read: {error}")
        return faults
