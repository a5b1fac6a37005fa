"""What speaks for a mark besides the attempt that gave it."""

from __future__ import annotations

from attendance.classes.mark_changes import mark_after
from attendance.clock import Clock
from attendance.marks.check_in_attempt import Attempt
from attendance.marks.last_word import AGAIN, BY_THE_STUDENT, change_before, last_change, standing_change
from attendance.values import Mark, MarkEvent, MarkMethod, Review
from attendance.values.reviews import short_reference

MOST_NOTED = 3  # further attempts; with so many of them no objection takes the mark


def noted_again(mark: Mark, attempt: Attempt, clock: Clock) -> Mark | None:
    """The mark with the note that another attempt shows its student too; None if nothing needs noting.

    Args:
        mark: one that counts, and was given by something else than this attempt.
        attempt: the attempt that shows its student.
        clock: the source of the time.
    """
    if mark.attempt is None or is_confirmed(mark):
        return None
    note = f"{AGAIN} ({short_reference(attempt.id)})"
    noted = [event.note for event in mark.history if event.note.startswith(AGAIN)]
    if note in noted or len(noted) >= MOST_NOTED:
        return None
    event = MarkEvent(
        at=clock.now(),
        status=mark.status,
        method=MarkMethod.FACE,
        by=BY_THE_STUDENT,
        note=note,
        noted=True,
    )
    return mark_after(mark, event)


def is_confirmed(mark: Mark) -> bool:
    """Whether somebody else than the student gave the mark or confirmed it since."""
    history = mark.history
    index = standing_change(history, last_change(history))
    while index >= 0 and history[index].under_review:
        index = standing_change(history, change_before(history, index))
    return index < 0 or history[index].by != BY_THE_STUDENT


def rests_on(mark: Mark, review: Review) -> bool:
    """Whether nothing speaks for a mark but the attempts that a review stands for."""
    noted = [event.note for event in mark.history if event.note.startswith(AGAIN)]
    known = {f"{AGAIN} ({each})" for each in (short_reference(review.id), *review.joined)}
    only_these = len(noted) < MOST_NOTED and known.issuperset(noted)
    return review.stands_for(mark.attempt) and only_these and not is_confirmed(mark)
