"""Counters that expire, for rate limits, in a database that the machines of a site share.

``limits`` has such a storage, too. It counts by updates with a pipeline, which not all servers with MongoDB's
protocol offer, and needs an index that deletes documents; this one needs neither.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from pymongo import ReturnDocument, WriteConcern
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from attendance.errors import StoreUnavailableError
from attendance.store.mongo.connection import MongoConnection, connect
from attendance.store.records import Record

COUNTS = "counts"  # the collection
PATIENCE = 2.0  # seconds for all that one count needs, also of a server that hangs; a request waits
SWEEP_SECONDS = 60.0  # between deletions of what has expired
MOST_ATTEMPTS = 20  # each fails only where another process has begun or deleted the same counter meanwhile
_MILLISECONDS = 1000


class MongoLimitCounters:
    """A collection of counters; a failover may lose the last counts, which is harmless.

    Each counter begins with its first count and ends after its lifetime, by the clock of the machine that
    counts.

    Args:
        uri: the server's address.
        database: the name of the database for the counters.
        now: the time in seconds since 1970.

    Raises:
        StoreUnavailableError: the server can't be reached, or doesn't answer in time; from all methods.
    """

    def __init__(self, uri: str, database: str, now: Callable[[], float]) -> None:
        self._connection = MongoConnection(uri, connect)
        self._database = database
        self._now = now
        self._lock = Lock()
        self._next_sweep = float("-inf")

    def add(self, key: str, lifetime: float, amount: int) -> int:
        """Add to a counter, which begins again after its lifetime, and return it."""
        name = _name(key)
        with self._counts() as counts:
            self._sweep(counts)
            for _ in range(MOST_ATTEMPTS):
                now = self._milliseconds()
                count = _added(counts, name, now, amount)
                if count is not None:
                    return count
                if _begun(counts, name, now, round(now + lifetime * _MILLISECONDS), amount):
                    return amount
        raise StoreUnavailableError(f"Other processes changed a counter {MOST_ATTEMPTS} times meanwhile.")

    def get(self, key: str) -> tuple[int, float]:
        """A counter and when it expires, in seconds since 1970; 0 and now if there is none."""
        now = self._milliseconds()
        with self._counts() as counts:
            found = counts.find_one({"_id": _name(key), "expires_at": {"$gt": now}})
        if found is None:
            return 0, now / _MILLISECONDS
        return int(found["count"]), found["expires_at"] / _MILLISECONDS

    def clear(self, key: str) -> None:
        """End a counter."""
        with self._counts() as counts:
            counts.delete_one({"_id": _name(key)})

    def reset(self) -> None:
        """End all counters."""
        with self._counts() as counts:
            counts.delete_many({})

    def close(self) -> None:
        """Close this process's connections."""
        self._connection.close()

    @contextmanager
    def _counts(self) -> Iterator[Collection[Record]]:
        with self._connection.register(within=PATIENCE) as register:
            yield register.client.get_database(
                self._database, read_concern=ReadConcern("local"), write_concern=WriteConcern(1)
            )[COUNTS]

    def _milliseconds(self) -> int:
        return round(self._now() * _MILLISECONDS)

    def _sweep(self, counts: Collection[Record]) -> None:
        """Delete what has expired, from time to time."""
        with self._lock:
            if time.monotonic() < self._next_sweep:
                return
            self._next_sweep = time.monotonic() + SWEEP_SECONDS
        counts.create_index("expires_at")  # does nothing where it is there
        counts.delete_many({"expires_at": {"$lte": self._milliseconds()}})


def _name(key: str) -> str:
    """What a counter is stored under: no address of a phone is in the database."""
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _added(counts: Collection[Record], name: str, now: int, amount: int) -> int | None:
    """The count of a counter that is running, with this amount; None where none is."""
    running = {"_id": name, "expires_at": {"$gt": now}}
    found = counts.find_one_and_update(
        running, {"$inc": {"count": amount}}, return_document=ReturnDocument.AFTER
    )
    return None if found is None else int(found["count"])


def _begun(counts: Collection[Record], name: str, now: int, expires_at: int, amount: int) -> bool:
    """Whether a counter began here: there was none, or it had expired, and nobody was quicker."""
    begun = {"count": amount, "expires_at": expires_at}
    expired = {"_id": name, "expires_at": {"$lte": now}}
    if counts.update_one(expired, {"$set": begun}).matched_count:
        return True
    try:
        counts.insert_one({"_id": name, **begun})
    except DuplicateKeyError:
        return False
    return True
