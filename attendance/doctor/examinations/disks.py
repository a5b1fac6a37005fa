"""The disks: how much space is free where something is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import SiteFinding, note, ok, problem, reason
from attendance.files.free_space import LEAST_FREE_BYTES, MEGABYTE, free_bytes
from attendance.sentences import sentence as _l

ENOUGH = 1024 * MEGABYTE
"""Free space below which there is a note: room for a copy of a school's register before a migration, and for
some weeks."""
_FREE = _l("Delete what you can spare, or move the folder to a larger disk.")


def examine(site: ExaminedSite) -> Iterator[SiteFinding]:
    """The free space of each folder that is written."""
    settings = site.settings
    folders: dict[str, Path | None] = {
        "ATTENDANCE_DATA": settings.data,
        "ATTENDANCE_KEYS": settings.keys_folder,
        "ATTENDANCE_CACHE": settings.models,
        "ATTENDANCE_BACKUP": settings.backup,
        "ATTENDANCE_REPORTS": settings.reports,
    }
    yield from spaces({name: folder for name, folder in folders.items() if folder is not None})


def spaces(folders: Mapping[str, Path]) -> Iterator[SiteFinding]:
    """The free space of folders by what names them; all folders with enough are one finding."""
    enough: list[tuple[str, int]] = []
    for name, folder in folders.items():
        try:
            free = free_bytes(folder)
        except OSError as error:
            yield problem(
                _l(
                    "The free space of %(folder)s (%(name)s) can't be read: %(error)s.",
                    folder=folder,
                    name=name,
                    error=reason(error),
                ),
                _l("Connect the disk, or name another folder."),
            )
            continue
        values = {"free": free // MEGABYTE, "folder": folder, "name": name}
        if free < LEAST_FREE_BYTES:
            yield problem(
                _l(
                    "Only %(free)s MB are free in %(folder)s (%(name)s); %(least)s MB are needed.",
                    least=LEAST_FREE_BYTES // MEGABYTE,
                    **values,
                ),
                _FREE,
            )
        elif free < ENOUGH:
            yield note(_l("Only %(free)s MB are free in %(folder)s (%(name)s).", **values), _FREE)
        else:
            enough.append((name, free))
    if enough:
        least = min(free for _name, free in enough)
        yield ok(
            _l(
                "At least %(free)s MB are free in the folders of %(names)s.",
                free=f"{least // MEGABYTE:,}",
                names=", ".join(name for name, _free in enough),
            )
        )
