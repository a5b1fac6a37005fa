"""The store in one SQLite file, the embedded default that needs no server."""

from __future__ import annotations

from pathlib import Path

from attendance.store.protocols.following import Following, NobodyTells, Told
from attendance.store.sqlite.accounts.accounts import SQLiteAccounts
from attendance.store.sqlite.accounts.tokens import SQLiteTokens
from attendance.store.sqlite.alarms.alarms import SQLiteAlarms
from attendance.store.sqlite.alarms.traces import SQLiteTraces
from attendance.store.sqlite.audit.noting import AuditNotes
from attendance.store.sqlite.audit.trail import SQLiteAudit
from attendance.store.sqlite.changes.feed import SQLiteFeed
from attendance.store.sqlite.changes.student_changes import SQLiteStudentChanges
from attendance.store.sqlite.check_ins.grants import SQLiteGrants
from attendance.store.sqlite.check_ins.recording import SQLiteCheckIns
from attendance.store.sqlite.connecting.connections import Connections
from attendance.store.sqlite.courses import SQLiteCourses
from attendance.store.sqlite.errors import need_space
from attendance.store.sqlite.jobs import SQLiteJobs
from attendance.store.sqlite.marks import SQLiteMarks
from attendance.store.sqlite.notices import SQLiteNotices
from attendance.store.sqlite.reviews import SQLiteReviews
from attendance.store.sqlite.schema import MIGRATIONS, prepare
from attendance.store.sqlite.sealing.states import SQLiteSealing
from attendance.store.sqlite.sessions import SQLiteSessions
from attendance.store.sqlite.students import SQLiteStudents
from attendance.store.sqlite.summaries.about_students import SQLiteAboutStudents
from attendance.store.sqlite.summaries.summaries import SQLiteSummaries
from attendance.store.sqlite.templates import SQLiteTemplates


class SQLiteStore(
    SQLiteStudents,
    SQLiteTemplates,
    SQLiteCourses,
    SQLiteSessions,
    SQLiteMarks,
    SQLiteReviews,
    SQLiteAccounts,
    SQLiteGrants,
    SQLiteCheckIns,
    SQLiteTokens,
    SQLiteNotices,
    SQLiteStudentChanges,
    SQLiteTraces,
    SQLiteAlarms,
    SQLiteJobs,
    SQLiteFeed,
    SQLiteSummaries,
    SQLiteAboutStudents,
    SQLiteAudit,
    SQLiteSealing,
):
    """A ``Store`` on local disk, for any number of threads and processes of one machine.

    Args:
        path: the database file; if it doesn't exist it is created, readable by its owner only.

    Raises:
        SchemaError: the file is not a register, or a newer version of this program wrote it.
        StoreUnavailableError: the file isn't readable and writable.
    """

    def __init__(self, path: Path) -> None:
        prepare(path)
        self._connections = Connections(path, schema=len(MIGRATIONS), notes=AuditNotes())

    @property
    def name(self) -> str:
        """See ``Store``."""
        return "sqlite"

    def follow(self, told: Told) -> Following:
        """See ``Store``; SQLite reports no process the changes of another."""
        del told
        return NobodyTells()

    def close(self) -> None:
        """See ``Store``."""
        self._connections.close()

    def check(self) -> None:
        """See ``Store``."""
        self.gallery_version()
        with self._connections.writing() as connection:
            connection.execute("UPDATE gallery SET version = version")
        need_space(self._connections.path)
