"""Checks what is left after the last kill: database, audit trail, files, jobs and backups."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

from attendance.classroom.jobs.states import JobState
from attendance.clock import local_day
from attendance.register import Register
from attendance.reports.daily.daily_rebuild import rebuild
from attendance.reports.export.file_names import mark_in, mark_of
from attendance.store.open_store import FILE_NAME
from benchmarks.faults.made_backups import MadeBackups
from benchmarks.faults.teacher import BusyTeacher
from benchmarks.rush.class_register import DOUBLED_MARK, LOST_MARK
from benchmarks.rush.phone import GAVE_UP, PRESENT
from benchmarks.rush.results import RushResult

PATIENCE = 240.0  # seconds for the server to finish interrupted work
LOOK_SECONDS = 2.0
LEFTOVERS = ("*.part", ".*.new", ".backup-*", ".new-backup-*", "*-journal")
WORKING = (JobState.WAITING, JobState.READING)


@dataclass
class Aftermath:
    """The figures of a run.

    Attributes:
        kills: number of kills.
        restart_median, restart_slowest: seconds from a kill until the server answered again.
        phones, acknowledged, gave_up: number of phones; of phones that showed a mark; without any answer.
        lost, doubled: marks that a phone showed and that are missing, or stored more than once.
        integrity: SQLite's verdict on the database; ``ok`` if it is sound.
        audit_entries: number of entries in the audit trail.
        audit_clean: whether the trail, its printed heads and all marks agree.
        jobs: number of accepted classroom photos by the state of their jobs.
        sessions_closed: number of sessions that were closed.
        reports_missing: closed sessions without a report.
        daily_missing, daily_surplus: missing lines of the daily list, and lines without a mark.
        backups: number of backups.
        left: half-written files that nobody has deleted yet.
        faults: one sentence for each fault; empty if nothing was lost.
    """

    kills: int
    restart_median: float
    restart_slowest: float
    phones: int = 0
    acknowledged: int = 0
    gave_up: int = 0
    lost: int = 0
    doubled: int = 0
    integrity: str = ""
    audit_entries: int = 0
    audit_clean: bool = False
    jobs: dict[str, int] = field(default_factory=dict)
    sessions_closed: int = 0
    reports_missing: int = 0
    daily_missing: int = 0
    daily_surplus: int = 0
    backups: int = 0
    left: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """The figures for the JSON file."""
        return asdict(self)

    def add_marks(self, results: Sequence[RushResult]) -> None:
        """Add the results of all rounds of phones."""
        for result in results:
            self.phones += result.phones
            self.acknowledged += sum(number for code, number in result.codes.items() if code in PRESENT)
            self.gave_up += result.codes.get(GAVE_UP, 0)
            self.lost += sum(each.endswith(LOST_MARK) for each in result.faults)
            self.doubled += sum(each.endswith(DOUBLED_MARK) for each in result.faults)
            self.faults += result.faults

    async def look(self, register: Register, teacher: BusyTeacher, backups: MadeBackups) -> None:
        """Check everything that the server wrote, once it has finished interrupted work."""
        tried = {
            "No classroom photo was taken.": teacher.jobs,
            "No session was closed.": teacher.closed,
            "No backup was made.": backups.paths,
        }
        self.faults += [sentence for sentence, done in tried.items() if not done]
        await self._look_at_jobs(register, teacher)
        await self._look_at_reports(register, teacher)
        await self._look_at_daily_list(register)
        self._look_at_register(register)
        self.backups = len(backups.paths)
        self.faults += backups.damaged(register.settings)
        data = register.settings.data
        self.left = sorted({str(path.relative_to(data)) for name in LEFTOVERS for path in data.rglob(name)})

    async def _look_at_jobs(self, register: Register, teacher: BusyTeacher) -> None:
        def states() -> list[JobState]:
            return [register.classroom.job(job_id).state for job_id in teacher.jobs]

        await _until(lambda: not any(state in WORKING for state in states()))
        self.jobs = {state.value: number for state, number in Counter(states()).items()}
        unread = [state for state in states() if state in WORKING]
        if unread:
            self.faults.append(f"{len(unread)} classroom photos were taken and never read.")

    async def _look_at_reports(self, register: Register, teacher: BusyTeacher) -> None:
        folder = register.settings.reports
        assert folder is not None

        def missing() -> list[str]:
            there = {mark_in(path.name) for path in folder.glob("*.xlsx")}
            return [each.id for each in teacher.closed if mark_of(each.id) not in there]

        await _until(lambda: not missing())
        self.sessions_closed, self.reports_missing = len(teacher.closed), len(missing())
        self.faults += [f"The session {each} was closed and has no report." for each in missing()]

    async def _look_at_daily_list(self, register: Register) -> None:
        daily = register.reporting.daily
        assert daily is not None
        day = local_day(register.clock.now(), register.settings.time_zone)

        def differs() -> tuple[int, int]:
            found = rebuild(register.store, daily, day, dry_run=True)
            return len(found.missing), len(found.surplus)

        await _until(lambda: differs() == (0, 0))
        self.daily_missing, self.daily_surplus = differs()
        if (self.daily_missing, self.daily_surplus) != (0, 0):
            self.faults.append("The daily list is not what the register says.")

    def _look_at_register(self, register: Register) -> None:
        self.integrity = integrity_of(register.settings.data / FILE_NAME)
        daily = register.reporting.daily
        report = register.audit.verify([] if daily is None else daily.heads.read())
        self.audit_entries, self.audit_clean = report.entries, report.is_clean
        if self.integrity != "ok":
            self.faults.append(f"The database is damaged: {self.integrity}")
        if not report.is_clean:
            self.faults.append(f"The audit trail is not clean: {report.bad or report.marks}")


def integrity_of(database: Path) -> str:
    """SQLite's verdict on a whole database; ``ok`` if it is sound."""
    with closing(sqlite3.connect(database)) as connection:
        try:
            return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
        except sqlite3.DatabaseError as error:
            return str(error)


async def _until(is_done: Callable[[], bool]) -> None:
    """Wait until another process has done something, for ``PATIENCE`` at most."""
    for _ in range(round(PATIENCE / LOOK_SECONDS)):
        if is_done():
            return
        await asyncio.sleep(LOOK_SECONDS)
