"""One submission under one grant, counted once however often it is sent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from attendance.marks.verdict import Verdict, VerdictCode
from attendance.store.protocol import Store
from attendance.store.whole_check_ins import CheckInState
from attendance.values import GrantAnswer, Session

MOST_TRIES = 5  # without a match under one grant; NIST SP 800-63B-4 allows 5 failures in a row


@dataclass(frozen=True)
class Attempt:
    """One submission: one photo under one grant. The same photo sent again is the same attempt.

    Attributes:
        grant_id: the grant's own number.
        digest: hex sha256 of the photo's bytes.
        device: identifies the phone's browser, or None.
        expires_at: until when it may arrive; aware UTC.
        opened_at: when its page was opened; aware UTC. None: it counts from when it arrives.
    """

    grant_id: str
    digest: str
    device: str | None
    expires_at: datetime
    opened_at: datetime | None = None

    @classmethod
    def of(
        cls,
        grant_id: str,
        data: bytes,
        *,
        device: str | None,
        expires_at: datetime,
        opened_at: datetime | None = None,
    ) -> Attempt:
        """The attempt that these bytes make under this grant."""
        return cls(grant_id, _digest(data), device, expires_at, opened_at)

    @property
    def id(self) -> str:
        """Grant and photo in one."""
        return f"{self.grant_id}:{self.digest}"

    def came_at(self, session: Session, now: datetime) -> datetime:
        """When its student came to the session: when the page was opened, the last moment that is proven.

        A photo that waits for the network therefore makes nobody late.
        """
        return now if self.opened_at is None else max(session.opens_at, min(self.opened_at, now))

    def is_with(self, data: bytes) -> bool:
        """Whether these are the bytes of its photo."""
        return _digest(data) == self.digest


class GrantLedger:
    """Records what grants were spent on, and the answers.

    Args:
        store: the register's database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def state(self, session_id: str, attempt: Attempt, now: datetime) -> CheckInState:
        """What is known of an attempt now; ``known_answer`` and ``has_tries_left`` judge it.

        Args:
            session_id: what the grant was given for.
            attempt: what was submitted.
            now: aware UTC.
        """
        grants = (attempt.grant_id, _slot(attempt, MOST_TRIES - 1))
        return self._store.check_in_state(session_id, grants, attempt.digest, now)

    def known_answer(
        self, session: Session, attempt: Attempt, now: datetime, state: CheckInState
    ) -> Verdict | None:
        """The answer to an attempt that is decided already; None if it has to be judged.

        Args:
            session: what the grant was given for.
            attempt: what was submitted.
            now: aware UTC.
            state: what is known of the attempt.
        """
        if state.kept is not None:
            return Verdict.from_answer(state.kept.answer)
        spent_on = state.spent.get(attempt.grant_id)
        if now >= attempt.expires_at or spent_on not in (None, attempt.digest):
            return Verdict(VerdictCode.GRANT_USED, session.id)
        # What its grant is spent on was decided in time, even if the answer was lost in a crash.
        if spent_on is None and not session.is_open(now):
            is_off = session.is_cancelled
            code = VerdictCode.SESSION_CANCELLED if is_off else VerdictCode.SESSION_CLOSED
            return Verdict(code, session.id)
        return None

    def kept_answer(self, attempt: Attempt, now: datetime) -> Verdict | None:
        """The answer that this attempt got before, if any."""
        kept = self._store.answer(attempt.grant_id, attempt.digest, now)
        return None if kept is None else Verdict.from_answer(kept.answer)

    def spend(self, attempt: Attempt) -> bool:
        """Spend the grant on this submission; returns whether it is bound to it."""
        bound_to = self._store.spend_grant(attempt.grant_id, attempt.digest, attempt.expires_at)
        return bound_to == attempt.digest

    def not_found(self, session: Session, attempt: Attempt) -> Verdict:
        """The verdict without a match: the grant stays valid, but only for a few tries."""
        for slot in range(MOST_TRIES):
            taken_by = self._store.spend_grant(_slot(attempt, slot), attempt.digest, attempt.expires_at)
            if taken_by == attempt.digest:
                return Verdict(VerdictCode.NOT_FOUND, session.id)
        return Verdict(VerdictCode.GRANT_USED, session.id)

    def keep(self, session: Session, attempt: Attempt, verdict: Verdict) -> Verdict:
        """Store the answer until the session ends, at least until the grant does.

        A phone without scripts that reloads its verdict sends the same photo again.

        Returns:
            The answer that was stored first.
        """
        if verdict.code is VerdictCode.GRANT_USED:
            return verdict
        return Verdict.from_answer(self._store.keep_answer(self.answer(session, attempt, verdict)).answer)

    def answer(self, session: Session, attempt: Attempt, verdict: Verdict) -> GrantAnswer:
        """The answer as ``keep`` stores it."""
        until = max(attempt.expires_at, session.closes_at)
        return GrantAnswer(attempt.grant_id, attempt.digest, until, verdict.to_answer())

    def has_tries_left(self, attempt: Attempt, state: CheckInState) -> bool:
        """Whether one more photo without a match may be tried; a roll number is no such try."""
        return state.spent.get(_slot(attempt, MOST_TRIES - 1)) in (None, attempt.digest)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _slot(attempt: Attempt, number: int) -> str:
    """A separate grant for each try without a match, so that the database counts them."""
    return f"{attempt.grant_id}#{number}"
