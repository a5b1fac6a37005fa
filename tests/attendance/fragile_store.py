"""Stores whose connection breaks at one call, or before one of whose calls others change something."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from attendance.errors import StoreUnavailableError
from attendance.store.protocol import Store
from attendance.store.sqlite.store import SQLiteStore
from attendance.store.whole_check_ins import CheckInRecord, CheckInWritten

if TYPE_CHECKING:
    Base = SQLiteStore  # so that a test may write some of its methods
else:
    Base = object


class FragileStore(Base):
    """Passes everything on but one call.

    Args:
        store: what everything is passed on to.
        breaks_at: the name of the method at which the connection breaks.
        written: whether the call has reached the database by then.
    """

    def __init__(self, store: Store, breaks_at: str, *, written: bool) -> None:
        self._store = store
        self._breaks_at = breaks_at
        self._written = written

    def __getattr__(self, name: str) -> Any:
        """The method of the real store, or the one that breaks."""
        method = getattr(self._store, name)
        if name != self._breaks_at:
            return method

        def breaking(*args: Any, **kwargs: Any) -> Any:
            if self._written:
                method(*args, **kwargs)
            raise StoreUnavailableError("The connection broke.")

        return breaking


class ChangingStore(FragileStore):
    """Passes everything on, and before one call another process changes something, once.

    Args:
        store: what everything is passed on to.
        before: the name of the method before which it changes.
        change: changes it.
    """

    def __init__(self, store: Store, before: str, change: Callable[[], object]) -> None:
        super().__init__(store, "", written=False)
        self._before = before
        self._change: Callable[[], object] | None = change

    def __getattr__(self, name: str) -> Any:
        """The method of the real store, after the change where it is time for that."""
        if name == self._before and self._change is not None:
            change, self._change = self._change, None
            change()
        return super().__getattr__(name)


class HalfRecorded(FragileStore):
    """Passes everything on but the record of a check-in, which a crash ends halfway, as it may in MongoDB.

    Args:
        store: what everything is passed on to.
        with_mark: whether the mark is written, and not only the grant spent.
    """

    def __init__(self, store: Store, *, with_mark: bool) -> None:
        super().__init__(store, "", written=False)
        self._with_mark = with_mark

    def record_check_in(self, check_in: CheckInRecord) -> CheckInWritten:
        """Spend the grant, perhaps write a first mark, and break."""
        answer, mark = check_in.answer, check_in.mark
        self._store.spend_grant(answer.grant_id, answer.digest, check_in.grant_until)
        if self._with_mark and mark is not None:
            self._store.insert_mark(mark)
        raise StoreUnavailableError("The connection broke.")
