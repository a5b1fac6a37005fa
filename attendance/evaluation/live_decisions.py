"""What the system decided at check-ins, and what people made of it."""

from __future__ import annotations

from dataclasses import dataclass

from attendance.store.protocol import Store
from attendance.values import Mark, MarkMethod, Review, ReviewReason
from face_matching.errors import EvaluationError
from face_matching.evaluation.bootstrap import Estimate
from face_matching.evaluation.measured import Measured, NotMeasurable
from face_matching.evaluation.proportions import wilson

PROPOSALS = (ReviewReason.LOOK_ALIKE, ReviewReason.UNPROVEN)


@dataclass(frozen=True)
class LiveDecisions:
    """Check-ins by face, and what people decided about them.

    Only what somebody looked at is known: a wrong name that nobody noticed is counted as right.

    Attributes:
        marked: marks that the system gave by face without review.
        objections: students who objected to the name, and were right.
        open_objections: objections that nobody has decided yet.
        wrong: the share of ``objections`` in ``marked``.
        first_right: reviews in which the best candidate was accepted.
        other_right: reviews in which another student was accepted.
        refused: reviews in which nobody was accepted.
        undecided: reviews that nobody has decided yet.
        refuted: the share of the decided reviews in which the best candidate was not accepted.
    """

    marked: int
    objections: int
    open_objections: int
    wrong: Measured
    first_right: int
    other_right: int
    refused: int
    undecided: int
    refuted: Measured


def live_decisions(store: Store) -> LiveDecisions:
    """Count the decisions of all sessions that were not cancelled."""
    sessions = [session.id for session in store.sessions() if not session.is_cancelled]
    counted = set(sessions)
    reviews = [review for review in store.reviews(undecided_only=False) if review.session_id in counted]
    marked = sum(map(_was_by_face, store.marks_of_sessions(sessions)))
    objections = [review for review in reviews if review.reason is ReviewReason.NOT_ME]
    upheld = sum(review.decision is not None and not _first_accepted(review) for review in objections)
    proposals = [review for review in reviews if review.reason in PROPOSALS]
    decided = [review for review in proposals if review.decision is not None]
    first = sum(map(_first_accepted, decided))
    other = sum(review.decided_for is not None for review in decided) - first
    return LiveDecisions(
        marked=marked,
        objections=upheld,
        open_objections=sum(review.decision is None for review in objections),
        wrong=_share(upheld, marked),
        first_right=first,
        other_right=other,
        refused=len(decided) - first - other,
        undecided=len(proposals) - len(decided),
        refuted=_share(len(decided) - first, len(decided)),
    )


def _was_by_face(mark: Mark) -> bool:
    """Whether the system, and no person, has given this mark by the face at any time."""
    return any(event.method is MarkMethod.FACE and not event.by_person for event in mark.history)


def _first_accepted(review: Review) -> bool:
    return bool(review.candidates) and review.decided_for == review.candidates[0].student_id


def _share(events: int, trials: int) -> Estimate | NotMeasurable:
    try:
        return wilson(min(events, trials), trials)
    except EvaluationError:
        return NotMeasurable(trials, 1)
