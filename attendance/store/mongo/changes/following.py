"""Tells of changes as MongoDB's change streams report them, with one stream for each process.

A stream only decides when somebody looks: the counters (``counters``), which every change raises, show what
has changed. So whatever a stream omits, repeats or reports late can show nothing wrong. Without streams, or
while one is interrupted, followers ask for the counters twice a second.

Streams need a replica set; https://www.mongodb.com/docs/manual/changeStreams/ has the commands and errors.
"""

from __future__ import annotations

import logging
import time
from threading import Event, Lock, Thread
from typing import Any

from pymongo.change_stream import ChangeStream
from pymongo.errors import OperationFailure

from attendance.errors import AttendanceError
from attendance.store.mongo.connection import MongoConnection, Register
from attendance.store.mongo.migrations.names import CHECK
from attendance.store.protocols.following import Following, Told
from attendance.store.records import Record

COUNTED = ("sessions", "courses", "register")
"""The collections whose documents have the counters; a change of anything else raises one of them, too."""

PIPELINE: list[Record] = [
    {"$match": {"ns.coll": {"$in": list(COUNTED)}, "documentKey._id": {"$ne": CHECK}}},
    {"$project": {"ns.coll": 1, "documentKey": 1}},
]
AWAIT = 250  # milliseconds that the server waits for news before it answers that there are none
QUICKEST_SECONDS = 0.1  # between two such answers, of servers that don't wait
STALE_SECONDS = 0.5  # without an answer; then a follower's next look is at most as far away
PAUSES = (0.5, 1.0, 2.0, 5.0)  # seconds before the next attempt, while the server can't be reached
SECOND_LOOK = 30.0  # seconds until a server that refused a stream for a reason of its own is asked again
STOP_SECONDS = 2.0

NO_STREAMS = {
    13,  # Unauthorized: the role `readWrite` has the right, others may not
    59,  # CommandNotFound
    115,  # CommandNotSupported
    238,  # NotImplemented: FerretDB
    40324,  # an unknown stage of a pipeline
    40573,  # a server that is no member of a replica set
}
"""Codes of servers that have no change streams, at least not for this user."""
LOST = {
    136,  # CappedPositionLost
    222,  # CloseChangeStream
    260,  # InvalidResumeToken
    280,  # ChangeStreamFatalError
    286,  # ChangeStreamHistoryLost: the oplog is shorter than the interruption was
}
"""Codes of streams that can't go on from where they were, and can start again."""

_log = logging.getLogger(__name__)


class ChangeWatcher:
    """Reads the stream in a thread of its own while anybody follows.

    Args:
        connection: to the register.
    """

    def __init__(self, connection: MongoConnection) -> None:
        self._connection = connection
        self._lock = Lock()
        self._told: dict[int, Told] = {}
        self._stop = Event()
        self._thread: Thread | None = None
        self._token: Any = None  # where a stream that was interrupted goes on
        self._answered_at = float("-inf")

    @property
    def is_told(self) -> bool:
        """Whether the stream is running and has answered just now."""
        return time.monotonic() - self._answered_at < STALE_SECONDS

    def follow(self, told: Told) -> Following:
        """See ``Store``."""
        handle = _Follower(self)
        with self._lock:
            self._told[id(handle)] = told
            if self._thread is None:
                self._stop = Event()
                self._thread = Thread(target=self._run, args=(self._stop,), name="changes", daemon=True)
                self._thread.start()
        return handle

    def leave(self, handle: Following) -> None:
        """Tell one follower no more; without any, the stream ends."""
        with self._lock:
            self._told.pop(id(handle), None)
            if self._told or self._thread is None:
                return
            thread, self._thread = self._thread, None
            self._stop.set()
        thread.join(STOP_SECONDS)

    def close(self) -> None:
        """End the stream."""
        self._stop.set()

    def _run(self, stop: Event) -> None:
        failures = 0
        while not stop.is_set():
            try:
                pause = self._read(stop)
                failures = 0
            except AttendanceError as error:
                pause = PAUSES[min(failures, len(PAUSES) - 1)]
                failures += 1
                _log.debug("The stream of changes was interrupted: %s", error)
            if pause is None:
                return
            stop.wait(pause)

    def _read(self, stop: Event) -> float | None:
        """Tell what a stream reports until it ends.

        Returns:
            After how many seconds to open another; None never.

        Raises:
            AttendanceError: the server can't be reached now.
        """
        with self._connection.register() as register:
            try:
                with self._opened(register) as stream:
                    self._tell(None)  # what changed while there was none
                    while stream.alive and not stop.is_set():
                        self._tell_next(stream, stop)
            except OperationFailure as error:
                self._token = None  # which is why, or may be
                if error.code in LOST:
                    return QUICKEST_SECONDS
                _log.info("No change stream (%s): boards ask for changes twice a second.", error)
                return None if error.code in NO_STREAMS else SECOND_LOOK
        return 0.0

    def _opened(self, register: Register) -> ChangeStream[Record]:
        return register.watch(PIPELINE, resume_after=self._token, max_await_time_ms=AWAIT)

    def _tell_next(self, stream: ChangeStream[Record], stop: Event) -> None:
        began = time.monotonic()
        event = stream.try_next()
        self._token, self._answered_at = stream.resume_token, time.monotonic()
        if event is not None:
            # Nothing has this key where a whole collection was dropped, as before it is restored.
            of_session = event["ns"]["coll"] == "sessions" and "documentKey" in event
            self._tell(str(event["documentKey"]["_id"]) if of_session else None)
        elif self._answered_at - began < QUICKEST_SECONDS:
            stop.wait(QUICKEST_SECONDS)

    def _tell(self, session_id: str | None) -> None:
        with self._lock:
            followers = list(self._told.values())
        for told in followers:
            told(session_id)


class _Follower:
    """One who is told.

    Args:
        watcher: reads the stream.
    """

    def __init__(self, watcher: ChangeWatcher) -> None:
        self._watcher = watcher

    @property
    def is_told(self) -> bool:
        """See ``Following``."""
        return self._watcher.is_told

    def stop(self) -> None:
        """See ``Following``."""
        self._watcher.leave(self)


class MongoFollowing:
    """News of changes."""

    _watcher: ChangeWatcher

    def follow(self, told: Told) -> Following:
        """See ``Store``."""
        return self._watcher.follow(told)
