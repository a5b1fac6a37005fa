"""The backups: whether any are made, how old the newest is, and on which disk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attendance.backup.rotation import backups_beside, keys_beside
from attendance.backup.timer import NAME
from attendance.doctor.examined_site import ExaminedSite
from attendance.doctor.findings import SiteFinding, note, ok, problem
from attendance.program import admin_command
from attendance.sealing.key_copies import LONGEST_KEPT
from attendance.sentences import sentence as _l

SETTING = "ATTENDANCE_BACKUP"
OLD = timedelta(days=4)  # a server that is off over a long weekend makes one when it starts again


def examine(site: ExaminedSite) -> Iterator[SiteFinding]:
    """Look at the folder of the daily backups."""
    folder = site.settings.backup
    if folder is None:
        yield note(
            _l("No daily backups are made: %(setting)s isn't set.", setting=SETTING),
            _l(
                "Set it to a folder on another disk, or make backups regularly: %(command)s",
                command=admin_command("backup", "FILE"),
            ),
        )
        return
    newest = _newest(folder)
    if newest is None:
        yield problem(
            _l("There is no backup in %(folder)s (%(setting)s).", folder=folder, setting=SETTING),
            _l(
                "Connect that disk and leave the server running: it tries every half hour, and its log and "
                "the start page say why it fails."
            ),
        )
        return
    yield from _age(site, newest)
    if newest.stat().st_dev == _device_of(site.settings.data):
        yield note(
            _l(
                "The backups in %(folder)s are on the same disk as the register, and are lost with it.",
                folder=folder,
            ),
            _l("Set %(setting)s to a folder on another disk, or copy them there.", setting=SETTING),
        )


def _age(site: ExaminedSite, newest: Path) -> Iterator[SiteFinding]:
    made = datetime.fromtimestamp(newest.stat().st_mtime, UTC)
    day = f"{made.astimezone(site.settings.time_zone):%Y-%m-%d}"
    if site.now - made > OLD:
        yield problem(
            _l("The newest backup, %(file)s, was made on %(day)s.", file=newest, day=day),
            _l(
                "Leave the server running: it makes one each day, and its log and the start page say why it "
                "fails. Or make one now: %(command)s",
                command=admin_command("backup", "FILE"),
            ),
        )
    elif not keys_beside(newest).exists():
        yield problem(
            _l(
                "The newest backup, %(file)s, has no keys beside it, so nobody could read faces and "
                "addresses from it on another computer.",
                file=newest,
            ),
            _l(
                "Keep both files together, and make another backup: %(command)s",
                command=admin_command("backup", "FILE"),
            ),
        )
    else:
        yield ok(
            _l(
                "The newest backup, %(file)s, was made on %(day)s, and its keys are beside it.",
                file=newest,
                day=day,
            )
        )
    old = [
        each
        for each in newest.parent.glob(f"*{keys_beside(newest).suffix}")
        if site.now - datetime.fromtimestamp(each.stat().st_mtime, UTC) > LONGEST_KEPT
    ]
    if old:
        yield note(
            _l(
                "Files of keys beside backups are older than allowed, and still have the keys of people who "
                "were erased: %(files)s.",
                files=", ".join(each.name for each in old),
            ),
            _l("Delete them, or wait: the next backup deletes them, too."),
        )


def _newest(folder: Path) -> Path | None:
    if not folder.is_dir():
        return None
    return next(iter(backups_beside(folder / NAME.format(day="2026-01-01"))), None)


def _device_of(data: Path) -> int | None:
    try:
        return data.stat().st_dev
    except OSError:
        return None
