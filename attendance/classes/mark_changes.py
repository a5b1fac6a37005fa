"""The one way in which a mark is made or changed: atomic, and always with an entry in its history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from attendance.errors import StoreUnavailableError
from attendance.store.protocol import Store
from attendance.values import Mark, MarkEvent, MarkEvidence, MarkStatus, Session
from attendance.values.liveness import NO_EVIDENCE

MOST_ROUNDS = 100  # each lost round means that a concurrent change of the same mark was written


@dataclass(frozen=True)
class MarkFacts:
    """The fields of a mark besides its status.

    Attributes:
        at: when the student came, or when the status was given by hand.
        score: similarity, for methods that have one.
        device: what the photo was taken with.
        reviewer: the person who decided, where one did.
        attempt: the submission that gave it, where one did.
        evidence: what speaks for it.
    """

    at: datetime
    score: float | None = None
    device: str | None = None
    reviewer: str | None = None
    attempt: str | None = None
    evidence: MarkEvidence = NO_EVIDENCE


def status_at(session: Session, moment: datetime) -> MarkStatus:
    """What a student is who came to the session at this moment.

    One who is seen after the end of a session that is marked by hand, such as on a classroom photo that is
    sent later, came in time as far as anybody knows.
    """
    if session.by_hand and moment >= session.closes_at:
        return MarkStatus.PRESENT
    late = session.late_at is not None and moment >= session.late_at
    return MarkStatus.LATE if late else MarkStatus.PRESENT


def mark_with(
    existing: Mark | None, *, session: Session, student_id: str, event: MarkEvent, details: MarkFacts
) -> Mark:
    """The mark after an event, with the event as the last of its history.

    Args:
        existing: the mark so far, or None.
        session: where the mark belongs.
        student_id: whose mark it is.
        event: what happened.
        details: the fields of the mark besides its status.
    """
    return Mark(
        session_id=session.id,
        student_id=student_id,
        status=event.status,
        method=event.method,
        at=details.at,
        score=details.score,
        device=details.device,
        reviewer=details.reviewer,
        attempt=details.attempt,
        evidence=details.evidence,
        under_review=event.under_review,
        version=existing.version + 1 if existing else 1,
        history=(*existing.history, event) if existing else (event,),
    )


def mark_after(existing: Mark, event: MarkEvent) -> Mark:
    """The same mark with another status; who came when and how it was seen stays as it is."""
    return replace(
        existing,
        status=event.status,
        method=event.method,
        under_review=event.under_review,
        version=existing.version + 1,
        history=(*existing.history, event),
    )


def settle_mark(
    store: Store, session_id: str, student_id: str, decide: Callable[[Mark | None], Mark | None]
) -> Mark | None:
    """Change the mark to what ``decide`` wants, even if others change it concurrently.

    Args:
        store: the register's database.
        session_id: which mark.
        student_id: which mark.
        decide: given the current mark (None: there is none), returns the wanted mark, or None to leave
            it unchanged; called again after each concurrent change.

    Returns:
        The current mark.

    Raises:
        StoreUnavailableError: others changed it in each of ``MOST_ROUNDS`` rounds.
    """
    for _ in range(MOST_ROUNDS):
        existing = store.mark(session_id, student_id)
        wanted = decide(existing)
        if wanted is None:
            return existing
        written = store.insert_mark(wanted) if existing is None else store.replace_mark(wanted)
        if written:
            return wanted
    raise StoreUnavailableError(
        f"The mark {session_id}|{student_id} was changed by others {MOST_ROUNDS} times in a row; try again."
    )
