"""Cancels sessions that do not, or did not, take place, and restores them.

Cancelling changes no mark. Whatever counts leaves the marks of a cancelled session out, so restoring brings
everything back as it was, and a check-in that is judged at the same moment is neither lost nor counted.
"""

from __future__ import annotations

from dataclasses import replace

from attendance.classes.general_course import GENERAL_COURSE
from attendance.clock import Clock
from attendance.errors import SessionCancelledError, SessionChangedError, SessionNotFoundError
from attendance.store.protocol import Store
from attendance.values import Session, SessionAct, SessionEvent
from attendance.values.roll_numbers import clean_note

LONGEST_REASON = 500  # characters


class Cancelling:
    """Cancels and restores sessions.

    Args:
        store: the register's database.
        clock: the source of the time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def cancel(self, session_id: str, *, by: str, why: str = "", version: int | None = None) -> Session:
        """Note that a session does not take place, or did not: nothing in it counts from now on.

        Args:
            session_id: which session, whatever its state.
            by: who cancels it.
            why: the reason, where one is given.
            version: the version that the person sees, so that unseen changes are not overridden; None means
                the current one.

        Returns:
            The session; one that was cancelled already stays as it is.

        Raises:
            SessionNotFoundError: there is none.
            SessionChangedError: it was changed since this version.
        """
        while True:
            session = self._get(session_id)
            if session.is_cancelled:
                return session
            _need_version(session, version)
            now = self._clock.now()
            event = SessionEvent(now, SessionAct.CANCELLED, by, clean_note(why)[:LONGEST_REASON])
            cancelled = _after(replace(session, cancelled_at=now), event)
            if self._store.replace_session(cancelled):
                return cancelled

    def restore(self, session_id: str, *, by: str, version: int | None = None) -> Session:
        """Undo the cancelling of a session: it is what it was, with its marks as they were.

        One that was not closed, and whose time is over by now, is marked by hand until someone closes it.

        Args:
            session_id: which session.
            by: who restores it.
            version: the version that the person sees; None means the current one.

        Returns:
            The session; one that is not cancelled stays as it is.

        Raises:
            SessionNotFoundError: there is none.
            SessionChangedError: it was changed since this version.
        """
        while True:
            session = self._get(session_id)
            if not session.is_cancelled:
                return session
            _need_version(session, version)
            restored = self.restored(session, by=by)
            if self._store.replace_session(restored):
                return restored

    def restored(self, session: Session, *, by: str) -> Session:
        """A cancelled session as it is after restoring; not stored yet."""
        now = self._clock.now()
        is_late = session.closed_at is None and now >= session.closes_at
        by_hand = session.by_hand or (is_late and session.course_id != GENERAL_COURSE.id)
        event = SessionEvent(now, SessionAct.RESTORED, by)
        return _after(replace(session, cancelled_at=None, by_hand=by_hand), event)

    def _get(self, session_id: str) -> Session:
        session = self._store.session(session_id)
        if session is None:
            raise SessionNotFoundError(f"There is no session {session_id!r}.")
        return session


def need_uncancelled(session: Session) -> Session:
    """The session, in which marks may be written.

    Raises:
        SessionCancelledError: it is cancelled.
    """
    if session.is_cancelled:
        raise SessionCancelledError(
            "This session was cancelled, so nobody can be marked in it. Restore it first."
        )
    return session


def _need_version(session: Session, version: int | None) -> None:
    if version is not None and session.version != version:
        raise SessionChangedError(
            "This session was changed in the meantime, so nothing was done. Look at it again."
        )


def _after(session: Session, event: SessionEvent) -> Session:
    return replace(session, history=(*session.history, event), version=session.version + 1)
