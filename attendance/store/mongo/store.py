"""The store in MongoDB, one shared database for any number of machines."""

from __future__ import annotations

from attendance.store.mongo.accounts.accounts import MongoAccounts
from attendance.store.mongo.accounts.tokens import MongoTokens
from attendance.store.mongo.alarms.alarms import MongoAlarms
from attendance.store.mongo.audit.trail import MongoAudit
from attendance.store.mongo.audit.watching import watched_register
from attendance.store.mongo.changes.counters import gallery_version
from attendance.store.mongo.changes.feed import MongoFeed
from attendance.store.mongo.changes.following import ChangeWatcher, MongoFollowing
from attendance.store.mongo.changes.student_changes import MongoStudentChanges
from attendance.store.mongo.check_ins.recording import MongoCheckIns
from attendance.store.mongo.connection import Connect, MongoConnection, connect
from attendance.store.mongo.courses import MongoCourses
from attendance.store.mongo.jobs import MongoJobs
from attendance.store.mongo.migrations.indexes import need_indexes
from attendance.store.mongo.migrations.names import CHECK
from attendance.store.mongo.notices import MongoNotices
from attendance.store.mongo.reviews import MongoReviews
from attendance.store.mongo.schema import MIGRATIONS, prepare, require_current
from attendance.store.mongo.sealing.states import MongoSealing
from attendance.store.mongo.sessions import MongoSessions
from attendance.store.mongo.students import MongoStudents
from attendance.store.mongo.summaries.about_students import MongoAboutStudents
from attendance.store.mongo.summaries.summaries import MongoSummaries
from attendance.store.mongo.templates import MongoTemplates

CHECK_SECONDS = 1.5
"""For a check: load balancers wait for two to five seconds, and should get the answer that it failed."""


class MongoStore(
    MongoStudents,
    MongoTemplates,
    MongoCourses,
    MongoSessions,
    MongoCheckIns,
    MongoReviews,
    MongoAccounts,
    MongoTokens,
    MongoNotices,
    MongoStudentChanges,
    MongoAlarms,
    MongoJobs,
    MongoFeed,
    MongoFollowing,
    MongoSummaries,
    MongoAboutStudents,
    MongoAudit,
    MongoSealing,
):
    """A ``Store`` on a MongoDB server, for any number of threads, processes and machines.

    Args:
        uri: the server's address; without a database name, ``attendance`` is used.
        connect: creates pymongo's client for the address.
        prepares: whether a register is made, migrated and given its indexes; otherwise only one of the
            current schema is accepted.

    Raises:
        SettingsError: the address is not valid.
        StoreUnavailableError: the server can't be reached or rejects this user.
        SchemaError: the database belongs to another program, or another version of this one wrote it.
    """

    def __init__(self, uri: str, connect: Connect = connect, *, prepares: bool = True) -> None:
        self._connection = MongoConnection(uri, connect)
        self._watcher = ChangeWatcher(self._connection)
        try:
            with self._connection.register() as register:
                self._connection.server_time.compare(register)
                if prepares:
                    prepare(register, self._connection.where)
                    need_indexes(register, self._connection.where)
                else:
                    require_current(register, self._connection.where)
            self._connection.stop_at_other(len(MIGRATIONS))
            self._connection.watch(watched_register)
        except BaseException:
            self._connection.close()
            raise

    @property
    def name(self) -> str:
        """See ``Store``."""
        return "mongodb"

    def close(self) -> None:
        """See ``Store``."""
        self._watcher.close()
        self._connection.close()

    def check(self) -> None:
        """See ``Store``."""
        with self._connection.register(within=CHECK_SECONDS) as register:
            gallery_version(register)
            register["register"].update_one({"_id": CHECK}, {"$inc": {"checks": 1}}, upsert=True)
