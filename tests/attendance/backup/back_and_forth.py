"""A program that makes a backup and restores it elsewhere, for tests that kill it."""

from __future__ import annotations

import sys
from pathlib import Path

from attendance.backup.making import make_backup
from attendance.backup.restoring import restore_backup
from attendance.sealing.opening import open_sealed_store
from attendance.settings.settings import Settings
from tests.attendance.backup.conftest import NOW


def main(data: Path, other: Path, backup: Path) -> None:
    """Back up and restore; the first line says that it begins."""
    config, models = data.parent / "config", data.parent / "models"
    site = Settings(config=config, models=models, data=data)
    store = open_sealed_store(site)
    sys.stdout.write("begins\n")
    sys.stdout.flush()
    make_backup(site, store, NOW, backup)
    restore_backup(Settings(config=config, models=models, data=other), backup, NOW)


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:4]))
