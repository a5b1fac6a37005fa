"""Deletes old snapshots, traces and grants, and carries out decisions that a crash interrupted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from attendance.clock import Clock
from attendance.daily_turn import DailyTurn
from attendance.marks.reviews.review import Reviews
from attendance.people.student_history import KEPT
from attendance.store.protocol import Store

ADDRESSES_KEPT = timedelta(days=30)  # hashes of network addresses, to know how many a class usually has
TRACES_KEPT = timedelta(days=200)  # a term: to find a photo again that was sent before
_log = logging.getLogger(__name__)


class Housekeeping:
    """Tidies up at the first call, and then once a day on use.

    Args:
        store: the register's database.
        clock: the source of the time.
        reviews: knows the pictures and the decisions.
        also: deletes other expired pictures.
    """

    def __init__(
        self, store: Store, clock: Clock, reviews: Reviews, also: Sequence[Callable[[], object]] = ()
    ) -> None:
        self._store = store
        self._reviews = reviews
        self._also = tuple(also)
        self._turn = DailyTurn(clock)

    def tidy(self) -> None:
        """Tidy up unless that was done within the last day, or another thread does it now.

        Raises:
            StoreUnavailableError: the database is unavailable; the next call tries again.
        """
        with self._turn.taken() as now:
            if now is None:
                return
            self._reviews.finish_decided()
            self._store.purge_grants(now)
            self._store.forget_addresses(now - ADDRESSES_KEPT)
            self._store.purge_traces(now - TRACES_KEPT)
            self._store.purge_alarms(now - KEPT)
            for purge in (self._reviews.purge_snapshots, *self._also):
                _purged(purge)


def _purged(purge: Callable[[], object]) -> None:
    """A picture that can't be deleted must not keep students from checking in."""
    try:
        purge()
    except OSError:
        _log.exception("Old pictures can't be deleted. Make their folder writable.")
